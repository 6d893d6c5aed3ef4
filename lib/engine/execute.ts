import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { StudioError } from '../errors';
import type { BuildPhase, RunEmitter, RunPackage } from '../layout/events';
import { compareVersions, parseCpv } from '../pms';
import type { Plan, PlannedPackage } from '../resolve/plan';
import { buildKey, buildKeyFile, toolchainIdentity } from './build-key';
import { buildDirOf, buildPackage, distfilesOf, readArchiveHints } from './build-package';
import type { ConfigProtection } from './config-protect';
import type { DescribeEbuild, EbuildFacts } from './ebuild-facts';
import { EngineError } from './errors';
import { type Distfile, DistfileFetcher } from './fetch';
import { HostArchive } from './host-archive';
import { installReadyPackage, type ReadyPackage, unpackForInstall } from './install-package';
import { describeCollision, unmergePackage } from './merge';
import { recoverMerges } from './merge-journal';
import { type HookSetting, mergeHooks } from './package-hooks';
import { PackageLog } from './package-log';
import { PackageStore, type StoredPackage } from './package-store';
import type { RunEbuildPhases } from './phase-contract';
import { runEbuildPhases } from './phases';
import { chostOf, lockPrefix, type PrefixPlace, toolOf, workFolder } from './prefix-place';
import { Schedule } from './schedule';
import { findSetCollisions } from './set-collisions';
import { installedInSlot, listInstalled, readEntryFile, type TargetRoot } from './vdb';

export interface ExecuteRequest {
  readonly plan: Plan;
  readonly place: PrefixPlace;
  /** ebuild and configuration of a package that is to be built */
  readonly describe: DescribeEbuild;
  readonly distDir: string;
  /** folder for the index of the host's source archive */
  readonly cacheDir: string;
  /** GENTOO_MIRRORS */
  readonly mirrors?: readonly string[];
  /** INSTALL_MASK of final */
  readonly installMask?: readonly string[];
  readonly protection?: ConfigProtection;
  /** `category/PF` that the build machine provides; for `has_version -b` */
  readonly hostProvided?: readonly string[];
  /** packages built at once; default: the number of cores */
  readonly jobs?: number;
  readonly keepGoing?: boolean;
  /** which halves to do; default: both */
  readonly stages?: 'both' | 'staging' | 'final';
  readonly signal?: AbortSignal;
  readonly emit: RunEmitter;
  /** the caller holds the prefix's lock */
  readonly isLocked?: boolean;
  readonly runPhases?: RunEbuildPhases;
}

export interface FailedPackage {
  readonly id: string;
  readonly phase: BuildPhase;
  readonly message: string;
}

export type RunOutcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly failures: readonly FailedPackage[] }
  | { readonly kind: 'cancelled' };

const isWork = ({ action }: PlannedPackage): boolean => ['build', 'reuse', 'install', 'remove'].includes(action);

/** The packages of a plan that a run has to do something for, as the `planned` event lists them. */
export function runPackages(
  plan: Plan,
  expectedMs: (pkg: PlannedPackage) => number | null = () => null,
): readonly RunPackage[] {
  const listed = new Set(plan.packages.filter(isWork).map(({ id }) => id));
  const needs = needsOf(plan);
  return plan.packages.filter(isWork).map((pkg) => ({
    id: pkg.id,
    root: pkg.root,
    cpv: pkg.cpv,
    action: pkg.action as RunPackage['action'],
    needs: (needs.get(pkg.id) ?? []).filter((need) => listed.has(need)),
    expectedMs: expectedMs(pkg),
  }));
}

/** Hard edges: what a package waits for. A package of final waits for its build in staging too. */
function needsOf(plan: Plan): ReadonlyMap<string, readonly string[]> {
  const needs = new Map<string, Set<string>>();
  const add = (from: string, to: string): void => {
    if (from !== to) needs.set(from, (needs.get(from) ?? new Set()).add(to));
  };
  for (const edge of plan.edges) if (!edge.soft) add(edge.from, edge.to);
  const staged = new Map(plan.packages.filter(({ root }) => root === 'staging').map((pkg) => [pkg.cpv, pkg.id]));
  for (const pkg of plan.packages) {
    const twin = pkg.root === 'final' ? staged.get(pkg.cpv) : undefined;
    if (twin !== undefined) add(pkg.id, twin);
  }
  return new Map([...needs].map(([id, set]) => [id, [...set]]));
}

/** CONFIG_PROTECT of Portage's defaults, below a prefix. */
function defaultProtection({ path }: PrefixPlace): ConfigProtection {
  return { protect: [`${path}/etc`], mask: [`${path}/etc/env.d`] };
}

/**
 * Carries out a plan: builds into staging, several packages at once, then installs into final from binary packages.
 * Failures of packages are answers; throws PREFIX_BUSY, and what the disk throws.
 */
export async function executePlan(request: ExecuteRequest): Promise<RunOutcome> {
  const lock = request.isLocked ? null : await lockPrefix(request.place, 'build');
  try {
    return await new Run(request).run();
  } finally {
    await lock?.release();
  }
}

class Run {
  private readonly place: PrefixPlace;
  private readonly emit: RunEmitter;
  private readonly store: PackageStore;
  private readonly fetcher: Promise<DistfileFetcher>;
  private readonly protection: ConfigProtection;
  private readonly runPhases: RunEbuildPhases;
  private readonly jobs: number;
  private readonly failures: FailedPackage[] = [];
  private readonly byId: ReadonlyMap<string, PlannedPackage>;
  private readonly needs: ReadonlyMap<string, readonly string[]>;
  private readonly keys = new Map<string, Promise<string>>();
  private readonly facts = new Map<string, EbuildFacts>();
  private toolchain: Promise<string> | null = null;
  /** merges into one root happen one after another */
  private lastMerge: Promise<unknown> = Promise.resolve();

  constructor(private readonly request: ExecuteRequest) {
    this.place = request.place;
    this.emit = request.emit;
    this.store = new PackageStore(request.place.pkgDir);
    this.fetcher = this.makeFetcher();
    this.protection = request.protection ?? defaultProtection(request.place);
    this.runPhases = request.runPhases ?? runEbuildPhases;
    this.jobs = Math.max(1, request.jobs ?? availableParallelism());
    this.byId = new Map(request.plan.packages.map((pkg) => [pkg.id, pkg]));
    this.needs = needsOf(request.plan);
  }

  private get isCancelled(): boolean {
    return this.request.signal?.aborted === true;
  }

  async run(): Promise<RunOutcome> {
    const { stages = 'both' } = this.request;
    for (const target of [this.place.staging, this.place.final]) await this.recover(target);
    const onHost = this.request.plan.packages.filter(({ root, action }) => root === 'host' && action === 'build');
    for (const pkg of onHost) {
      this.fail(
        pkg,
        'setup',
        'packages cannot be built for the build machine itself',
        'Install it on this machine, then plan again.',
        null,
      );
    }
    if (onHost.length === 0 && stages !== 'final') await this.runStaging();
    if (this.failures.length === 0 && !this.isCancelled && stages !== 'staging') await this.runFinal();
    if (this.isCancelled) return { kind: 'cancelled' };
    return this.failures.length > 0 ? { kind: 'failed', failures: this.failures } : { kind: 'succeeded' };
  }

  private async recover(target: TargetRoot): Promise<void> {
    const hooks = this.hookSetting(target, (text) =>
      this.emit({ kind: 'log', id: null, line: 0, text: text.trimEnd() }),
    );
    for (const { cpv, outcome } of await recoverMerges(target, mergeHooks(hooks, null))) {
      this.emit({ kind: 'stage', stage: 'setup', message: `Interrupted merge of ${cpv} was ${outcome}` });
    }
  }

  // ---- staging

  private async runStaging(): Promise<void> {
    const { plan, keepGoing = false } = this.request;
    const all = plan.packages.filter((pkg) => pkg.root === 'staging');
    const work = all.filter(({ action }) => action === 'build' || action === 'reuse');
    if (work.length > 0) this.emit({ kind: 'stage', stage: 'staging', message: `Building ${work.length} packages` });
    const prefetch = this.prefetch(work);
    const schedule = new Schedule({ ids: work.map(({ id }) => id), needs: this.needs }, keepGoing);
    for (const { id } of work) this.emit({ kind: 'package_queued', id });
    await this.drive(schedule);
    for (const id of schedule.waiting) {
      if (this.isCancelled) this.emit({ kind: 'package_cancelled', id });
      else this.skip(id, this.failures[0]?.id ?? id);
    }
    await prefetch;
    if (this.failures.length === 0 && !this.isCancelled) await this.removePackages('staging');
    if (this.failures.length > 0) this.skipFinal();
  }

  private async drive(schedule: Schedule): Promise<void> {
    const running = new Map<string, Promise<void>>();
    for (;;) {
      if (!this.isCancelled) {
        for (const id of schedule.ready().slice(0, this.jobs - running.size)) {
          schedule.start(id);
          const task = this.buildOrReuse(this.byId.get(id) as PlannedPackage).then((isDone) => {
            if (isDone) schedule.finish(id);
            else for (const { id: other, because } of schedule.fail(id)) this.skip(other, because);
            running.delete(id);
          });
          running.set(id, task);
        }
      }
      if (running.size === 0) return;
      await Promise.race(running.values());
    }
  }

  /** Downloads of all packages that have no binary package, in plan order, while others compile. */
  private async prefetch(work: readonly PlannedPackage[]): Promise<void> {
    const files: Distfile[] = [];
    for (const pkg of work) {
      try {
        if (await this.findStored(pkg)) continue;
        files.push(...(await distfilesOf(pkg.cpv, this.factsOf(pkg))));
      } catch (error) {
        // told when the package itself comes to it
        if (!(error instanceof StudioError)) throw error;
      }
    }
    const log = (): void => undefined;
    await (await this.fetcher).prefetch(files, { log, signal: this.request.signal });
  }

  private async makeFetcher(): Promise<DistfileFetcher> {
    const { distDir, cacheDir, mirrors = [], plan } = this.request;
    const suites = new Set<string>();
    for (const pkg of plan.packages) {
      if (pkg.root !== 'staging' || pkg.action !== 'build') continue;
      const location = this.describeOrNull(pkg)?.repositoryLocation;
      for (const { suite } of location ? Object.values(await readArchiveHints(location)) : [])
        if (suite) suites.add(suite);
    }
    const archive = new HostArchive(join(cacheDir, 'host-archive'), [...suites].sort());
    return new DistfileFetcher({ distDir, mirrors, archive: archive.isPresent() ? archive : null });
  }

  private describeOrNull(pkg: PlannedPackage): EbuildFacts | null {
    try {
      return this.factsOf(pkg);
    } catch (error) {
      if (error instanceof StudioError) return null;
      throw error;
    }
  }

  private factsOf(pkg: PlannedPackage): EbuildFacts {
    const known = this.facts.get(pkg.id) ?? this.request.describe(pkg);
    this.facts.set(pkg.id, known);
    return known;
  }

  /** The build key of a package of staging; of an installed one as recorded. */
  private keyOf(pkg: PlannedPackage): Promise<string> {
    const known = this.keys.get(pkg.id);
    if (known) return known;
    const key = this.computeKey(pkg);
    this.keys.set(pkg.id, key);
    return key;
  }

  private async computeKey(pkg: PlannedPackage): Promise<string> {
    if (pkg.action !== 'build' && pkg.action !== 'reuse') {
      return (await readEntryFile(this.place.staging, pkg.cpv, buildKeyFile)) || pkg.cpv;
    }
    const facts = this.factsOf(pkg);
    this.toolchain ??= this.identifyToolchain();
    const linked = this.request.plan.edges.filter(
      ({ from, soft, class: dependencyClass }) => from === pkg.id && !soft && dependencyClass === 'DEPEND',
    );
    const dependencies = linked.flatMap(({ to }) => this.byId.get(to) ?? []).filter(({ root }) => root === 'staging');
    return buildKey({
      cpv: pkg.cpv,
      facts,
      chost: chostOf(this.place),
      eprefix: this.place.path,
      distfiles: (await distfilesOf(pkg.cpv, facts)).map(
        ({ entry }) => entry.hashes.SHA512 ?? entry.hashes.BLAKE2B ?? '',
      ),
      dependencyKeys: await Promise.all([...new Set(dependencies)].map((one) => this.keyOf(one))),
      toolchain: await this.toolchain,
    });
  }

  private async identifyToolchain(): Promise<string> {
    return toolchainIdentity(toolOf(this.place.board, 'gcc'));
  }

  private async findStored(pkg: PlannedPackage): Promise<StoredPackage | null> {
    return this.store.findByMetadata(pkg.cpv, buildKeyFile, await this.keyOf(pkg));
  }

  /** True when the package is in staging afterwards. */
  private async buildOrReuse(pkg: PlannedPackage): Promise<boolean> {
    const startedAt = Date.now();
    let phase: BuildPhase = 'setup';
    this.emit({ kind: 'package_started', id: pkg.id });
    const log = new PackageLog(pkg.id, join(this.place.stagingDir, 'logs'), pkg.cpv, this.emit);
    const setPhase = (next: BuildPhase): void => {
      phase = next;
      log.beginPhase();
      this.emit({ kind: 'package_phase', id: pkg.id, phase: next });
    };
    try {
      const key = await this.keyOf(pkg);
      const stored = await this.findStored(pkg);
      if (stored) {
        const present = await readEntryFile(this.place.staging, pkg.cpv, buildKeyFile);
        if (present !== key) await this.mergeStored(pkg, stored, log, setPhase);
        const reason = present === key ? 'already merged, nothing changed' : `unchanged since build ${stored.buildId}`;
        log.line(`>>> ${pkg.cpv}: ${reason}`);
        await log.close();
        this.emit({ kind: 'package_reused', id: pkg.id, reason });
        return true;
      }
      return await this.build(pkg, key, log, setPhase, startedAt);
    } catch (error) {
      await this.reportError(pkg, phase, error, log);
      return false;
    }
  }

  private async mergeStored(
    pkg: PlannedPackage,
    stored: StoredPackage,
    log: PackageLog,
    setPhase: (phase: BuildPhase) => void,
  ): Promise<void> {
    const ready = await unpackForInstall(stored, workFolder(this.place.stagingDir), this.place.path, []);
    await this.merge(this.place.staging, ready, log, setPhase);
    await rm(buildDirOf(this.place, pkg.cpv), { recursive: true, force: true });
  }

  private async build(
    pkg: PlannedPackage,
    key: string,
    log: PackageLog,
    setPhase: (phase: BuildPhase) => void,
    startedAt: number,
  ): Promise<boolean> {
    const { signal } = this.request;
    const facts = this.factsOf(pkg);
    const cores = availableParallelism();
    const outcome = await buildPackage({
      place: this.place,
      cpv: pkg.cpv,
      facts,
      distfiles: await distfilesOf(pkg.cpv, facts),
      moreFiles: new Map([[buildKeyFile, key]]),
      fetcher: await this.fetcher,
      distDir: this.request.distDir,
      store: this.store,
      runPhases: this.runPhases,
      hostProvided: this.request.hostProvided ?? [],
      makeOpts: facts.variables.MAKEOPTS ?? (this.jobs > 1 ? `-j${cores} -l${cores}` : `-j${cores}`),
      signal,
      log: (text) => log.write(text),
      onPhase: setPhase,
    });
    if (outcome.kind === 'cancelled') {
      await log.close();
      this.emit({ kind: 'package_cancelled', id: pkg.id });
      return false;
    }
    if (outcome.kind === 'failed') {
      this.emit({ kind: 'resources', id: pkg.id, cpuMs: outcome.cpuMs, peakRssBytes: outcome.peakRssBytes });
      await log.close();
      const phase =
        outcome.phase === 'prerm' ||
        outcome.phase === 'postrm' ||
        outcome.phase === 'config' ||
        outcome.phase === 'nofetch' ||
        outcome.phase === 'info'
          ? 'setup'
          : outcome.phase;
      this.fail(pkg, phase, outcome.message, `The work folder is kept: \`${buildDirOf(this.place, pkg.cpv)}\`.`, log);
      return false;
    }
    const { built } = outcome;
    this.emit({ kind: 'resources', id: pkg.id, cpuMs: built.cpuMs, peakRssBytes: built.peakRssBytes });
    const ready = {
      cpv: pkg.cpv,
      slot: facts.metadata.SLOT ?? '0',
      imageDir: built.imageDir,
      entryFiles: built.entryFiles,
    };
    const merged = await this.merge(this.place.staging, ready, log, setPhase);
    await rm(built.buildDir, { recursive: true, force: true });
    await log.close();
    this.emit({
      kind: 'package_finished',
      id: pkg.id,
      durationMs: Date.now() - startedAt,
      sizeBytes: merged.sizeBytes,
      files: merged.files,
    });
    return true;
  }

  /** One merge at a time. */
  private merge(
    target: TargetRoot,
    ready: ReadyPackage,
    log: PackageLog,
    setPhase: (phase: BuildPhase) => void,
  ): ReturnType<typeof installReadyPackage> {
    const hooks = this.hookSetting(target, (text) => log.write(text));
    const work = this.lastMerge.then(() => {
      setPhase('merge');
      return installReadyPackage(target, ready, this.protection, hooks);
    });
    this.lastMerge = work.catch(() => undefined);
    return work;
  }

  private hookSetting(target: TargetRoot, log: (text: string) => void): HookSetting {
    const directory = target === this.place.final ? this.place.finalDir : this.place.stagingDir;
    return { target, workFolder: workFolder(directory), runPhases: this.runPhases, log };
  }

  // ---- final

  private async runFinal(): Promise<void> {
    const { plan } = this.request;
    const work = plan.packages.filter(
      ({ root, action }) => root === 'final' && (action === 'install' || action === 'build' || action === 'reuse'),
    );
    await this.removePackages('final');
    if (work.length === 0 || this.failures.length > 0) return;
    this.emit({ kind: 'stage', stage: 'final', message: `Installing ${work.length} packages` });
    for (const { id } of work) this.emit({ kind: 'package_queued', id });
    const logs = new Map(
      work.map((pkg) => [pkg.id, new PackageLog(pkg.id, join(this.place.finalDir, 'logs'), pkg.cpv, this.emit)]),
    );
    try {
      await this.installAll(work, logs);
    } finally {
      for (const log of logs.values()) await log.close();
      await rm(workFolder(this.place.finalDir), { recursive: true, force: true });
    }
  }

  private async installAll(work: readonly PlannedPackage[], logs: ReadonlyMap<string, PackageLog>): Promise<void> {
    const members: {
      readonly pkg: PlannedPackage;
      readonly ready: ReadyPackage;
      readonly replaces: readonly string[];
    }[] = [];
    for (const pkg of work) {
      if (this.isCancelled) return this.cancelAll(work);
      const log = logs.get(pkg.id) as PackageLog;
      try {
        const stored = await this.storedFor(pkg);
        if (await this.isInstalled(pkg, stored)) {
          this.emit({ kind: 'package_started', id: pkg.id });
          this.emit({ kind: 'package_reused', id: pkg.id, reason: 'already installed, nothing changed' });
          continue;
        }
        const ready = await unpackForInstall(
          stored,
          workFolder(this.place.finalDir),
          this.place.path,
          this.request.installMask ?? [],
        );
        const replaces = await installedInSlot(this.place.final, parseCpv(pkg.cpv).qualifiedName, ready.slot);
        members.push({ pkg, ready, replaces });
      } catch (error) {
        await this.reportError(pkg, 'package', error, log);
        return this.skipOthers(work, pkg.id);
      }
    }
    const collisions = await findSetCollisions(this.place.final, members, this.protection);
    for (const [cpv, found] of collisions) {
      const pkg = members.find(({ ready }) => ready.cpv === cpv)?.pkg as PlannedPackage;
      const text = `files are in the way: ${found.slice(0, 5).map(describeCollision).join('; ')}`;
      this.fail(pkg, 'preinst', text, 'Nothing was written. Leave one of the packages out, or remove the files.', null);
    }
    if (collisions.size > 0) return this.skipOthers(work, this.failures[0]?.id ?? '');
    for (const [index, { pkg, ready }] of members.entries()) {
      if (this.isCancelled) return this.cancelAll(members.slice(index).map((member) => member.pkg));
      if (!(await this.installOne(pkg, ready, logs.get(pkg.id) as PackageLog)))
        return this.skipOthers(
          members.slice(index).map((member) => member.pkg),
          pkg.id,
        );
    }
  }

  private async installOne(pkg: PlannedPackage, ready: ReadyPackage, log: PackageLog): Promise<boolean> {
    const startedAt = Date.now();
    this.emit({ kind: 'package_started', id: pkg.id });
    const setPhase = (phase: BuildPhase): void => this.emit({ kind: 'package_phase', id: pkg.id, phase });
    try {
      const merged = await this.merge(this.place.final, ready, log, setPhase);
      log.line(`>>> ${pkg.cpv}: ${merged.files} files merged into ${this.place.finalEroot}`);
      this.emit({
        kind: 'package_finished',
        id: pkg.id,
        durationMs: Date.now() - startedAt,
        sizeBytes: merged.sizeBytes,
        files: merged.files,
      });
      return true;
    } catch (error) {
      await this.reportError(pkg, 'merge', error, log);
      return false;
    }
  }

  /** The binary package of what staging has; else the newest build. Throws BINPKG_MISSING. */
  private async storedFor(pkg: PlannedPackage): Promise<StoredPackage> {
    const builds = await this.store.builds(pkg.cpv);
    const inStaging = Number(await readEntryFile(this.place.staging, pkg.cpv, 'BUILD_ID'));
    const found = builds.find(({ buildId }) => buildId === inStaging) ?? builds.at(-1);
    if (found) return found;
    throw new EngineError(
      'BINPKG_MISSING',
      `there is no binary package of \`${pkg.cpv}\` in \`${this.place.pkgDir}\``,
      {
        hint: 'Build it in staging first.',
      },
    );
  }

  private async isInstalled(pkg: PlannedPackage, stored: StoredPackage): Promise<boolean> {
    const { final } = this.place;
    if (!(await listInstalled(final)).includes(pkg.cpv)) return false;
    const [key, buildId] = [
      await readEntryFile(final, pkg.cpv, buildKeyFile),
      await readEntryFile(final, pkg.cpv, 'BUILD_ID'),
    ];
    return (
      key !== '' &&
      buildId === `${stored.buildId}` &&
      key === (await readEntryFile(this.place.staging, pkg.cpv, buildKeyFile))
    );
  }

  // ---- removal

  /** Packages that go without being replaced in their slot; those that were, are gone already. */
  private async removePackages(root: 'staging' | 'final'): Promise<void> {
    const { plan } = this.request;
    const target = root === 'final' ? this.place.final : this.place.staging;
    const replaced = new Set(
      plan.packages.filter((pkg) => pkg.root === root && pkg.action !== 'remove').map(({ replaces }) => replaces),
    );
    const removals = plan.packages.filter(
      (pkg) => pkg.root === root && pkg.action === 'remove' && !replaced.has(pkg.cpv),
    );
    for (const pkg of [...removals].sort((a, b) => compareVersions(parseCpv(a.cpv).version, parseCpv(b.cpv).version))) {
      if (this.isCancelled || !(await listInstalled(target)).includes(pkg.cpv)) continue;
      const startedAt = Date.now();
      this.emit({ kind: 'package_started', id: pkg.id });
      const directory = root === 'final' ? this.place.finalDir : this.place.stagingDir;
      const log = new PackageLog(pkg.id, join(directory, 'logs'), pkg.cpv, this.emit);
      try {
        const hooks = mergeHooks(
          this.hookSetting(target, (text) => log.write(text)),
          null,
        );
        const { removedPaths } = await unmergePackage({ target, cpv: pkg.cpv, protection: this.protection, hooks });
        log.line(`>>> ${pkg.cpv}: ${removedPaths} paths removed from ${target.root}${target.eprefix}`);
        await log.close();
        this.emit({ kind: 'package_finished', id: pkg.id, durationMs: Date.now() - startedAt, sizeBytes: 0, files: 0 });
      } catch (error) {
        await this.reportError(pkg, 'merge', error, log);
      }
    }
  }

  // ---- what went wrong

  private async reportError(pkg: PlannedPackage, phase: BuildPhase, error: unknown, log: PackageLog): Promise<void> {
    if (this.isCancelled) {
      await log.close();
      this.emit({ kind: 'package_cancelled', id: pkg.id });
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    const hint = error instanceof StudioError ? (error.hint ?? null) : null;
    log.line(` * ERROR: ${message}`);
    await log.close();
    this.fail(pkg, phase, message, hint, log);
  }

  private fail(
    pkg: PlannedPackage,
    phase: BuildPhase,
    message: string,
    hint: string | null,
    log: PackageLog | null,
  ): void {
    this.failures.push({ id: pkg.id, phase, message });
    const first = log?.firstError ?? null;
    this.emit({
      kind: 'package_failed',
      id: pkg.id,
      phase,
      message,
      firstErrorLine: first?.line ?? null,
      logLine: first?.lineNumber ?? null,
      hint: first?.hint ?? hint,
    });
  }

  private skip(id: string, because: string): void {
    if (this.isCancelled) this.emit({ kind: 'package_cancelled', id });
    else this.emit({ kind: 'package_skipped', id, because });
  }

  private skipOthers(work: readonly PlannedPackage[], because: string): void {
    const failed = new Set(this.failures.map(({ id }) => id));
    for (const { id } of work) if (!failed.has(id)) this.skip(id, because);
  }

  private skipFinal(): void {
    const work = this.request.plan.packages.filter((pkg) => pkg.root === 'final' && isWork(pkg));
    this.skipOthers(work, this.failures[0]?.id ?? '');
  }

  private cancelAll(work: readonly PlannedPackage[]): void {
    for (const { id } of work) this.emit({ kind: 'package_cancelled', id });
  }
}
