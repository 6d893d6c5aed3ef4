import { join } from 'node:path';
import { tellable } from '../errors';
import { DiskError, type DiskUse, diskErrorOf, diskErrorOfLine } from '../host/disk-error';
import { isCancelBehind } from '../host/ended-outside';
import type { BuildPhase, PackageNotice, RunEmitter } from '../layout/events';
import type { PlannedPackage } from '../resolve/plan';
import type { ConfigProtection } from './config-protect';
import { EngineError } from './errors';
import type { FirstError } from './first-error';
import { fittingPackage } from './fitting-package';
import { installReadyPackage, type ReadyPackage } from './install-package';
import type { HookSetting } from './package-hooks';
import { PackageLog } from './package-log';
import { PackageStore, type StoredPackage } from './package-store';
import type { PhaseMessage, RunEbuildPhases } from './phase-contract';
import { runEbuildPhases } from './phases';
import { neededAmong, needsOf } from './plan-needs';
import { machineToolchain } from './prebuilt/machine-toolchain';
import { PrebuiltPackages } from './prebuilt/prebuilt-packages';
import { type PrefixPlace, toolOf, workFolder } from './prefix-place';
import { placeholderPath } from './relocate/placeholder';
import { RelocatableStore } from './relocate/relocatable-store';
import type { ExecuteRequest, FailedPackage } from './run-request';
import { installedInSlot, type TargetRoot } from './vdb';
import { updateWorld } from './world';

/** CONFIG_PROTECT of Portage's defaults, below a prefix. */
function defaultProtection({ path }: PrefixPlace): ConfigProtection {
  return { protect: [`${path}/etc`], mask: [`${path}/etc/env.d`] };
}

function openPrebuilt({ prebuilt, sharedDir, place, signal }: ExecuteRequest): PrebuiltPackages | null {
  if (prebuilt === undefined || prebuilt.places.length === 0 || sharedDir === undefined) return null;
  const machine = machineToolchain(toolOf(place.board, 'gcc'));
  machine.catch(() => undefined);
  return new PrebuiltPackages(prebuilt, join(sharedDir, 'prebuilt'), () => machine, signal);
}

/** What the halves of a run share: where, with what, what was said and what went wrong. */
export class RunContext {
  readonly place: PrefixPlace;
  readonly emit: RunEmitter;
  readonly store: PackageStore;
  /** packages that fit any path; null: prefixes share none */
  readonly shared: RelocatableStore | null;
  /** packages that others built; null: everything is built here */
  readonly prebuilt: PrebuiltPackages | null;
  readonly protection: ConfigProtection;
  readonly runPhases: RunEbuildPhases;
  readonly byId: ReadonlyMap<string, PlannedPackage>;
  /** what each package waits for */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  readonly failures: FailedPackage[] = [];
  /** ids of what this run has merged */
  private readonly merged = new Set<string>();
  private lastMerge: Promise<unknown> = Promise.resolve();

  constructor(readonly request: ExecuteRequest) {
    this.place = request.place;
    this.emit = request.emit;
    this.store = new PackageStore(request.onlyFrom ?? request.place.pkgDir);
    this.shared = request.sharedDir === undefined ? null : new RelocatableStore(request.sharedDir);
    this.prebuilt = openPrebuilt(request);
    this.protection = request.protection ?? defaultProtection(request.place);
    this.runPhases = request.runPhases ?? runEbuildPhases;
    this.byId = new Map(request.plan.packages.map((pkg) => [pkg.id, pkg]));
    this.needs = needsOf(request.plan);
  }

  get isCancelled(): boolean {
    return this.request.signal?.aborted === true;
  }

  /** May the run go on to its next part? */
  get isGood(): boolean {
    return this.failures.length === 0 && !this.isCancelled;
  }

  packages(root: PlannedPackage['root'], ...actions: readonly PlannedPackage['action'][]): readonly PlannedPackage[] {
    return this.request.plan.packages.filter((pkg) => pkg.root === root && actions.includes(pkg.action));
  }

  target(root: 'staging' | 'final'): TargetRoot {
    return root === 'final' ? this.place.final : this.place.staging;
  }

  private directory(target: TargetRoot): string {
    return target === this.place.final ? this.place.finalDir : this.place.stagingDir;
  }

  openLog(pkg: PlannedPackage): PackageLog {
    const directory = this.directory(this.target(pkg.root === 'final' ? 'final' : 'staging'));
    return new PackageLog(pkg.id, join(directory, 'logs'), pkg.cpv, this.emit);
  }

  hookSetting(
    target: TargetRoot,
    log: (text: string) => void | Promise<void>,
    mergeType?: 'source' | 'binary',
  ): HookSetting {
    const { signal } = this.request;
    return {
      target,
      workFolder: workFolder(this.directory(target)),
      runPhases: this.runPhases,
      mergeType,
      bashrcs: this.request.bashrcs,
      log,
      signal,
    };
  }

  /** Merges one package after the other, whoever asks. */
  merge(
    target: TargetRoot,
    ready: ReadyPackage,
    log: PackageLog,
    setPhase: (phase: BuildPhase) => void,
    mergeType: 'source' | 'binary' = 'binary',
  ): ReturnType<typeof installReadyPackage> {
    const hooks = {
      ...this.hookSetting(target, (text) => log.write(text), mergeType),
      onMessage: (message: PhaseMessage) => log.message(message),
      onNotice: (notice: PackageNotice) => log.notice(notice),
    };
    const root = target === this.place.final ? 'final' : 'staging';
    const work = this.lastMerge.then(async () => {
      setPhase('merge');
      const done = await installReadyPackage(target, ready, this.protection, hooks, () => this.leaving(root));
      this.merged.add(`${root}|${ready.cpv}`);
      if (this.request.world?.[root].packages.some(({ cpvs }) => cpvs.includes(ready.cpv))) await this.keepWorld(root);
      return done;
    });
    this.lastMerge = work.catch(() => undefined);
    return work;
  }

  /** The binary package of a run that compiles nothing. Throws BINPKG_MISSING. */
  async binaryPackage(pkg: PlannedPackage): Promise<StoredPackage> {
    const { directory } = this.store;
    const found = await fittingPackage(directory, pkg, this.place.path);
    if (found.kind === 'found') return found.stored;
    const message = `\`${pkg.cpv}\` cannot be installed from \`${directory}\`. ${found.reason}`;
    throw new EngineError('BINPKG_MISSING', message, { hint: 'Put one there that fits, or compile it.' });
  }

  /** Has this run merged a package? */
  hasMerged(id: string): boolean {
    return this.merged.has(id);
  }

  /** What is installed in a root and will be replaced by a package of this run that is not merged yet. */
  private async leaving(root: 'staging' | 'final'): Promise<ReadonlySet<string>> {
    const coming = this.packages(root, 'build', 'reuse', 'install').filter(({ id }) => !this.merged.has(id));
    const target = this.target(root);
    const inSlots = coming.map(({ category, pn, slot }) => installedInSlot(target, `${category}/${pn}`, slot));
    return new Set((await Promise.all(inSlots)).flat());
  }

  /** Writes what was asked for, as far as it is installed, into the world of a root. */
  async keepWorld(root: 'staging' | 'final'): Promise<void> {
    const wish = this.request.world?.[root];
    if (wish) await updateWorld(this.target(root), wish);
  }

  /** Tells that a package is merged; `startedAt` is of `performance.now()`. */
  finish(pkg: PlannedPackage, startedAt: number, { sizeBytes, files }: { sizeBytes: number; files: number }): void {
    const durationMs = Math.round(performance.now() - startedAt);
    this.emit({ kind: 'package_finished', id: pkg.id, durationMs, sizeBytes, files });
  }

  // ---- what went wrong

  /** Notes what was thrown while a package was worked on; during a cancel that is no failure. Closes the log. */
  async reportError(pkg: PlannedPackage, phase: BuildPhase, error: unknown, log: PackageLog): Promise<void> {
    if (await isCancelBehind(error, this.request.signal)) {
      await log.close();
      this.emit({ kind: 'package_cancelled', id: pkg.id });
      return;
    }
    const trouble = diskErrorOf(error, this.diskUse(pkg, phase));
    const told = trouble ?? tellable(error);
    // people read of the path that they know
    const message = told.message.replaceAll(placeholderPath, this.place.path);
    const { hint = null } = told;
    log.line(` * ERROR: ${message}`);
    await log.close();
    if (trouble) this.report(pkg, phase, trouble, log.firstError);
    else this.fail(pkg, phase, message, hint, log);
  }

  /** `hint`: of what we know ourselves, before any guess from the log; `otherwise`: when nothing is known. */
  fail(
    pkg: PlannedPackage,
    phase: BuildPhase,
    message: string,
    hint: string | null,
    log: PackageLog | null,
    otherwise?: string,
  ): void {
    const first = log?.firstError ?? null;
    const full = first?.isDiskFull ? diskErrorOfLine(first.line, this.diskUse(pkg, phase)) : null;
    this.report(pkg, phase, full ?? { message, hint: hint ?? first?.hint ?? otherwise }, first);
  }

  private report(
    pkg: PlannedPackage,
    phase: BuildPhase,
    told: DiskError | { readonly message: string; readonly hint: string | undefined },
    first: FirstError | null,
  ): void {
    const { message, hint = null } = told;
    this.failures.push({ id: pkg.id, phase, message, trouble: told instanceof DiskError ? told : null });
    this.emit({
      kind: 'package_failed',
      id: pkg.id,
      phase,
      message,
      firstErrorLine: first?.line ?? null,
      logLine: first?.lineNumber ?? null,
      hint,
    });
  }

  private diskUse({ cpv, root }: PlannedPackage, phase: BuildPhase): DiskUse {
    return {
      doing: `\`${cpv}\` was in ${phase}`,
      path: this.directory(this.target(root === 'final' ? 'final' : 'staging')),
    };
  }

  /**
   * Tells of packages that will not be worked on, except those that failed themselves: because something that they need
   * failed, or because the run stopped at `because`, which they have nothing to do with.
   */
  leaveOut(work: readonly PlannedPackage[], because: string = this.failures[0]?.id ?? ''): void {
    const failed = new Set(this.failures.map(({ id }) => id));
    for (const { id } of work) {
      if (this.isCancelled) this.emit({ kind: 'package_cancelled', id });
      else if (!failed.has(id)) {
        const needed = neededAmong(this.needs, id, failed);
        this.emit({
          kind: 'package_skipped',
          id,
          because: needed ?? because,
          ...(needed === null ? { isUnrelated: true } : {}),
        });
      }
    }
  }
}
