import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../../lib/layout/events';
import type { DrillContext, DrillResult, FlatcarCheckout } from './drill';
import { differences } from './fingerprint';
import { flatcarPackages, writeFlatcarDesign } from './flatcar-design';
import { halfMerged, type KillResult, readKillResult } from './kill-result';
import { endedProcesses } from './processes';
import { Random } from './random';
import { lostEvents, type RunRecord, readRuns, recordFailures, withDatabase } from './run-records';
import type { SmallDesign } from './small-design';
import { command, me, type Place } from './studio';
import { traceFailures } from './traces';

/** Kills wanted in all, and how many are tried on the way of one build. One that comes when the build is over does not count. */
const killsWanted = 20;
const killsEach = 5;
const mostRounds = 12;

/** The longest that such a build may take on a busy machine. */
const longestMs = 30 * 60_000;

/** What a build was at when it was killed: `compile of cJSON-1.7.19, merge of attr-2.5.2`. */
function whatItDid({ events }: RunRecord): string {
  const at = new Map<string, string>();
  for (const { body } of events) {
    const event = JSON.parse(body) as RunEvent;
    if (event.kind === 'package_phase') at.set(event.id, event.phase);
    if (event.kind === 'package_finished' || event.kind === 'package_reused') at.delete(event.id);
  }
  const found = [...at].map(([id, phase]) => `${phase} of ${id.slice(id.lastIndexOf('/') + 1)}`);
  return found.length === 0 ? 'no package' : found.join(', ');
}

/** A build of ten packages of Flatcar's that is killed, taken up again and killed again until it is finished. */
class FlatcarKills {
  readonly failures: string[] = [];
  readonly moments: string[] = [];
  same = 0;
  rounds = 0;
  durationMs = 0;
  private reference: KillResult | null = null;
  private readonly place: Place;
  private readonly design: SmallDesign;

  constructor(
    private readonly context: DrillContext,
    from: FlatcarCheckout,
    private readonly random: Random,
  ) {
    const home = join(context.work, 'home');
    this.place = { home, person: me(), environment: {} };
    this.design = writeFlatcarDesign('kills', context.work, home, from);
  }

  async run(wanted: number): Promise<void> {
    // the metadata of the tree, which is kept, is no part of the time of a build
    await this.must(['plan', this.design.file]);
    const started = performance.now();
    if (!(await this.finish())) return;
    this.durationMs = performance.now() - started;
    this.context.say(`undisturbed: ${Math.round(this.durationMs / 1000)} s`);
    this.reference = readKillResult(this.place.home, this.design);
    while (this.moments.length < wanted && this.rounds < mostRounds) {
      this.rounds += 1;
      await this.round(this.rounds);
    }
    if (this.moments.length < wanted) this.failures.push(`only ${this.moments.length} kills met a running build`);
  }

  private async round(round: number): Promise<void> {
    const { home } = this.place;
    await this.must(['remove', this.design.name]);
    await this.must(['clean', '--packages', '--work']);
    const moments = Array.from({ length: killsEach }, () => this.random.integer(0, Math.round(this.durationMs)));
    moments.sort((one, other) => one - other);
    const recorded: (readonly RunRecord[])[] = [];
    for (const [index, moment] of moments.entries()) {
      // each build goes on where the one before was killed, so that what is left of the time is counted from there
      recorded.push(await this.killAfter(moment - (moments[index - 1] ?? 0)));
    }
    await this.finish();
    const after = await this.records();
    const wanted = this.reference as KillResult;
    const found = readKillResult(home, this.design);
    const wrong = [
      ...differences(wanted.final, found.final),
      ...differences(wanted.staging, found.staging).map((line) => `staging: ${line}`),
      ...halfMerged(home, this.design),
      ...after.flatMap(recordFailures),
      ...recorded.flatMap((before) => lostEvents(before, after)),
      ...(found.image === wanted.image ? [] : ['the image is another one']),
    ];
    if (found.image === wanted.image) this.same += 1;
    this.failures.push(...wrong.map((text) => `round ${round}: ${text}`));
    this.context.say(`round ${round}: ${wrong.length === 0 ? 'held' : wrong.join('; ')}`);
  }

  /** Kills the command line in the middle of its build. Answers what was recorded just before. */
  private async killAfter(delayMs: number): Promise<readonly RunRecord[]> {
    let before: readonly RunRecord[] = [];
    const { signal } = await command(this.place, ['build', this.design.file, '--json'], {
      timeoutMs: longestMs,
      onStart: (child) => {
        setTimeout(() => {
          this.records()
            .then((records) => {
              before = records;
            })
            .finally(() => child.kill('SIGKILL'));
        }, delayMs);
      },
    });
    const orphans = await endedProcesses(this.place.home, 5_000);
    this.failures.push(...orphans.map(({ command: line }) => `a process outlived the killed command: ${line}`));
    const last = before.at(-1);
    if (signal !== 'SIGKILL') {
      this.context.say(`after ${delayMs} ms the build was over`);
      return before;
    }
    const moment = last ? whatItDid(last) : 'before the run';
    this.moments.push(moment);
    this.context.say(`kill ${this.moments.length} after ${delayMs} ms: ${moment}`);
    return before;
  }

  private async finish(): Promise<boolean> {
    const result = await command(this.place, ['build', this.design.file, '--json'], { timeoutMs: longestMs });
    if (result.status !== 0) this.failures.push(`the build failed: ${(result.stderr + result.stdout).slice(-800)}`);
    this.failures.push(...traceFailures('the output of the command line', result.stderr));
    return result.status === 0;
  }

  private async must(words: readonly string[]): Promise<void> {
    const result = await command(this.place, words, { timeoutMs: longestMs });
    if (result.status !== 0) this.failures.push(`\`${words.join(' ')}\` said ${result.stderr}`);
  }

  private records(): Promise<readonly RunRecord[]> {
    if (!existsSync(join(this.place.home, 'studio.db'))) return Promise.resolve([]);
    return withDatabase(this.place.home, null, (studio) => readRuns(studio, this.design.name)).catch(() => []);
  }
}

/** The form of the drill on real packages: 20 kills in builds of ten packages, each resumed until it is killed again. */
export async function killsOfFlatcar(context: DrillContext, from: FlatcarCheckout): Promise<DrillResult> {
  const kills = new FlatcarKills(context, from, new Random(context.seed));
  await kills.run(context.short ? 1 : killsWanted);
  const { failures } = kills;
  return {
    figures: {
      packages: flatcarPackages.length,
      'seconds undisturbed': Math.round(kills.durationMs / 1000),
      'kill -9': kills.moments.length,
      'builds equal to an undisturbed one, image too': `${kills.same} of ${kills.rounds}`,
      'killed in': kills.moments.join('; '),
      'half-merged packages': failures.filter((text) => text.includes('half merged')).length,
      'events lost': failures.filter((text) => text.includes('was lost')).length,
    },
    failures,
  };
}
