import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { postgresPrograms, startPostgres } from '../../lib/db/__fixtures__/postgres';
import { allEnded, type Drill, type DrillContext } from './drill';
import { differences, fingerprint, sha256Of } from './fingerprint';
import { endedProcesses } from './processes';
import { Random } from './random';
import { readRuns, recordFailures, withDatabase } from './run-records';
import { type SmallDesign, writeSmallDesign } from './small-design';
import { command, me, type Place, Studio } from './studio';
import { traceFailures } from './traces';

/** What the rivals did and what went wrong. */
class Outcome {
  readonly failures: string[] = [];
  builds = 0;
  refusals = 0;
  conflicts = 0;

  constructor(readonly database: string) {}

  fail(text: string): void {
    this.failures.push(`${this.database}: ${text}`);
  }
}

/** A design whose comment changes, so that every rival writes another text for the same thing. */
const edited = (design: SmallDesign, who: string): string => `# by ${who}\n${design.text}`;

/** A server's people: they edit the prefix, build it and cancel now and then, as fast as they can. */
async function useServer(
  studio: Studio,
  design: SmallDesign,
  random: Random,
  rounds: number,
  outcome: Outcome,
): Promise<void> {
  const ask = async (path: string, body?: unknown, method?: string): Promise<{ status: number; text: string }> => {
    const answer = await studio.call(path, { ...(body !== undefined && { body }), ...(method && { method }) });
    if (answer.status >= 500) outcome.fail(`${path} was answered with ${answer.status}: ${answer.text.slice(0, 300)}`);
    if (answer.status === 409) outcome.conflicts += 1;
    return answer;
  };
  for (let round = 0; round < rounds; round += 1) {
    const stored = await ask(`/api/prefixes/${design.name}`);
    const { revision } = JSON.parse(stored.text) as { revision?: number };
    await ask(`/api/prefixes/${design.name}`, { text: edited(design, `${studio.pid}-${round}`), revision }, 'PUT');
    const queued = await ask('/api/runs', { prefix: design.name });
    if (queued.status === 202) {
      const { id } = JSON.parse(queued.text) as { id: string };
      outcome.builds += 1;
      await wait(random.integer(100, 2500));
      if (random.isLucky(0.3)) await ask(`/api/runs/${id}/cancel`, undefined, 'POST');
      await waitForEnd(ask, id);
    } else await wait(random.integer(50, 300));
  }
}

async function waitForEnd(ask: (path: string) => Promise<{ text: string }>, id: string): Promise<void> {
  const until = performance.now() + 180_000;
  for (;;) {
    const { state } = JSON.parse((await ask(`/api/runs/${id}`)).text) as { state?: string };
    if (state !== 'queued' && state !== 'running') return;
    if (performance.now() > until) throw new Error(`the run ${id} did not end`);
    await wait(150);
  }
}

async function useCommand(
  place: Place,
  design: SmallDesign,
  random: Random,
  rounds: number,
  outcome: Outcome,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const result = await command(place, ['build', design.name, '--json']);
    const seen = result.stdout + result.stderr;
    outcome.failures.push(...traceFailures('the command line', seen));
    if (result.hung) outcome.fail('a command hung');
    else if (result.status === 0) outcome.builds += 1;
    else if (/busy|being built|cancelled|Cancelled/i.test(seen)) outcome.refusals += 1;
    else outcome.fail(`a command ended with ${result.status}: ${seen.slice(-400)}`);
    await wait(random.integer(50, 500));
  }
}

async function rival(context: DrillContext, database: string, url: string | null): Promise<Outcome> {
  const folder = join(context.work, database);
  mkdirSync(folder, { recursive: true });
  const environment: Record<string, string> = url === null ? {} : { DATABASE_URL: url };
  const place: Place = { home: join(folder, 'home'), person: me(), environment };
  const design = writeSmallDesign({ name: 'shared', folder, packages: 3, filesEach: 40 });
  const outcome = new Outcome(database);
  const first = await command(place, ['build', design.file]);
  if (first.status !== 0) throw new Error(`the first build failed: ${first.stderr}`);
  const image = join(place.home, 'images/shared/shared.raw');
  const root = join(place.home, '__prefix__/amd64-usr/shared/root');
  const wanted = { image: sha256Of(image), tree: fingerprint(root) };
  const studios = [new Studio(place), new Studio(place)];
  for (const studio of studios) await studio.start();
  const random = new Random(context.seed);
  const rounds = context.short ? 1 : 4;
  await allEnded([
    ...studios.map((studio) => useServer(studio, design, new Random(random.integer(0, 2 ** 31)), rounds, outcome)),
    ...[1, 2].map(() => useCommand(place, design, new Random(random.integer(0, 2 ** 31)), rounds, outcome)),
  ]);
  context.say(`${database}: ${outcome.builds} builds, ${outcome.conflicts} conflicts, ${outcome.refusals} refusals`);
  // a cancelled build may have left its work undone; one more has to put everything right
  const last = await command(place, ['build', design.file]);
  if (last.status !== 0) outcome.fail(`the last build failed: ${last.stderr}`);
  if (sha256Of(image) !== wanted.image) outcome.fail('the image is another one');
  for (const line of differences(wanted.tree, fingerprint(root))) outcome.fail(line);
  const records = await withDatabase(place.home, url, (studio) => readRuns(studio, 'shared'));
  for (const text of records.flatMap(recordFailures)) outcome.fail(text);
  for (const text of overlaps(records)) outcome.fail(text);
  for (const studio of studios) {
    await studio.end('SIGTERM');
    outcome.failures.push(...traceFailures('what a server printed', studio.output));
  }
  const left = await endedProcesses(place.home, 5_000);
  for (const one of left) outcome.fail(`a process outlived the servers: ${one.command}`);
  return outcome;
}

/** Runs of one prefix at the same time would write into the same trees. */
function overlaps(records: Awaited<ReturnType<typeof readRuns>>): readonly string[] {
  const spans = records
    .flatMap(({ run }) =>
      run.started_at === null ? [] : [{ id: run.id, from: run.started_at, to: run.finished_at ?? '9999' }],
    )
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  return spans.flatMap((span, index) => {
    const next = spans[index + 1];
    return next && next.from < span.to ? [`${span.id} and ${next.id} were built at the same time`] : [];
  });
}

export const rivals: Drill = {
  name: 'rivals',
  title: 'two servers and two command lines at one prefix',
  async run(context) {
    const outcomes = [await rival(context, 'sqlite', null)];
    const programs = postgresPrograms();
    if (programs !== null && !context.short) {
      const postgres = await startPostgres(programs);
      try {
        outcomes.push(await rival(context, 'postgresql', postgres.url));
      } finally {
        await postgres.stop();
      }
    }
    const figures: Record<string, number | string> = {};
    for (const { database, builds, conflicts, refusals } of outcomes) {
      figures[`${database}: builds`] = builds;
      figures[`${database}: refused by 409`] = conflicts;
      figures[`${database}: commands told that it is busy`] = refusals;
    }
    if (programs === null) figures.postgresql = 'not installed, not tried';
    return { figures, failures: outcomes.flatMap(({ failures }) => failures) };
  },
};
