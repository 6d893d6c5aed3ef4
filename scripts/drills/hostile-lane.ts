import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Canaries } from './canaries';
import { giveTo, type HostileCase, writeOverlay } from './hostile-case';
import { endedProcesses } from './processes';
import { type CommandResult, command, type Place, type Studio } from './studio';
import { traceFailures } from './traces';

/** What became of one case. */
export interface CaseReport {
  readonly name: string;
  readonly ended: 'succeeded' | 'failed' | 'hung';
  readonly seconds: number;
  /** what the product said at the end */
  readonly message: string;
  readonly failures: readonly string[];
}

/** Runs a design to its end, and says what all was printed or answered on the way. */
export interface Lane {
  readonly name: string;
  readonly place: Place;
  run(design: HostileDesign, hostile: HostileCase): Promise<LaneOutcome>;
  /** A shell in the work folder of the case; absent: people have none there. */
  readonly openShell?: (design: HostileDesign, hostile: HostileCase) => Promise<LaneOutcome>;
}

export interface HostileDesign {
  readonly name: string;
  readonly text: string;
  /** the file that holds the text */
  readonly file: string;
  /** nothing needs to be built to see the harm */
  readonly onlyPlan: boolean;
}

export interface LaneOutcome {
  readonly ended: CaseReport['ended'];
  readonly message: string;
  /** everything that a person or a program got to see */
  readonly seen: string;
  readonly failures: readonly string[];
}

/** Far above every limit of the drill: what takes longer hangs. */
export const patienceMs = 90_000;
/** How soon after its cancellation a build must be over; what the poll of the drill adds comes on top. */
const cancelMs = 3_000 + 1_000;

export interface LaneFolders {
  readonly source: string;
  readonly work: string;
  readonly canaries: Canaries;
  readonly serverPort: number;
}

/** Tries one case in one lane and looks at everything that must not have happened. */
export async function tryCase(lane: Lane, hostile: HostileCase, folders: LaneFolders): Promise<CaseReport> {
  const started = performance.now();
  const name = `${hostile.category.replace('hostile-', '')}-${hostile.name}-${lane.name}`;
  const overlay = join(folders.work, 'overlays', name);
  const { uid } = lane.place.person;
  const distfiles = join(lane.place.home, 'distfiles');
  mkdirSync(distfiles, { recursive: true });
  const { source, canaries, serverPort } = folders;
  writeOverlay(hostile, { source, target: overlay, distfiles, canaries, serverPort, uid });
  giveTo(uid, overlay);
  giveTo(uid, distfiles);
  const write = (as: string, packages: readonly string[]): HostileDesign =>
    writeDesign(folders.work, as, overlay, hostile, packages);
  const design = write(name, [hostile.name, ...hostile.others]);
  const outcome = await lane.run(design, hostile);
  const failures = [...outcome.failures, ...judge(hostile, outcome)];
  const look = (next: LaneOutcome): void => {
    if (next.ended === 'hung') failures.push('what was done after it hung');
    failures.push(...next.failures, ...canaries.leaksIn('an answer', next.seen), ...visibleFaults(next.seen));
  };
  if (hostile.hasShell && lane.openShell) look(await lane.openShell(design, hostile));
  if (hostile.sequel === 'replaced' && outcome.ended === 'succeeded')
    look(await lane.run(write(name, ['harmless']), hostile));
  if (hostile.sequel === 'elsewhere') {
    const next = await lane.run(write(`${name}-2`, [hostile.others.at(-1) ?? hostile.name]), hostile);
    look(next);
    // what it asks for then is a package that means no harm
    if (next.ended === 'failed' && hostile.others.length > 0) {
      failures.push(`the second prefix failed: ${next.message.slice(0, 300)}`);
    }
  }
  const left = await endedProcesses(name, 5_000);
  failures.push(...left.map(({ command: words }) => `a process was left behind: ${words.slice(0, 100)}`));
  failures.push(...(await canaries.violations()), ...canaries.leaksIn('an answer', outcome.seen));
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  return { name: hostile.name, ended: outcome.ended, message: outcome.message, seconds, failures };
}

function judge(hostile: HostileCase, { ended, message, seen }: LaneOutcome): readonly string[] {
  if (ended === 'hung') return [`it was not over after ${patienceMs / 1000} s`];
  const found = [...visibleFaults(seen)];
  const wanted = { succeeds: 'succeeded', fails: 'failed', any: ended }[hostile.outcome];
  if (ended !== wanted) found.push(`it ${ended}, and should have ${wanted}: ${message.slice(0, 300)}`);
  if (ended === 'failed' && message.trim() === '') found.push('it failed without a word');
  if (ended === 'failed' && hostile.says && !hostile.says.test(message)) {
    found.push(`its message does not speak of ${hostile.says.source}: ${message.slice(0, 300)}`);
  }
  return found;
}

function visibleFaults(seen: string): readonly string[] {
  const internal = /INTERNAL|unexpected error:|Something went wrong inside/i.exec(seen);
  return [
    ...traceFailures('what people see', seen),
    ...(internal ? [`an internal error: ${seen.slice(Math.max(0, internal.index - 100), internal.index + 300)}`] : []),
  ];
}

function writeDesign(
  work: string,
  name: string,
  overlay: string,
  hostile: HostileCase,
  packages: readonly string[],
): HostileDesign {
  const own = `${hostile.category}/${hostile.name}`;
  const hasOwn = packages.includes(hostile.name);
  const text = JSON.stringify({
    name,
    board: 'amd64-usr',
    path: `/opt/${name}`,
    packages: packages.map((one) => (one === hostile.name ? own : `hostile-build/${one}`)),
    repositories: [{ name: 'hostile', location: overlay }],
    allow_network: hasOwn && hostile.isNetworkAllowed ? [own] : [],
    make_conf: hasOwn ? hostile.makeConf : {},
    smoke: hasOwn ? hostile.smoke : [],
  });
  mkdirSync(join(work, 'designs'), { recursive: true });
  const file = join(work, 'designs', `${name}.yaml`);
  writeFileSync(file, text);
  return { name, text, file, onlyPlan: hostile.category === 'hostile-metadata' };
}

/** The command line, as a person at a terminal. */
export function commandLane(place: Place, name: string): Lane {
  return {
    name,
    place,
    async run({ file, onlyPlan }, hostile) {
      const args = onlyPlan ? ['plan', file] : ['build', file, '--json'];
      const cancelled = { atMs: 0 };
      const result = await command(place, args, {
        timeoutMs: patienceMs,
        ...(hostile.hasTerminal && { around: atTerminal }),
        onStart: (child) => {
          if (!hostile.isCancelled) return;
          setTimeout(() => {
            cancelled.atMs = performance.now();
            child.kill('SIGINT');
          }, cancelAfterMs);
        },
      });
      const late = cancelled.atMs > 0 ? performance.now() - cancelled.atMs : 0;
      const failures = late > cancelMs ? [`it went on for ${Math.round(late)} ms after it was cancelled`] : [];
      if (result.stdout.includes('typed-by-the-ebuild')) failures.push('the ebuild typed into the terminal');
      return { ...readCommand(result, onlyPlan), failures };
    },
    async openShell({ name: prefix }, hostile) {
      const args = ['shell', prefix, `${hostile.category}/${hostile.name}`, '-c', 'shell_tries'];
      const result = await command(place, args, { timeoutMs: patienceMs, around: atTerminal });
      const failures = result.stdout.includes('shell-was-opened') ? [] : [`no shell: ${result.stdout.slice(0, 300)}`];
      if (result.stdout.includes('typed-by-the-ebuild')) failures.push('a shell typed into the terminal');
      return { ...readCommand(result, false), failures };
    },
  };
}

/** Around the command: a terminal of its own, in which what was typed meanwhile is read afterwards. */
function atTerminal(words: readonly string[]): readonly string[] {
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return ['script', '-qec', `${quoted}; read -t 1 typed; echo "$typed"`, '/dev/null'];
}

/** By then the hostile part runs. */
const cancelAfterMs = 6_000;

function readCommand(result: CommandResult, onlyPlan: boolean): Omit<LaneOutcome, 'failures'> {
  const seen = `${result.stdout}\n${result.stderr}`;
  const ended = result.hung ? 'hung' : result.status === 0 ? 'succeeded' : 'failed';
  const last = result.stdout.trimEnd().split('\n').at(-1) ?? '';
  const done = onlyPlan ? null : messageOf(last);
  return { ended, message: done ?? (result.stderr.trim() || result.stdout.trim()).slice(0, 2000), seen };
}

function messageOf(line: string): string | null {
  try {
    const event = JSON.parse(line) as { kind?: string; message?: string };
    return event.kind === 'done' ? (event.message ?? '') : null;
  } catch {
    return null;
  }
}

/** The web app's API and its worker. */
export function serverLane(studio: Studio, name: string): Lane {
  return {
    name,
    place: studio.place,
    run: ({ name: prefix, text, onlyPlan }) =>
      onlyPlan ? planByServer(studio, text) : buildByServer(studio, prefix, text),
  };
}

async function planByServer(studio: Studio, text: string): Promise<LaneOutcome> {
  try {
    const { status, text: answer } = await studio.call('/api/plan', {
      body: { text },
      timeoutMs: patienceMs,
    });
    const failures = status >= 500 && status !== 503 ? [`the server answered ${status}: ${answer.slice(0, 300)}`] : [];
    const planned = status === 200 && (JSON.parse(answer) as { result: { kind: string } }).result.kind === 'planned';
    const said = answer.slice(Math.max(0, answer.indexOf('"result"')));
    return { ended: planned ? 'succeeded' : 'failed', message: said.slice(0, 2000), seen: answer, failures };
  } catch (error) {
    return { ended: 'hung', message: String(error), seen: '', failures: [] };
  }
}

interface StoredRun {
  readonly state: string;
  readonly message?: string | null;
}

async function buildByServer(studio: Studio, prefix: string, text: string): Promise<LaneOutcome> {
  const failures: string[] = [];
  const call = async (path: string, body?: unknown, method?: string): Promise<{ status: number; text: string }> => {
    const answer = await studio.call(path, { ...(body !== undefined && { body }), ...(method && { method }) });
    if (answer.status >= 500 && answer.status !== 503) {
      failures.push(`${path} answered ${answer.status}: ${answer.text.slice(0, 300)}`);
    }
    return answer;
  };
  const stored = await call('/api/prefixes', { text });
  if (stored.status === 409) await call(`/api/prefixes/${prefix}`, { text }, 'PUT');
  const queued = await call('/api/runs', { prefix });
  const refused = (answer: { text: string }): LaneOutcome => ({
    ended: 'failed',
    message: answer.text.slice(0, 2000),
    seen: answer.text,
    failures,
  });
  if (queued.status !== 202) return refused(queued);
  const { id } = JSON.parse(queued.text) as { id: string };
  const until = performance.now() + patienceMs;
  for (;;) {
    const answer = await call(`/api/runs/${id}`);
    const run = JSON.parse(answer.text) as StoredRun;
    if (!['queued', 'running'].includes(run.state)) {
      const events = (await call(`/api/runs/${id}/events`)).text;
      const log = (await call(`/api/runs/${id}/log/text`)).text;
      const done = events.slice(events.lastIndexOf('"done"'));
      return {
        ended: run.state === 'succeeded' ? 'succeeded' : 'failed',
        message: /"message":"((?:[^"\\]|\\.)*)"/.exec(done)?.[1] ?? '',
        seen: `${answer.text}\n${events}\n${log}`,
        failures,
      };
    }
    if (performance.now() > until) {
      const asked = performance.now();
      await call(`/api/runs/${id}/cancel`, undefined, 'POST');
      const ended = await waitForEnd(studio, id);
      if (!ended) failures.push(`Cancel did nothing within ${Math.round(performance.now() - asked)} ms`);
      return { ended: 'hung', message: '', seen: answer.text, failures };
    }
    await wait(150);
  }
}

async function waitForEnd(studio: Studio, id: string): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const { text } = await studio.call(`/api/runs/${id}`);
    if (!['queued', 'running'].includes((JSON.parse(text) as StoredRun).state)) return true;
    await wait(200);
  }
  return false;
}
