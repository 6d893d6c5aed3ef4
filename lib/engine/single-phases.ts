import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { PlannedPackage } from '../resolve/plan';
import { buildKeyFile } from './build-key';
import { type BuildRequest, buildDirOf, distfilesOf, fetchSources, packImage, runPhasesOf } from './build-package';
import { EngineError } from './errors';
import { installReadyPackage } from './install-package';
import type { EbuildPhase } from './phase-contract';
import { buildPhases, pretendPhases } from './phase-list';
import { insidePaths } from './phase-settings';
import { readInstallFacts } from './phases';
import { PlanKeys } from './plan-keys';
import { lockPrefix } from './prefix-place';
import { RunContext } from './run-context';
import type { ExecuteRequest } from './run-request';
import { makeFetcher } from './staging-run';
import { patchesFile } from './user-patches';
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

  constructor(
    execute: ExecuteRequest,
    private readonly pkg: PlannedPackage,
    private readonly buildDir: string,
    private readonly output: PhaseOutput,
  ) {
    this.context = new RunContext(execute);
    this.keys = new PlanKeys(this.context);
  }

  async run(wanted: SinglePhase): Promise<SingleOutcome> {
    const { buildDir } = this;
    if (wanted === 'clean') {
      await removeWork(buildDir);
      return { kind: 'done', isByHand: false, file: null };
    }
    const request = await this.request();
    if (!readWorkRecord(buildDir)?.done.includes('unpack')) await fetchSources(request);
    if (wanted === 'fetch') return { kind: 'done', isByHand: false, file: null };
    const last: EbuildPhase = wanted === 'package' || wanted === 'merge' ? 'install' : wanted;
    const failed = await this.runTo(request, last, wanted !== last);
    if (failed) return failed;
    const isByHand = readWorkRecord(buildDir)?.isByHand ?? true;
    if (wanted === last) return { kind: 'done', isByHand, file: null };
    return this.pack(isByHand ? { ...request, moreFiles: withoutKey(request.moreFiles) } : request, wanted, isByHand);
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

  private async pack(request: BuildRequest, wanted: SinglePhase, isByHand: boolean): Promise<SingleOutcome> {
    const { context, buildDir, output, pkg } = this;
    const inside = insidePaths({ cpv: pkg.cpv, repository: request.facts.repository, eclassDirs: [] });
    const installed = readInstallFacts(
      {
        buildDir,
        roots: {
          broot: '/',
          root: context.place.stagingRoot,
          sysroot: context.place.stagingRoot,
          eprefix: context.place.path,
        },
      },
      inside,
    );
    const built = await packImage(request, buildDir, { installed, cpuMs: 0, peakRssBytes: 0 });
    if (wanted === 'merge') {
      output.onPhase('merge');
      const { imageDir, entries, entryFiles } = built;
      const ready = { cpv: pkg.cpv, slot: request.facts.metadata.SLOT ?? '0', imageDir, entries, entryFiles };
      const hooks = context.hookSetting(context.place.staging, output.write, 'source');
      await installReadyPackage(context.place.staging, ready, context.protection, hooks);
      // its image went into staging, file by file
      await removeWork(buildDir);
    }
    return { kind: 'done', isByHand, file: built.stored.path };
  }

  private async request(): Promise<BuildRequest> {
    const { context, keys, pkg, output } = this;
    const { request, place, store, runPhases } = context;
    const facts = keys.factsOf(pkg);
    return {
      place,
      cpv: pkg.cpv,
      facts,
      distfiles: await distfilesOf(pkg.cpv, facts),
      moreFiles: new Map([
        [buildKeyFile, await keys.keyOf(pkg)],
        [patchesFile, keys.patchesOf(pkg)],
        ...(facts.moreEntries ?? []),
      ]),
      fetcher: await makeFetcher(context, keys, [pkg]),
      distDir: request.distDir,
      store,
      runPhases,
      hostProvided: request.hostProvided ?? [],
      hostNames: request.hostNames ?? {},
      makeOpts: facts.variables.MAKEOPTS ?? `-j${availableParallelism()}`,
      signal: request.signal,
      log: output.write,
      onPhase: output.onPhase,
    };
  }
}

const withoutKey = (files: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...files].filter(([name]) => name !== buildKeyFile));

/** The phases of a build of this package; `test` too when it is asked for. */
function ordered({ facts }: BuildRequest, last: EbuildPhase): readonly EbuildPhase[] {
  const phases = [...pretendPhases(facts), ...buildPhases(facts)];
  if (phases.includes(last)) return phases;
  if (last === 'setup') return ['setup', ...phases];
  return phases.flatMap((phase) => (phase === 'install' ? ([last, 'install'] as const) : [phase]));
}
