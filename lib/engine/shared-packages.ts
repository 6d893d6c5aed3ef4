import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildPhase } from '../layout/events';
import { recordFile } from '../layout/record-files';
import type { PlannedPackage } from '../resolve/plan';
import { type BuildOutcome, type BuiltPackage, buildDirOf, buildPackage, type QueuedRequest } from './build-package';
import { entryText } from './install-package';
import type { PackageLog } from './package-log';
import type { StoredPackage } from './package-store';
import type { PhaseRequest } from './phase-contract';
import type { PlanKeys } from './plan-keys';
import { formatPrebuiltRecord } from './prebuilt/prebuilt-index';
import { type PrebuiltPackage, prebuiltFile } from './prebuilt/prebuilt-packages';
import { type PrefixPlace, workFolder } from './prefix-place';
import { type AdoptRequest, adoptPackage } from './relocate/adopt-package';
import { BuildRoots } from './relocate/build-roots';
import { PathBlame } from './relocate/path-blame';
import { placeholderPath } from './relocate/placeholder';
import type { RunContext } from './run-context';
import type { EntryFiles, TargetRoot } from './vdb';
import { listWork, removeWork } from './work-record';

/** A package being worked on. */
export interface Job {
  readonly pkg: PlannedPackage;
  readonly log: PackageLog;
  readonly startedAt: number;
  /** time, ms, in which it waited for a processor: no cost of its own */
  waitedMs: number;
  readonly setPhase: (phase: BuildPhase) => void;
}

export type Taken =
  | { readonly kind: 'merged' | 'ended' }
  /** it failed, and would fail at any path */
  | { readonly kind: 'failed'; readonly outcome: FailedOutcome }
  /**
   * it has to be built for this path; `mark`: what to tell other prefixes when that works; `reason`: what to tell people;
   * `isItself`: because of the package itself
   */
  | { readonly kind: 'own'; readonly reason: string | null; readonly mark: string | null; readonly isItself: boolean };

type FailedOutcome = Extract<BuildOutcome, { kind: 'failed' }>;

/** Builds of one version for any path that stay. */
const keptBuilds = 5;

/** The packages of a run that all prefixes share: taken from the store, or built for it in a root of their own first. */
export class SharedPackages {
  private readonly roots: BuildRoots;
  private readonly folder: string;

  constructor(
    private readonly context: RunContext,
    private readonly keys: PlanKeys,
    private readonly buildRequest: (job: Job) => Promise<QueuedRequest>,
  ) {
    const { place } = context;
    this.folder = join(place.stagingDir, 'tmp', 'roots');
    this.roots = new BuildRoots({
      folder: this.folder,
      keptIn: context.shared === null ? undefined : join(context.shared.folder, 'roots'),
      hooks: (target) => ({
        ...context.hookSetting(target, () => undefined),
        workFolder: join(this.folder, 'hooks'),
      }),
    });
  }

  /** Gets a package into staging as one of those that are shared, if it can be one. Throws what building throws. */
  async take(job: Job): Promise<Taken> {
    const { context } = this;
    const { pkg, log } = job;
    if (context.shared === null) return { kind: 'own', reason: null, mark: null, isItself: false };
    const sharing = await this.keys.sharingOf(pkg);
    if (sharing.kind === 'own') return { ...sharing, mark: null };
    const found = await this.keys.findShared(pkg);
    if (found) {
      const { key, prebuilt } = sharing;
      const adopted = await this.adopt(job, { stored: found }, 'binary', prebuilt && takenFiles(key, prebuilt));
      if ('refused' in adopted) return { kind: 'own', reason: adopted.refused, mark: adopted.refused, isItself: true };
      const how = prebuilt ? prebuiltWords(prebuilt) : 'built earlier for any path';
      const reason = `${how}; ${adopted.rewritten} files rewritten for ${context.place.path}`;
      log.line(`>>> ${pkg.cpv}: ${reason}`);
      await log.close();
      context.emit({ kind: 'package_reused', id: pkg.id, reason });
      return { kind: 'merged' };
    }
    if (sharing.prebuiltReason) log.line(`>>> ${pkg.cpv}: not prebuilt: ${sharing.prebuiltReason}`);
    const change = await this.keys.hostChangeOf(pkg);
    if (change !== null) log.line(`>>> ${pkg.cpv}: not the one built before: ${change}`);
    const built = await this.build(job);
    if (built.kind !== 'built') return built;
    const { stored, imageDir, entries, entryFiles } = built.built;
    const slot = entryText(entryFiles, 'SLOT') || '0';
    const adopted = await this.adopt(job, { built: { cpv: pkg.cpv, slot, imageDir, entries, entryFiles } }, 'source');
    if ('refused' in adopted) {
      await context.shared.packages.remove([stored]);
      return { kind: 'own', reason: adopted.refused, mark: adopted.refused, isItself: true };
    }
    log.line(`>>> ${pkg.cpv}: built for any path; ${adopted.rewritten} files rewritten for ${context.place.path}`);
    await log.close();
    context.finish(pkg, job.startedAt + job.waitedMs, adopted.merged);
    return { kind: 'merged' };
  }

  /** Remembers why a package is built for each path. */
  async markAgainst(pkg: PlannedPackage, reason: string): Promise<void> {
    const recipe = await this.keys.recipeOf(pkg);
    if (recipe.kind === 'shared') await this.context.shared?.markAgainst(recipe.key, pkg.cpv, reason);
  }

  /** The run is over; its roots wait for the next one, or go. Those of packages that failed stay for a shell. */
  async end(): Promise<void> {
    await this.roots.end(new Set(listWork(this.context.place).map(({ request }) => request.roots.sysroot)));
  }

  private async adopt(
    { pkg, log, setPhase }: Job,
    from: AdoptRequest['from'],
    mergeType: 'source' | 'binary',
    moreFiles?: EntryFiles,
  ): Promise<
    { readonly refused: string } | { readonly rewritten: number; readonly merged: { sizeBytes: number; files: number } }
  > {
    const { context } = this;
    const { place, store } = context;
    setPhase('package');
    const adopted = await adoptPackage({
      from,
      path: place.path,
      workFolder: workFolder(place.stagingDir),
      store,
      moreFiles,
      signal: context.request.signal,
    });
    if (adopted.kind === 'refused') return { refused: adopted.reason };
    const merged = await context.merge(place.staging, adopted.ready, log, setPhase, mergeType);
    await removeWork(buildDirOf(place, pkg.cpv));
    return { rewritten: adopted.rewritten, merged };
  }

  private atItsPath(text: string): string {
    return text.replaceAll(placeholderPath, this.context.place.path);
  }

  /**
   * A cache that only builds of this very package write into: whoever can write into one decides what its next user compiles.
   * It serves a build that was cancelled, failed or was cleaned away.
   */
  private compileCacheOf(key: string): PhaseRequest['compileCache'] {
    const { compileCache } = this.context.request;
    if (!compileCache) return undefined;
    const folder = join(compileCache.sharedFolder, key);
    mkdirSync(folder, { recursive: true });
    return { program: compileCache.program, folder };
  }

  private async build(job: Job): Promise<Taken | { readonly kind: 'built'; readonly built: BuiltPackage }> {
    const { context } = this;
    const { pkg, log } = job;
    const { shared } = context;
    if (shared === null) throw new Error('there is no store');
    const members: StoredPackage[] = [];
    for (const member of this.keys.closureOf(pkg)) {
      const stored = await this.keys.findShared(member);
      if (!stored) {
        return {
          kind: 'own',
          reason: `\`${member.cpv}\`, which it is built with, is not among the shared packages`,
          mark: null,
          isItself: false,
        };
      }
      members.push(stored);
    }
    const root = await this.roots.rootFor(members, this.keys.configurationOf(pkg));
    log.line(`>>> ${pkg.cpv}: building for any path, beside ${members.length} packages`);
    const request = await this.buildRequest(job);
    const blame = new PathBlame();
    const outcome = await buildPackage({
      ...request,
      log: (text) => {
        blame.take(text);
        return request.log(text);
      },
      onPhase: (phase) => {
        blame.beginPhase();
        request.onPhase(phase);
      },
      place: placeAt(context.place, root),
      store: shared.packages,
      isForAnyPath: true,
      compileCache: this.compileCacheOf(await this.keys.keyOf(pkg)),
      // people read of the path that they know
      onMessage: (message) => request.onMessage?.({ ...message, text: this.atItsPath(message.text) }),
      onNotice: (notice) => request.onNotice?.({ ...notice, text: this.atItsPath(notice.text) }),
    });
    if (outcome.kind === 'built') {
      const { cpuMs, peakRssBytes } = outcome.built;
      context.emit({ kind: 'resources', id: pkg.id, cpuMs, peakRssBytes });
      await shared.packages.remove((await shared.packages.builds(pkg.cpv)).slice(0, -keptBuilds));
      return outcome;
    }
    if (outcome.kind === 'cancelled') {
      await log.close();
      context.emit({ kind: 'package_cancelled', id: pkg.id });
      return { kind: 'ended' };
    }
    const { phase, message } = outcome;
    const why = blame.reason(
      { phase, message, errorLine: log.firstError?.line ?? null },
      {
        own: context.place.stagingEroot,
        root: join(root.root, placeholderPath),
        others: this.othersThan(pkg),
      },
    );
    // what failed for another reason fails at every path, and costs the time once
    if (why === null) return { kind: 'failed', outcome: { ...outcome, message: this.atItsPath(message) } };
    const reason = `building it for any path ended in ${phase}: ${message}; ${why}`;
    return { kind: 'own', reason: this.atItsPath(reason), mark: reason, isItself: true };
  }

  /** Packages of staging that a build of this one for any path does not see. */
  private othersThan(pkg: PlannedPackage): readonly string[] {
    const seen = new Set(this.keys.closureOf(pkg).map(({ id }) => id));
    const { packages } = this.context.request.plan;
    return packages.flatMap(({ id, root, cpv }) => (root === 'staging' && id !== pkg.id && !seen.has(id) ? [cpv] : []));
  }
}

const takenFiles = (key: string, { entry }: PrebuiltPackage): EntryFiles =>
  new Map([
    [recordFile.key, key],
    [prebuiltFile, formatPrebuiltRecord(entry)],
  ]);

const prebuiltWords = ({ entry: { builtWith }, place }: PrebuiltPackage): string =>
  `prebuilt with gcc ${builtWith.gcc} and glibc ${builtWith.glibc} (${builtWith.system})${place === '' ? '' : `, from ${place}`}`;

/** The place of a prefix with a build root for its staging. */
export function placeAt(place: PrefixPlace, root: TargetRoot): PrefixPlace {
  return {
    ...place,
    path: placeholderPath,
    staging: root,
    stagingRoot: root.root,
    stagingEroot: join(root.root, placeholderPath),
  };
}
