import { availableParallelism } from 'node:os';
import { isStudioError } from '../errors';
import type { BuildPhase } from '../layout/events';
import type { PlannedPackage } from '../resolve/plan';
import { buildKeyFile } from './build-key';
import { type BuildOutcome, buildDirOf, buildPackage, distfilesOf } from './build-package';
import type { Distfile, DistfileFetcher } from './fetch';
import { unpackForInstall } from './install-package';
import { noSourceSettings, openFetcher, openHostArchive } from './open-fetcher';
import type { PackageLog } from './package-log';
import type { StoredPackage } from './package-store';
import { PlanKeys } from './plan-keys';
import { type PrefixPlace, workFolder } from './prefix-place';
import type { RunContext } from './run-context';
import { Schedule } from './schedule';
import { patchesFile } from './user-patches';
import { readEntryFile } from './vdb';
import { removeWork, withWork } from './work-record';

/** Binary packages of one version that stay in `pkgs/`. */
const keptBuilds = 3;

/** A package being worked on. */
interface Job {
  readonly pkg: PlannedPackage;
  readonly log: PackageLog;
  readonly startedAt: number;
  readonly setPhase: (phase: BuildPhase) => void;
}

/** Builds the packages of a plan into staging, several at once, or takes equal binary packages. */
export class StagingRun {
  private readonly keys: PlanKeys;
  private readonly jobs: number;
  private fetcher: DistfileFetcher | null = null;
  /** by id: was it said to be free to start? */
  private readonly told = new Map<string, boolean>();

  constructor(
    private readonly context: RunContext,
    private readonly needs: ReadonlyMap<string, readonly string[]>,
  ) {
    this.keys = new PlanKeys(context);
    this.jobs = Math.max(1, context.request.jobs ?? availableParallelism());
  }

  async run(): Promise<void> {
    const { context } = this;
    const work = context.packages('staging', 'build', 'reuse');
    if (work.length === 0) return;
    context.emit({ kind: 'stage', stage: 'staging', message: `Building ${work.length} packages` });
    this.fetcher = await this.makeFetcher(work);
    const prefetch = this.prefetch(work, this.fetcher);
    const schedule = new Schedule(
      { ids: work.map(({ id }) => id), needs: this.needs },
      context.request.keepGoing ?? false,
    );
    this.tellQueue(schedule, work);
    await this.drive(schedule);
    context.leaveOut(schedule.waiting.flatMap((id) => context.byId.get(id) ?? []));
    await prefetch;
  }

  /** Says which packages could start and which wait for others; each change is said once. */
  private tellQueue(schedule: Schedule, work: readonly PlannedPackage[]): void {
    for (const { id } of work) {
      const by = schedule.openNeeds(id)[0];
      if (schedule.stateOf(id) !== 'waiting' || this.told.get(id) === (by === undefined)) continue;
      this.told.set(id, by === undefined);
      this.context.emit(by === undefined ? { kind: 'package_queued', id } : { kind: 'package_blocked', id, by });
    }
  }

  private async drive(schedule: Schedule): Promise<void> {
    const { context } = this;
    const running = new Map<string, Promise<void>>();
    const waiting = schedule.waiting.flatMap((id) => context.byId.get(id) ?? []);
    for (;;) {
      const free = context.isCancelled ? 0 : this.jobs - running.size;
      for (const id of schedule.ready().slice(0, Math.max(0, free))) {
        schedule.start(id);
        const pkg = context.byId.get(id) as PlannedPackage;
        const task = this.work(pkg).then((isDone) => {
          running.delete(id);
          if (isDone) {
            schedule.finish(id);
            return this.tellQueue(schedule, waiting);
          }
          for (const { id: other, because } of schedule.fail(id)) {
            context.leaveOut([context.byId.get(other) as PlannedPackage], because);
          }
        });
        running.set(id, task);
      }
      if (running.size === 0) return;
      await Promise.race(running.values());
    }
  }

  /** True when the package is in staging afterwards. */
  private async work(pkg: PlannedPackage): Promise<boolean> {
    const { context } = this;
    let phase: BuildPhase = 'setup';
    context.emit({ kind: 'package_started', id: pkg.id });
    const log = context.openLog(pkg);
    const setPhase = (next: BuildPhase): void => {
      phase = next;
      log.beginPhase();
      context.emit({ kind: 'package_phase', id: pkg.id, phase: next });
    };
    const job: Job = { pkg, log, startedAt: performance.now(), setPhase };
    try {
      const stored = await this.keys.findStored(pkg);
      return stored ? await this.reuse(job, stored) : await this.buildHeld(job);
    } catch (error) {
      await context.reportError(pkg, phase, error, log);
      return false;
    }
  }

  private async reuse({ pkg, log, setPhase }: Job, stored: StoredPackage): Promise<boolean> {
    const { context } = this;
    const { place } = context;
    const isMerged = (await readEntryFile(place.staging, pkg.cpv, buildKeyFile)) === (await this.keys.keyOf(pkg));
    if (!isMerged) {
      const buildDir = buildDirOf(place, pkg.cpv);
      await withWork(buildDir, 'an installation of it', async () => {
        const ready = await unpackForInstall(stored, workFolder(place.stagingDir), place.path, []);
        await context.merge(place.staging, ready, log, setPhase);
        await removeWork(buildDir);
      });
    }
    const reason = isMerged ? 'already merged, nothing changed' : `unchanged since build ${stored.buildId}`;
    log.line(`>>> ${pkg.cpv}: ${reason}`);
    await log.close();
    context.emit({ kind: 'package_reused', id: pkg.id, reason });
    return true;
  }

  /** Nobody may be in a shell in the work folder meanwhile. */
  private buildHeld(job: Job): Promise<boolean> {
    return withWork(buildDirOf(this.context.place, job.pkg.cpv), 'a build of it', () => this.build(job));
  }

  private async build(job: Job): Promise<boolean> {
    const { pkg, log, setPhase } = job;
    const { context } = this;
    const { request, place, store, runPhases } = context;
    const facts = this.keys.factsOf(pkg);
    const cores = availableParallelism();
    const outcome = await buildPackage({
      place,
      cpv: pkg.cpv,
      facts,
      distfiles: await distfilesOf(pkg.cpv, facts),
      moreFiles: new Map([
        [buildKeyFile, await this.keys.keyOf(pkg)],
        [patchesFile, this.keys.patchesOf(pkg)],
        ...(facts.moreEntries ?? []),
      ]),
      fetcher: this.fetcher as DistfileFetcher,
      distDir: request.distDir,
      store,
      runPhases,
      hostProvided: request.hostProvided ?? [],
      hostNames: request.hostNames ?? {},
      makeOpts: facts.variables.MAKEOPTS ?? (this.jobs > 1 ? `-j${cores} -l${cores}` : `-j${cores}`),
      signal: request.signal,
      log: (text) => log.write(text),
      onMessage: (message) => log.message(message),
      onNotice: (notice) => log.notice(notice),
      onPhase: setPhase,
    });
    if (outcome.kind === 'built') return this.mergeBuilt(job, outcome, facts.metadata.SLOT ?? '0');
    await log.close();
    if (outcome.kind === 'cancelled') context.emit({ kind: 'package_cancelled', id: pkg.id });
    else this.reportPhase(job, outcome);
    return false;
  }

  private async mergeBuilt(
    job: Job,
    { built }: Extract<BuildOutcome, { kind: 'built' }>,
    slot: string,
  ): Promise<boolean> {
    const { pkg, log, setPhase, startedAt } = job;
    const { context } = this;
    const { cpuMs, peakRssBytes, imageDir, entries, entryFiles, buildDir } = built;
    context.emit({ kind: 'resources', id: pkg.id, cpuMs, peakRssBytes });
    const ready = { cpv: pkg.cpv, slot, imageDir, entries, entryFiles };
    const merged = await context.merge(context.place.staging, ready, log, setPhase, 'source');
    await removeWork(buildDir);
    await this.forgetOldBuilds(pkg);
    await log.close();
    context.finish(pkg, startedAt, merged);
    return true;
  }

  /** Keeps the newest builds of a version, and those that are merged somewhere. */
  private async forgetOldBuilds({ cpv }: PlannedPackage): Promise<void> {
    const { store, place } = this.context;
    const old = (await store.builds(cpv)).slice(0, -keptBuilds);
    if (old.length === 0) return;
    const merged = await Promise.all([place.staging, place.final].map((root) => readEntryFile(root, cpv, 'BUILD_ID')));
    await store.remove(old.filter(({ buildId }) => !merged.includes(`${buildId}`)));
  }

  private reportPhase({ pkg, log }: Job, outcome: Extract<BuildOutcome, { kind: 'failed' }>): void {
    const { context } = this;
    const { cpuMs, peakRssBytes, phase, message } = outcome;
    context.emit({ kind: 'resources', id: pkg.id, cpuMs, peakRssBytes });
    const hint = outcome.hint ?? shellHint(context.place, pkg.cpv);
    context.fail(pkg, isBuildPhase(phase) ? phase : 'setup', message, hint, log);
  }

  // ---- sources

  /** Downloads of all packages that have no binary package, in plan order, while others compile. */
  private async prefetch(work: readonly PlannedPackage[], fetcher: DistfileFetcher): Promise<void> {
    const files: Distfile[] = [];
    for (const pkg of work) {
      try {
        if (!(await this.keys.findStored(pkg))) files.push(...(await distfilesOf(pkg.cpv, this.keys.factsOf(pkg))));
      } catch (error) {
        // told when the package itself comes to it
        if (!isStudioError(error)) throw error;
      }
    }
    await fetcher.prefetch(files, { log: () => undefined, signal: this.context.request.signal });
  }

  private async makeFetcher(work: readonly PlannedPackage[]): Promise<DistfileFetcher> {
    const { request } = this.context;
    const locations = new Set(work.flatMap((pkg) => this.keys.factsOrNull(pkg)?.repositoryLocation ?? []));
    const settings = request.sources ?? noSourceSettings;
    return openFetcher(request, settings, openHostArchive(request, settings, locations));
  }
}

const shellHint = (place: PrefixPlace, cpv: string): string =>
  `The work folder is kept: \`${buildDirOf(place, cpv)}\`. Look at it in its sandbox: \`prefix-studio shell ${place.name} ${cpv}\`.`;

function isBuildPhase(phase: string): phase is BuildPhase {
  return !['prerm', 'postrm', 'config', 'nofetch', 'info'].includes(phase);
}
