import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { allEnded, type Drill, type DrillContext } from './drill';
import { differences } from './fingerprint';
import { halfMerged, type KillResult, readKillResult } from './kill-result';
import { killsOfFlatcar } from './kills-of-flatcar';
import { endedProcesses } from './processes';
import { Random } from './random';
import { lostEvents, type RunRecord, readRuns, recordFailures, withDatabase } from './run-records';
import { type SmallDesign, writeSmallDesign } from './small-design';
import { command, me, type Place, Studio } from './studio';
import { traceFailures } from './traces';

type Victim = 'command line' | 'worker' | 'server';

const killsEach = 10;

/** One home in which the same design is built, killed, finished and removed again and again. */
class KillLane {
  readonly failures: string[] = [];
  readonly moments: number[] = [];
  same = 0;
  private reference: KillResult | null = null;
  private readonly place: Place;
  private readonly design: SmallDesign;
  private readonly studio: Studio | null;
  private durationMs = 0;

  constructor(
    readonly victim: Victim,
    private readonly context: DrillContext,
    folder: string,
    private readonly random: Random,
  ) {
    mkdirSync(folder, { recursive: true });
    this.place = { home: join(folder, 'home'), person: me(), environment: {} };
    this.design = writeSmallDesign({ name: 'kills', folder, packages: 5, filesEach: 60 });
    this.studio = victim === 'command line' ? null : new Studio(this.place);
  }

  get image(): string | undefined {
    return this.reference?.image;
  }

  async run(kills: number): Promise<void> {
    await this.studio?.start();
    const started = performance.now();
    await this.build(null);
    this.durationMs = performance.now() - started;
    this.reference = readKillResult(this.place.home, this.design);
    for (let count = 1; count <= kills; count += 1) await this.killOnce(count);
    await this.studio?.end('SIGTERM');
    this.failures.push(...traceFailures(`the output of the ${this.victim}`, this.studio?.output ?? ''));
    const left = await endedProcesses(this.place.home, 5_000);
    this.failures.push(...left.map(({ command: words }) => `a process was left behind: ${words}`));
  }

  private async killOnce(count: number): Promise<void> {
    const { home } = this.place;
    const { name } = this.design;
    const removed = await command(this.place, ['remove', name]);
    if (removed.status !== 0) this.fail(count, `\`remove\` said ${removed.stderr}`);
    const atMs = this.random.integer(0, Math.round(this.durationMs));
    this.moments.push(atMs);
    const before = await this.build(atMs);
    const after = await withDatabase(home, null, (studio) => readRuns(studio, name));
    const found = readKillResult(home, this.design);
    const wanted = this.reference as KillResult;
    const wrong = [
      ...differences(wanted.final, found.final),
      ...differences(wanted.staging, found.staging).map((line) => `staging: ${line}`),
      ...halfMerged(home, this.design),
      ...after.flatMap(recordFailures),
      ...lostEvents(before, after),
      ...(after.at(-1)?.run.state === 'succeeded' ? [] : [`the build ended as ${after.at(-1)?.run.state}`]),
    ];
    if (found.image === wanted.image) this.same += 1;
    else wrong.push('the image is another one');
    for (const text of wrong) this.fail(count, text);
    this.context.say(
      `${this.victim}: kill ${count} after ${atMs} ms: ${wrong.length === 0 ? 'held' : wrong.join('; ')}`,
    );
  }

  private fail(count: number, text: string): void {
    this.failures.push(`${this.victim}, kill ${count} after ${this.moments.at(-1)} ms: ${text}`);
  }

  /** Builds to the end; killed on the way when `killAfterMs` is given. Answers what was recorded just before the kill. */
  private build(killAfterMs: number | null): Promise<readonly RunRecord[]> {
    return this.studio ? this.buildByServer(this.studio, killAfterMs) : this.buildByCommand(killAfterMs);
  }

  private async buildByCommand(killAfterMs: number | null): Promise<readonly RunRecord[]> {
    const words = ['build', this.design.file, '--json'];
    let before: readonly RunRecord[] = [];
    if (killAfterMs !== null) {
      await command(this.place, words, {
        onStart: (child) => {
          setTimeout(() => {
            this.recorded()
              .then((records) => {
                before = records;
              })
              .finally(() => child.kill('SIGKILL'));
          }, killAfterMs);
        },
      });
      const orphans = await endedProcesses(this.place.home, 5_000);
      this.failures.push(...orphans.map(({ command: line }) => `a process outlived the killed command: ${line}`));
    }
    const result = await command(this.place, words);
    if (result.status !== 0) this.failures.push(`the build after the kill failed: ${result.stderr.slice(0, 500)}`);
    this.failures.push(...traceFailures('the output of the command line', result.stdout + result.stderr));
    return before;
  }

  private async buildByServer(studio: Studio, killAfterMs: number | null): Promise<readonly RunRecord[]> {
    const { name, text } = this.design;
    const made = await studio.call('/api/prefixes', { body: { text } });
    if (made.status !== 201) this.failures.push(`making the prefix was answered with ${made.status}: ${made.text}`);
    const queued = await studio.call('/api/runs', { body: { prefix: name } });
    const { id } = JSON.parse(queued.text) as { id: string };
    let before: readonly RunRecord[] = [];
    if (killAfterMs !== null) {
      await wait(killAfterMs);
      before = await this.recorded();
      await this.kill(studio);
    }
    await this.waitForEnd(studio, id);
    return before;
  }

  private async kill(studio: Studio): Promise<void> {
    if (this.victim === 'worker') {
      const pid = studio.workerPid;
      if (pid !== null) process.kill(pid, 'SIGKILL');
      return;
    }
    await studio.end('SIGKILL');
    await studio.start();
  }

  private async waitForEnd(studio: Studio, id: string): Promise<void> {
    const until = performance.now() + 120_000;
    for (;;) {
      const { status, text } = await studio.call(`/api/runs/${id}`);
      if (status >= 500) this.failures.push(`a run was answered with ${status}: ${text}`);
      else if (!['queued', 'running'].includes((JSON.parse(text) as { state: string }).state)) return;
      if (performance.now() > until) throw new Error(`${this.victim}: the build did not end after a kill`);
      await wait(200);
    }
  }

  /** What other processes can read of the run at this moment. */
  private async recorded(): Promise<readonly RunRecord[]> {
    if (!existsSync(join(this.place.home, 'studio.db'))) return [];
    return withDatabase(this.place.home, null, (studio) => readRuns(studio, this.design.name)).catch(() => []);
  }
}

export const kills: Drill = {
  name: 'kills',
  title: 'kill -9 of command line, worker and server at random moments of a build',
  async run(context) {
    if (context.flatcar) return killsOfFlatcar(context, context.flatcar);
    const random = new Random(context.seed);
    const count = context.short ? 1 : killsEach;
    const lanes = (['command line', 'worker', 'server'] as const).map(
      (victim) =>
        new KillLane(
          victim,
          context,
          join(context.work, victim.replace(' ', '-')),
          new Random(random.integer(0, 2 ** 31)),
        ),
    );
    await allEnded(lanes.map((lane) => lane.run(count)));
    const images = new Set(lanes.map((lane) => lane.image));
    const failures = lanes.flatMap((lane) => lane.failures);
    if (images.size !== 1) failures.push(`the same design became ${images.size} different images`);
    return {
      figures: {
        'kill -9': lanes.length * count,
        'images equal to that of an undisturbed build': `${lanes.reduce((sum, { same }) => sum + same, 0)} of ${lanes.length * count}`,
        'moments, ms after the start': lanes.map(({ victim, moments }) => `${victim} ${moments.join(' ')}`).join('; '),
        'half-merged packages': failures.filter((text) => text.includes('half merged')).length,
        'events lost': failures.filter((text) => text.includes('was lost')).length,
      },
      failures,
    };
  },
};
