import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { recordFile } from '../layout/record-files';
import type { PlannedPackage } from '../resolve/plan';
import {
  type BuildRequest,
  type BuiltPackage,
  buildDirOf,
  distfilesOf,
  fetchSources,
  packImage,
  runPhasesOf,
} from './build-package';
import { EngineError } from './errors';
import { installReadyPackage, type ReadyPackage } from './install-package';
import type { StoredPackage } from './package-store';
import type { EbuildPhase } from './phase-contract';
import { buildPhases, pretendPhases } from './phase-list';
import { insidePaths } from './phase-settings';
import { readInstallFacts } from './phases';
import { PlanKeys } from './plan-keys';
import { lockPrefix, type PrefixPlace, workFolder } from './prefix-place';
import { adoptPackage } from './relocate/adopt-package';
import { placeholderPath } from './relocate/placeholder';
import { RunContext } from './run-context';
import type { ExecuteRequest } from './run-request';
import { placeAt } from './shared-packages';
import { makeFetcher } from './staging-run';
import { readWorkRecord, removeWork, withWork } from './work-record';

/** What can be asked for by name, in the order of a build. */
export const singlePhases = [
  'clean',
  'fetch',
  'setup',
  'unpack',
  'prepare',
  'configure',
  'compile',
  'test',
  'install',
  'package',
  'merge',
] as const;
export type SinglePhase = (typeof singlePhases)[number];

/** Phases that change sources in a way that cannot be done twice. */
const onlyOnce: ReadonlySet<EbuildPhase> = new Set(['unpack', 'prepare']);

/** Where output goes, and what is begun. */
export interface PhaseOutput {
  readonly write: (text: string) => void;
  readonly onPhase: (phase: string) => void;
}

export type SingleOutcome =
  | { readonly kind: 'done'; readonly isByHand: boolean; readonly file: string | null }
  | { readonly kind: 'failed'; readonly phase: EbuildPhase; readonly message: string; readonly hint: string | null }
  | { readonly kind: 'cancelled' };

/**
 * Runs phases of one package of a plan, and those before them that have not run, in the work folder that it keeps. What is
 * packed after somebody was in that folder has no build key, so that no later build takes it for what its ebuild makes.
 * Throws PREFIX_BUSY, PACKAGE_BUSY, and what fetching, packing and merging throw.
 */
export async function runSinglePhases(
  execute: ExecuteRequest,
  pkg: PlannedPackage,
  wanted: readonly SinglePhase[],
  output: PhaseOutput,
): Promise<SingleOutcome> {
  const lock = await lockPrefix(execute.place, `phases of ${pkg.cpv}`);
  try {
    const buildDir = buildDirOf(execute.place, pkg.cpv);
    return await withWork(buildDir, 'phases of it', async () => {
      let outcome: SingleOutcome = { kind: 'done', isByHand: false, file: null };
      for (const phase of wanted) {
        outcome = await new Single(execute, pkg, buildDir, output).run(phase);
        if (outcome.kind !== 'done') break;
      }
      return outcome;
    });
  } finally {
    await lock.release();
  }
}

/** One phase that was asked for, with those before it. */
class Single {
  private readonly context: RunContext;
  private readonly keys: PlanKeys;
  private readonly pkg: PlannedPackage;

  constructor(
    execute: ExecuteRequest,
    planned: PlannedPackage,
    private readonly buildDir: string,
    private readonly output: PhaseOutput,
  ) {
    // what stands in staging already gets the key of what is built now, not the one that it has
    this.pkg = planned.action === 'keep' ? { ...planned, action: 'build' } : planned;
    this.context = new RunContext(execute);
    this.keys = new PlanKeys(this.context);
  }

  async run(wanted: SinglePhase): Promise<SingleOutcome> {
    const { buildDir } = this;
    if (wanted === 'clean') {
      await removeWork(buildDir);
      return { kind: 'done', isByHand: false, file: null };
    }
    await this.forgetWithoutRoot();
    const request = await this.request();
    if (!readWorkRecord(buildDir)?.done.includes('unpack')) await fetchSources(request);
    if (wanted === 'fetch') return { kind: 'done', isByHand: false, file: null };
    const last: EbuildPhase = wanted === 'package' || wanted === 'merge' ? 'install' : wanted;
    const failed = await this.runTo(request, last, wanted !== last);
    if (failed) return failed;
    const isByHand = readWorkRecord(buildDir)?.isByHand ?? true;
    if (wanted === last) return { kind: 'done', isByHand, file: null };
    return this.pack(isByHand ? { ...request, moreFiles: markedByHand(request.moreFiles) } : request, wanted, isByHand);
  }

  /** Null: everything up to `last` has run. `isEnough`: it need not run again. */
  private async runTo(request: BuildRequest, last: EbuildPhase, isEnough: boolean): Promise<SingleOutcome | null> {
    const { buildDir, output } = this;
    const record = readWorkRecord(buildDir);
    const done = record?.done ?? [];
    if (done.includes(last) && isEnough) return null;
    if (done.includes(last) && onlyOnce.has(last)) {
      throw new EngineError(
        'WORK_AMBIGUOUS',
        `\`${this.pkg.cpv}\` has already run its ${last} phase, which cannot be repeated`,
        {
          hint: 'Start over with the phase `clean`.',
        },
      );
    }
    const order = ordered(request, last);
    const before = order.slice(0, order.indexOf(last));
    const phases = [...before.filter((phase) => !done.includes(phase)), last];
    if (record === null) {
      await removeWork(buildDir);
      await mkdir(buildDir, { recursive: true });
    }
    const after = record && {
      ...record,
      done: done.filter((phase) => before.includes(phase)),
      isByHand: record.isByHand || done.includes(last),
    };
    const result = await runPhasesOf({ ...request, onPhase: output.onPhase }, buildDir, phases, after);
    if (result.kind === 'ok') return null;
    if (result.kind === 'cancelled') return { kind: 'cancelled' };
    return { kind: 'failed', phase: result.phase, message: result.message, hint: result.hint };
  }

  /** A work folder whose root is gone cannot be gone on with. */
  private async forgetWithoutRoot(): Promise<void> {
    const record = readWorkRecord(this.buildDir);
    if (record === null || existsSync(record.request.roots.sysroot)) return;
    this.output.write(`>>> ${this.pkg.cpv}: what it was being built beside is gone; it begins anew\n`);
    await removeWork(this.buildDir);
  }

  /** Where the work folder builds for: the prefix, or any path. */
  private placeOfWork(): PrefixPlace {
    const { place } = this.context;
    const roots = readWorkRecord(this.buildDir)?.request.roots;
    if (roots?.eprefix !== placeholderPath) return place;
    return placeAt(place, { root: roots.sysroot, eprefix: placeholderPath });
  }

  private async pack(request: BuildRequest, wanted: SinglePhase, isByHand: boolean): Promise<SingleOutcome> {
    const { context, buildDir, output, pkg } = this;
    const inside = insidePaths({ cpv: pkg.cpv, repository: request.facts.repository, eclassDirs: [] });
    const { stagingRoot, path: eprefix } = request.place;
    const roots = { broot: '/', root: stagingRoot, sysroot: stagingRoot, eprefix };
    const installed = readInstallFacts({ buildDir, roots }, inside);
    const built = await this.forPrefix(
      await packImage(request, buildDir, { installed, cpuMs: 0, peakRssBytes: 0 }),
      request,
    );
    if (wanted === 'merge') {
      output.onPhase('merge');
      const { ready } = built;
      const hooks = context.hookSetting(context.place.staging, output.write, 'source');
      await installReadyPackage(context.place.staging, ready, context.protection, hooks);
      // its image went into staging, file by file
      await removeWork(buildDir);
    }
    return { kind: 'done', isByHand, file: built.stored.path };
  }

  /** What was packed, rewritten for the path of the prefix when it was built for any. Throws WORK_AMBIGUOUS. */
  private async forPrefix(
    { stored, imageDir, entries, entryFiles }: BuiltPackage,
    request: BuildRequest,
  ): Promise<{ readonly ready: ReadyPackage; readonly stored: StoredPackage }> {
    const { context, pkg } = this;
    const ready = { cpv: pkg.cpv, slot: request.facts.metadata.SLOT ?? '0', imageDir, entries, entryFiles };
    if (request.isForAnyPath !== true) return { ready, stored };
    const { path, stagingDir } = context.place;
    const from = { built: ready };
    const work = workFolder(stagingDir);
    const adopted = await adoptPackage({ from, path, workFolder: work, store: context.store });
    // somebody tried something here: nothing that other prefixes take
    await request.store.remove([stored]);
    if (adopted.kind === 'adopted') return adopted;
    throw new EngineError(
      'WORK_AMBIGUOUS',
      `\`${pkg.cpv}\` was built for any path, and cannot be rewritten for \`${path}\`: ${adopted.reason}`,
      {
        hint: 'Start over with the phase `clean`: then it is built for this path.',
      },
    );
  }

  private async request(): Promise<BuildRequest> {
    const { context, keys, pkg, output } = this;
    const { request, runPhases, shared } = context;
    const place = this.placeOfWork();
    const isForAnyPath = place !== context.place;
    const store = isForAnyPath && shared !== null ? shared.packages : context.store;
    const facts = keys.factsOf(pkg);
    return {
      place,
      cpv: pkg.cpv,
      facts,
      distfiles: await distfilesOf(pkg.cpv, facts),
      moreFiles: new Map([...(await keys.recordsOf(pkg)), ...(facts.moreEntries ?? [])]),
      fetcher: await makeFetcher(context, keys, [pkg]),
      distDir: request.distDir,
      store,
      runPhases,
      isForAnyPath,
      hostProvided: request.hostProvided ?? [],
      hostNames: request.hostNames ?? {},
      makeOpts: facts.variables.MAKEOPTS ?? `-j${availableParallelism()}`,
      signal: request.signal,
      log: output.write,
      onPhase: output.onPhase,
    };
  }
}

/** No build takes it for its own, and plan and proof can tell why. */
const markedByHand = (files: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...[...files].filter(([name]) => name !== recordFile.key), [recordFile.byHand, 'yes']]);

/** The phases of a build of this package; `test` too when it is asked for. */
function ordered({ facts }: BuildRequest, last: EbuildPhase): readonly EbuildPhase[] {
  const phases = [...pretendPhases(facts), ...buildPhases(facts)];
  if (phases.includes(last)) return phases;
  if (last === 'setup') return ['setup', ...phases];
  return phases.flatMap((phase) => (phase === 'install' ? ([last, 'install'] as const) : [phase]));
}
