import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isStudioError } from '../errors';
import { TokenPipes } from '../host/token-pipe';
import { count } from '../layout/count';
import { chainLengths, guessedBuildMs } from '../layout/critical-path';
import type { BuildPhase, PackageNotice } from '../layout/events';
import { recordFile } from '../layout/record-files';
import type { PlannedPackage } from '../resolve/plan';
import {
  type BuildOutcome,
  type BuildRequest,
  buildDirOf,
  buildPackage,
  distfilesOf,
  type QueuedRequest,
  runPhasesOf,
} from './build-package';
import { type BuildSlot, BuildSlots, jobsOf } from './build-slots';
import { DownloadAhead } from './download-ahead';
import type { Distfile, DistfileFetcher } from './fetch';
import { unpackForInstall } from './install-package';
import { noSourceSettings, openFetcher, openHostArchive } from './open-fetcher';
import type { PackageLog } from './package-log';
import type { StoredPackage } from './package-store';
import { pretendPhases } from './phase-list';
import { PlanKeys } from './plan-keys';
import { lockPath, type PrefixPlace, workFolder } from './prefix-place';
import type { RunContext } from './run-context';
import { Schedule } from './schedule';
import { type Job, SharedPackages } from './shared-packages';
import { readEntryFile } from './vdb';
import { removeWork, withWork } from './work-record';

/** Binary packages of one version that stay in `pkgs/`. */
const keptBuilds = 3;

/** Packages that are worked on beside those that compile: they fetch, unpack or merge. */
const beside = 4;

/** Packages whose sources are downloaded at once. */
const downloadsAtOnce = 3;

/** Expected time, ms, of a package that is there already. */
const reuseMs = 300;

/** Why a package that waited for a processor does not get one. */
const stopped = new Error('another package failed');

/** What all packages of a run share. */
interface Ways {
  readonly fetcher: DistfileFetcher;
  readonly slots: BuildSlots;
  readonly downloads: DownloadAhead;
}

/** Builds the packages of a plan into staging, several at once, or takes equal binary packages. */
export class StagingRun {
  private readonly keys: PlanKeys;
  private readonly shared: SharedPackages;
  private readonly pipes: TokenPipes;
  /** by id: time, ms, from its start to the end of all that waits for it */
  private chains: ReadonlyMap<string, number> = new Map();
  private ways: Ways | null = null;
  /** ends waiting for a processor when another package failed */
  private readonly halt = new AbortController();
  /** by id, of packages that said something before their turn, until it comes */
  private readonly logs = new Map<string, PackageLog>();
  /** by id: was it said to be free to start? */
  private readonly told = new Map<string, boolean>();

  constructor(
    private readonly context: RunContext,
    private readonly needs: ReadonlyMap<string, readonly string[]>,
  ) {
    this.keys = new PlanKeys(context);
    this.pipes = new TokenPipes(join(context.place.stagingDir, 'tmp', 'token-pipes'));
    this.shared = new SharedPackages(context, this.keys, (job) => this.buildRequest(job));
  }

  async run(): Promise<void> {
    const { context, needs } = this;
    const work = context.packages('staging', 'build', 'reuse');
    if (work.length === 0) return;
    context.emit({ kind: 'stage', stage: 'staging', message: `Building ${count(work.length, 'package')}` });
    const sources = await this.sourcesOf(work);
    this.tellTroubles();
    const ids = work.map(({ id }) => id);
    const chains = chainLengths({ ids, needs, costMs: (id) => this.expectedMs(id, sources.get(id)) });
    this.chains = chains;
    const byChain = [...work].sort((a, b) => (chains.get(b.id) ?? 0) - (chains.get(a.id) ?? 0));
    const fetcher = await makeFetcher(this.context, this.keys, work);
    const toBuild = work.filter(({ id }) => sources.has(id));
    if (!(await this.pretendAll(toBuild, fetcher))) {
      await this.closeLogs();
      context.leaveOut(work);
      return;
    }
    const schedule = new Schedule(
      { ids, needs, priority: (id) => chains.get(id) ?? 0 },
      context.request.keepGoing ?? false,
    );
    this.ways = {
      fetcher,
      slots: this.makeSlots(work),
      downloads: this.downloadAhead(byChain, sources, fetcher, schedule),
    };
    for (const { id } of work) this.tell(schedule, id);
    await this.drive(schedule);
    await this.shared.end();
    await this.closeLogs();
    context.leaveOut(schedule.waiting.flatMap((id) => context.byId.get(id) ?? []));
    await this.ways.downloads.done;
  }

  /**
   * Runs pkg_pretend of everything that is to be built, all of them before the first is built, whatever fails. False: one
   * refused. Source: PMS 9.1.1
   */
  private async pretendAll(work: readonly PlannedPackage[], fetcher: DistfileFetcher): Promise<boolean> {
    const { context } = this;
    for (const pkg of work) {
      const facts = this.keys.factsOrNull(pkg);
      if (facts === null || pretendPhases(facts).length === 0 || context.isCancelled) continue;
      context.emit({ kind: 'package_started', id: pkg.id });
      const job = this.jobOf(pkg);
      this.logs.set(pkg.id, job.log);
      const buildDir = buildDirOf(context.place, pkg.cpv);
      try {
        const result = await withWork(buildDir, 'a build of it', async () => {
          await removeWork(buildDir);
          await mkdir(buildDir, { recursive: true });
          const request = await this.plainRequest(job, fetcher, facts.variables.MAKEOPTS ?? '-j1', []);
          const ran = await runPhasesOf(request, buildDir, pretendPhases(facts));
          if (ran.kind === 'ok') await removeWork(buildDir);
          return ran;
        });
        if (result.kind === 'failed') this.reportPhase(job, result);
      } catch (error) {
        this.logs.delete(pkg.id);
        await context.reportError(pkg, 'pretend', error, job.log);
      }
    }
    return context.isGood;
  }

  /** Those of packages whose turn did not come. */
  private async closeLogs(): Promise<void> {
    for (const log of this.logs.values()) await log.close();
    this.logs.clear();
  }

  /** What cannot be had from where packages were built comes from another place, or is built here; that is said. */
  private tellTroubles(): void {
    for (const text of new Set(this.context.prebuilt?.troubles)) {
      this.context.emit({
        kind: 'log',
        id: null,
        line: 1,
        text: `Warning: ${text}; it comes from another place, or is built here\n`,
      });
    }
  }

  /** What earlier runs needed, else a guess from the size of the sources; binary packages cost next to nothing. */
  private expectedMs(id: string, files: readonly Distfile[] | undefined): number {
    if (files === undefined) return reuseMs;
    const pkg = this.context.byId.get(id) as PlannedPackage;
    const known = this.context.request.expected?.(pkg)?.durationMs;
    return known ?? guessedBuildMs(files.reduce((sum, { entry }) => sum + entry.sizeBytes, 0));
  }

  /** MAKEOPTS of the design may allow a package more or fewer jobs than there are processors; that is said. */
  private makeSlots(work: readonly PlannedPackage[]): BuildSlots {
    const { limits = {} } = this.context.request;
    const options = new Set(work.flatMap((pkg) => this.keys.factsOrNull(pkg)?.variables.MAKEOPTS ?? []));
    const jobs = [...options].flatMap((text) => jobsOf(text) ?? []);
    const slots = new BuildSlots(limits, jobs.length > 0 ? Math.max(...jobs) : null, undefined, this.pipes);
    for (const text of options) {
      const said = jobsOf(text) === null ? 'without a number of jobs' : `at most ${jobsOf(text)} jobs a package`;
      this.context.emit({
        kind: 'log',
        id: null,
        line: 1,
        text: `MAKEOPTS="${text}" of the configuration: ${said}, ${slots.jobs} for all packages together\n`,
      });
    }
    return slots;
  }

  /** Says whether a package could start or waits for another; each change is said once. */
  private tell(schedule: Schedule, id: string): void {
    const by = schedule.openNeeds(id)[0];
    if (schedule.stateOf(id) !== 'waiting' || this.told.get(id) === (by === undefined)) return;
    this.told.set(id, by === undefined);
    this.context.emit(by === undefined ? { kind: 'package_queued', id } : { kind: 'package_blocked', id, by });
  }

  private async drive(schedule: Schedule): Promise<void> {
    const { context } = this;
    const running = new Map<string, Promise<void>>();
    const jobs = Math.max(1, context.request.limits?.jobs ?? availableParallelism());
    // one at a time is what `--jobs 1` means
    const most = jobs === 1 ? 1 : jobs + beside;
    for (;;) {
      for (let id = schedule.next(); id !== null && running.size < most; id = schedule.next()) {
        if (context.isCancelled) break;
        schedule.start(id);
        running.set(id, this.settle(schedule, id, running));
      }
      if (running.size === 0) return;
      await Promise.race(running.values());
    }
  }

  private async settle(schedule: Schedule, id: string, running: Map<string, unknown>): Promise<void> {
    const { context } = this;
    const isDone = await this.workOn(context.byId.get(id) as PlannedPackage);
    running.delete(id);
    if (isDone) {
      for (const dependent of schedule.finish(id)) this.tell(schedule, dependent);
      return;
    }
    const broken = schedule.fail(id);
    if (context.request.keepGoing !== true) this.halt.abort(stopped);
    for (const { id: other, because } of broken) {
      context.leaveOut([context.byId.get(other) as PlannedPackage], because);
    }
  }

  /** True when the package is in staging afterwards. */
  private async workOn(pkg: PlannedPackage): Promise<boolean> {
    const { context } = this;
    let phase: BuildPhase = 'setup';
    context.emit({ kind: 'package_started', id: pkg.id });
    const job = this.jobOf(pkg, (next) => {
      phase = next;
    });
    const { log } = job;
    try {
      const stored = await this.keys.findStored(pkg);
      return stored ? await this.reuse(job, stored) : await this.takeHeld(job);
    } catch (error) {
      if (error === stopped) {
        await log.close();
        context.leaveOut([pkg]);
        return false;
      }
      await context.reportError(pkg, phase, error, log);
      return false;
    }
  }

  /** Work on a package, with the log that it has when it said something before its turn. */
  private jobOf(pkg: PlannedPackage, onPhase: (phase: BuildPhase) => void = () => undefined): Job {
    const { context } = this;
    const known = this.logs.get(pkg.id);
    const log = known ?? context.openLog(pkg);
    this.logs.delete(pkg.id);
    // a package that starts has said nothing yet
    for (const notice of known?.told ?? []) context.emit({ kind: 'package_notice', id: pkg.id, notice });
    const setPhase = (next: BuildPhase): void => {
      onPhase(next);
      log.beginPhase();
      context.emit({ kind: 'package_phase', id: pkg.id, phase: next });
    };
    return { pkg, log, startedAt: performance.now(), waitedMs: 0, setPhase };
  }

  private async reuse({ pkg, log, setPhase }: Job, stored: StoredPackage): Promise<boolean> {
    const { context } = this;
    const { place } = context;
    const isMerged = (await readEntryFile(place.staging, pkg.cpv, recordFile.key)) === (await this.keys.keyOf(pkg));
    if (!isMerged) {
      const buildDir = buildDirOf(place, pkg.cpv);
      const install = async (): Promise<void> => {
        const ready = await unpackForInstall(
          stored,
          workFolder(place.stagingDir),
          place.path,
          [],
          context.request.signal,
        );
        await context.merge(place.staging, ready, log, setPhase);
        await removeWork(buildDir);
      };
      await withWork(buildDir, 'an installation of it', install, lockPath(place));
    }
    const reason = isMerged ? 'already merged, nothing changed' : `unchanged since build ${stored.buildId}`;
    log.line(`>>> ${pkg.cpv}: ${reason}`);
    await log.close();
    context.emit({ kind: 'package_reused', id: pkg.id, reason });
    return true;
  }

  /** Nobody may be in a shell in the work folder meanwhile. */
  private takeHeld(job: Job): Promise<boolean> {
    const { place } = this.context;
    const work = (): Promise<boolean> => this.takeOrBuild(job);
    return withWork(buildDirOf(place, job.pkg.cpv), 'a build of it', work, lockPath(place));
  }

  /** As one of the packages that prefixes share, or for this path. */
  private async takeOrBuild(job: Job): Promise<boolean> {
    const { pkg, log } = job;
    const shared = await this.shared.take(job);
    if (shared.kind === 'failed') {
      await log.close();
      this.reportPhase(job, shared.outcome);
      return false;
    }
    if (shared.kind !== 'own') return shared.kind === 'merged';
    if (shared.reason !== null) {
      this.keys.keepOwn(pkg, shared.reason);
      log.line(`>>> ${pkg.cpv}: for ${this.context.place.path} only: ${shared.reason}`);
    }
    const isBuilt = await this.build(job, shared.isItself ? shared.reason : null);
    // what fails in both ways is no matter of the path
    if (isBuilt && shared.mark !== null) await this.shared.markAgainst(pkg, shared.mark);
    return isBuilt;
  }

  /** `forThisPath`: why no other prefix can have it, if that is worth telling */
  private async build(job: Job, forThisPath: string | null): Promise<boolean> {
    const { pkg, log } = job;
    const { context } = this;
    const outcome = await buildPackage(await this.buildRequest(job));
    const facts = this.keys.factsOf(pkg);
    if (outcome.kind === 'built' && forThisPath !== null) log.notice(pathNotice(context.place.path, forThisPath));
    if (outcome.kind === 'built') return this.mergeBuilt(job, outcome, facts.metadata.SLOT ?? '0');
    await log.close();
    if (outcome.kind === 'cancelled') context.emit({ kind: 'package_cancelled', id: pkg.id });
    else this.reportPhase(job, outcome);
    return false;
  }

  /** A build for the path of this prefix, when its sources have arrived. */
  private async buildRequest(job: Job): Promise<QueuedRequest> {
    const { pkg } = job;
    const facts = this.keys.factsOf(pkg);
    const { fetcher, slots, downloads } = this.ways as Ways;
    await downloads.arrived(pkg.id);
    const makeOpts = facts.variables.MAKEOPTS ?? `-j${slots.jobs}`;
    const plain = await this.plainRequest(job, fetcher, makeOpts, await distfilesOf(pkg.cpv, facts));
    return { ...plain, enter: (tokens) => this.enter(job, slots, tokens) };
  }

  private async plainRequest(
    { pkg, log, setPhase }: Job,
    fetcher: DistfileFetcher,
    makeOpts: string,
    distfiles: readonly Distfile[],
  ): Promise<BuildRequest> {
    const { request, place, store, runPhases } = this.context;
    const facts = this.keys.factsOf(pkg);
    return {
      place,
      cpv: pkg.cpv,
      facts,
      distfiles,
      moreFiles: new Map([
        ...(await this.keys.recordsOf(pkg)),
        [recordFile.host, await this.keys.hostAskedOf(pkg)],
        ...(facts.moreEntries ?? []),
      ]),
      fetcher,
      distDir: request.distDir,
      store,
      runPhases,
      hostProvided: request.hostProvided ?? [],
      hostNames: request.hostNames ?? {},
      makeOpts,
      compileCache: request.compileCache,
      signal: request.signal,
      log: (text) => log.write(text),
      onMessage: (message) => log.message(message),
      onNotice: (notice) => log.notice(notice),
      onPhase: setPhase,
    };
  }

  /** Waits for a processor; what is waited for is said. */
  private async enter(job: Job, slots: BuildSlots, tokens: string): Promise<BuildSlot> {
    const { pkg, log } = job;
    const { context } = this;
    let hasWaited = false;
    const use = {
      chainMs: this.chains.get(pkg.id) ?? 0,
      peakRssBytes: context.request.expected?.(pkg)?.peakRssBytes ?? null,
      jobs: jobsOf(this.keys.factsOf(pkg).variables.MAKEOPTS ?? ''),
    };
    const askedAt = performance.now();
    const slot = await slots.enter(use, tokens, {
      wait: () => {
        hasWaited = true;
        context.emit({ kind: 'package_queued', id: pkg.id });
      },
      hold: (reason) => log.line(`>>> ${pkg.cpv} waits: ${reason}`),
      signal: AbortSignal.any([this.halt.signal, ...(context.request.signal ? [context.request.signal] : [])]),
    });
    job.waitedMs += performance.now() - askedAt;
    if (hasWaited) context.emit({ kind: 'package_started', id: pkg.id });
    return slot;
  }

  private async mergeBuilt(
    job: Job,
    { built }: Extract<BuildOutcome, { kind: 'built' }>,
    slot: string,
  ): Promise<boolean> {
    const { pkg, log, setPhase, startedAt, waitedMs } = job;
    const { context } = this;
    const { cpuMs, peakRssBytes, imageDir, entries, entryFiles, buildDir } = built;
    context.emit({ kind: 'resources', id: pkg.id, cpuMs, peakRssBytes });
    const ready = { cpv: pkg.cpv, slot, imageDir, entries, entryFiles };
    const merged = await context.merge(context.place.staging, ready, log, setPhase, 'source');
    await removeWork(buildDir);
    await this.forgetOldBuilds(pkg);
    await log.close();
    context.finish(pkg, startedAt + waitedMs, merged);
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
    const look = shellHint(context.place, pkg.cpv);
    context.fail(pkg, isBuildPhase(phase) ? phase : 'setup', message, outcome.hint, log, look);
  }

  // ---- sources

  /** The files of all packages that have no binary package, by id. */
  private async sourcesOf(work: readonly PlannedPackage[]): Promise<ReadonlyMap<string, readonly Distfile[]>> {
    const sources = new Map<string, readonly Distfile[]>();
    for (const pkg of work) {
      try {
        if (!(await this.isAtHand(pkg))) sources.set(pkg.id, await distfilesOf(pkg.cpv, this.keys.factsOf(pkg)));
      } catch (error) {
        // told when the package itself comes to it
        if (!isStudioError(error)) throw error;
      }
    }
    return sources;
  }

  private async isAtHand(pkg: PlannedPackage): Promise<boolean> {
    return (await this.keys.findStored(pkg)) !== null || (await this.keys.findShared(pkg)) !== null;
  }

  private downloadAhead(
    work: readonly PlannedPackage[],
    sources: ReadonlyMap<string, readonly Distfile[]>,
    fetcher: DistfileFetcher,
    schedule: Schedule,
  ): DownloadAhead {
    const { request, emit } = this.context;
    const isOpen = (id: string): boolean => schedule.stateOf(id) === 'waiting' && !this.context.isCancelled;
    return new DownloadAhead(
      work.map(({ id }) => ({ id, files: sources.get(id) ?? [] })),
      fetcher,
      {
        distDir: request.distDir,
        atOnce: downloadsAtOnce,
        onStart: (id) => {
          if (isOpen(id)) emit({ kind: 'package_phase', id, phase: 'fetch' });
        },
        onEnd: (id) => {
          this.told.delete(id);
          if (isOpen(id)) this.tell(schedule, id);
        },
        signal: request.signal,
      },
    );
  }
}

const pathNotice = (path: string, reason: string): PackageNotice => ({
  level: 'log',
  phase: 'package',
  check: 'one-path',
  text: `Built for ${path} alone, and so is what is built with it: ${reason}.\n`,
});

/** What gets the sources of these packages. */
export async function makeFetcher(
  { request }: RunContext,
  keys: PlanKeys,
  work: readonly PlannedPackage[],
): Promise<DistfileFetcher> {
  const locations = new Set(work.flatMap((pkg) => keys.factsOrNull(pkg)?.repositoryLocation ?? []));
  const settings = request.sources ?? noSourceSettings;
  return openFetcher(request, settings, openHostArchive(request, settings, locations));
}

const shellHint = (place: PrefixPlace, cpv: string): string =>
  `The work folder is kept: \`${buildDirOf(place, cpv)}\`. Open a shell in its sandbox: \`prefix-studio shell ${place.name} ${cpv}\`.`;

function isBuildPhase(phase: string): phase is BuildPhase {
  return !['prerm', 'postrm', 'config', 'nofetch', 'info'].includes(phase);
}
