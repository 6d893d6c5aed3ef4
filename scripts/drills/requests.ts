import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isProblem } from '../../lib/api/problem';
import { allEnded, type Drill, type DrillContext } from './drill';
import { type HostileRequest, HostileRequests } from './hostile-requests';
import type { Dictionary } from './hostile-values';
import { endedProcesses } from './processes';
import { Random } from './random';
import { type RawAnswer, sendRaw } from './raw-http';
import { silenceFailures, silenceFigures, watchSilence } from './silence';
import { writeSmallDesign } from './small-design';
import { command, me, Studio } from './studio';
import { traceFailures } from './traces';

const fullCount = 2000;
const shortCount = 250;
const atOnce = 6;
const patienceMs = 60_000;

interface Prepared {
  readonly studio: Studio;
  readonly words: Dictionary;
  /** stands in a file beside the data folder, to which links in the overlay of the prefix lead */
  readonly secret: string;
  readonly secretFile: string;
}

/** An ebuild of the prefix is taken home, and links in its overlay lead out. */
async function takeHome(studio: Studio, outside: string): Promise<readonly string[]> {
  const taken = await studio.call('/api/prefixes/target/overlay', { body: { package: 'small/p1' } });
  if (taken.status !== 201) throw new Error(`nothing can be taken home: ${taken.text}`);
  const { text } = await studio.call('/api/prefixes/target/overlay');
  const package1 = join(studio.place.home, 'overlays/target/repository/small/p1');
  mkdirSync(join(package1, 'files'), { recursive: true });
  symlinkSync(outside, join(package1, 'files/out'));
  symlinkSync(join(outside, 'secret'), join(package1, 'files/secret'));
  return [...new Set(text.match(/small\/p1\/[\w.-]+\.ebuild/g) ?? [])];
}

/** A server with something to ask for: a prefix that is built, with its run, logs, image and an overlay. */
async function preparedServer(work: string): Promise<Prepared> {
  const folder = join(work, 'requests');
  const outside = join(folder, 'outside');
  mkdirSync(outside, { recursive: true });
  const secret = randomBytes(12).toString('hex');
  const secretFile = join(outside, 'secret');
  writeFileSync(secretFile, secret);
  mkdirSync(folder, { recursive: true });
  const studio = new Studio({ home: join(folder, 'home'), person: me(), environment: {} });
  const design = writeSmallDesign({ name: 'target', folder, packages: 1, filesEach: 3 });
  const built = await command(studio.place, ['build', design.file]);
  if (built.status !== 0) throw new Error(`the design for the drill cannot be built: ${built.stderr}`);
  await studio.start();
  const runs = JSON.parse((await studio.call('/api/runs')).text) as { readonly id: string }[];
  const id = runs[0]?.id ?? '';
  const ebuilds = await takeHome(studio, outside);
  const revision = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
  const words: Dictionary = {
    name: ['target', 'target', 'nobody', 'starter'],
    prefix: ['target', 'nobody'],
    id: [id, id, 'tree', 'nobody'],
    text: [design.text],
    tree: ['starter', 'nobody'],
    path: [
      ...ebuilds,
      ...['small/p1/files/secret', 'small/p1/files/out/secret', 'small/p1/files/out/new', 'profiles/repo_name'],
      ...['small/p1/files/../../../../../outside/secret', 'small/p1/files/new/deep/file', '.git/config'],
      '/',
      '/opt/target',
      '/opt/target/usr/share/p1/file-0',
      '/nobody',
    ],
    root: ['final', 'staging'],
    package: ['', 'staging|small/p1-1', 'small/p1', 'small/p1'],
    fileName: ['fix.patch', '../fix.patch', 'files/fix.patch'],
    file: ['fix.patch', '../../../../outside/secret'],
    from: ['hostile', 'starter', outside, '..'],
    revision: [null, revision(secret), 1],
    location: ['/nowhere', '/etc'],
    run: [`${id}:0`],
    log: [`${id}:0:`],
    before: [id],
    jobs: [1],
  };
  return { studio, words, secret, secretFile };
}

/** What is wrong with an answer; the contract knows 4xx, and 503 for what is away, each as a problem of RFC 9457. */
function faults({ title, isHead, isForApi, bytes }: HostileRequest, answer: RawAnswer): readonly string[] {
  const { status, head, body, hung } = answer;
  const line = JSON.stringify(bytes.subarray(0, 160).toString('latin1').split('\r\n')[0]);
  const said = `${title}: ${line} → ${status ?? 'nothing'} ${body.slice(0, 200)}`;
  if (hung) return [`no answer within ${patienceMs / 1000} s: ${title}`];
  const found = traceFailures(title, body).slice();
  if (status === null) return found;
  const problem = problemIn(body);
  if (status >= 500 && !(status === 503 && problem !== null)) found.push(`an answer of 5xx: ${said}`);
  if (/passwd:|root:.:0:0/.test(body)) found.push(`a file of the host: ${said}`);
  const isOurs = /^x-content-type-options: nosniff/im.test(head);
  if (status >= 400 && !isHead && isOurs && isForApi && problem === null) {
    found.push(`a refusal that is no problem of RFC 9457: ${said}`);
  }
  return found;
}

function problemIn(body: string): object | null {
  try {
    const value: unknown = JSON.parse(body);
    return isProblem(value) ? value : null;
  } catch {
    return null;
  }
}

interface Tally {
  readonly statuses: Map<string, number>;
  readonly failures: string[];
  slowestMs: number;
  slowest: string;
}

async function sendAll(
  { say }: DrillContext,
  studio: Studio,
  requests: HostileRequests,
  { count, secret }: { readonly count: number; readonly secret: string },
): Promise<Tally> {
  const tally: Tally = { statuses: new Map(), failures: [], slowestMs: 0, slowest: '' };
  const port = Number(new URL(studio.url).port);
  let next = 0;
  const sendSome = async (): Promise<void> => {
    while (next < count) {
      const request = requests.next(next);
      next += 1;
      if (next % 500 === 0) say(`${next} requests sent`);
      const answer = await sendRaw(port, request.bytes, patienceMs);
      const kind = answer.status === null ? 'closed' : `${Math.floor(answer.status / 100)}xx`;
      tally.statuses.set(kind, (tally.statuses.get(kind) ?? 0) + 1);
      tally.failures.push(...faults(request, answer));
      if (answer.body.includes(secret)) tally.failures.push(`a file outside of the overlay: ${request.title}`);
      if (answer.durationMs > tally.slowestMs) {
        tally.slowestMs = answer.durationMs;
        tally.slowest = request.title;
      }
    }
  };
  await allEnded(Array.from({ length: atOnce }, sendSome));
  return tally;
}

export const requests: Drill = {
  name: 'requests',
  title: 'hostile requests to every route of the contract',
  async run(context) {
    const { studio, words, secret, secretFile } = await preparedServer(context.work);
    const { pid } = studio;
    const made = new HostileRequests(new Random(context.seed), words, new URL(studio.url).host);
    const endWatch = await watchSilence(studio);
    const count = context.short ? shortCount : fullCount;
    const tally = await sendAll(context, studio, made, { count, secret });
    const silence = await endWatch();
    const failures = [...tally.failures, ...silenceFailures(silence, context)];
    if (readFileSync(secretFile, 'utf8') !== secret || readdirSync(join(secretFile, '..')).length !== 1) {
      failures.push('files outside of the overlay were written');
    }
    const health = await studio.call('/api/health');
    const isSame = health.status === 200 && (JSON.parse(health.text) as { pid: number }).pid === pid;
    if (!isSame) failures.push(`afterwards the server answers ${health.status} ${health.text.slice(0, 200)}`);
    await studio.end('SIGTERM');
    failures.push(...traceFailures('what the server printed', studio.output));
    const left = await endedProcesses(studio.place.home, 5_000);
    failures.push(...left.map((one) => `a process outlived the server: ${one.command}`));
    return {
      figures: {
        'requests sent': count,
        ...Object.fromEntries([...tally.statuses].sort().map(([kind, times]) => [`answers ${kind}`, times])),
        'slowest answer, ms': `${Math.round(tally.slowestMs)} (${tally.slowest})`,
        ...silenceFigures(silence, context),
      },
      failures,
    };
  },
};
