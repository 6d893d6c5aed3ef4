import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatDesign } from '../../design/index';
import {
  type BuildLimits,
  buildLimits,
  type DescribeEbuild,
  describeEbuilds,
  type ExecuteRequest,
  executePlan,
  type PrefixPlace,
  placeOf,
  type RunOutcome,
  setupPrefix,
} from '../../engine/index';
import { homeLayout } from '../../home';
import { findProgram } from '../../host/find-program';
import type { RunEmitter } from '../../layout/events';
import { recordFile } from '../../layout/record-files';
import { type HostFacts, hostFacts } from '../../plan/host-facts';
import type { OpenedDesign } from '../../plan/open-design';
import { planBase } from '../../plan/plan-design';
import { sourceSettings } from '../../plan/source-settings';
import { overlayPlaces, takenRecord } from '../../plan/taken-ebuilds';
import { worldWish } from '../../plan/world';
import { prefixConfigurationFiles } from '../../repo/index';
import { lookUp } from '../../repo/variables';
import type { Plan } from '../../resolve/plan';
import { prebuiltSettings } from './prebuilt-settings';

/** Where the prefix of an opened design is. */
export function placeOfOpened({ design, names }: OpenedDesign): PrefixPlace {
  return placeOf(design, names);
}

export interface SetUpOptions {
  readonly home: string;
  /** default `refresh`: an existing prefix keeps its packages */
  readonly mode?: 'new' | 'force' | 'refresh';
  readonly isLocked?: boolean;
  readonly log?: (line: string) => void;
}

/** Writes directories, configuration and wrapper of a design's prefix. Throws PREFIX_EXISTS, PREFIX_BUSY. */
export async function setUpOpened(opened: OpenedDesign, options: SetUpOptions): Promise<void> {
  const { design, settings, tree } = opened;
  await setupPrefix({
    place: placeOfOpened(opened),
    configuration: {
      staging: prefixConfigurationFiles(settings, tree, 'staging'),
      final: prefixConfigurationFiles(settings, tree, 'final'),
    },
    design: formatDesign(design),
    distDir: homeLayout(options.home).distfiles,
    home: options.home,
    mode: options.mode ?? 'refresh',
    isLocked: options.isLocked,
    log: options.log,
  });
}

export interface ExecuteOptions {
  readonly home: string;
  /** packages at once; null: as the settings of the machine say */
  readonly jobs?: number | null;
  /** before the settings of the machine */
  readonly limits?: BuildLimits;
  readonly expected?: ExecuteRequest['expected'];
  readonly keepGoing?: boolean;
  readonly stages?: 'both' | 'staging' | 'final';
  readonly isLocked?: boolean;
  /** nothing is carried out: no folder is made for it */
  readonly onlyLooks?: boolean;
  /** part of every key of what prefixes share; default: what the host of the design answers, all of which must have been read */
  readonly host?: HostFacts;
  /** what the world of the roots shall name; default: what the design asks for */
  readonly world?: ExecuteRequest['world'];
  readonly emit: RunEmitter;
  readonly signal?: AbortSignal;
}

/** Packages from the design's own overlay carry along where their ebuild came from. */
function describeTaken(opened: OpenedDesign, describe: DescribeEbuild, home: string): DescribeEbuild {
  const places = overlayPlaces(home, opened.design.name);
  return (pkg) => {
    const facts = describe(pkg);
    const taken = pkg.repository === places.name ? opened.taken.get(pkg.cpv) : undefined;
    if (!taken) return facts;
    return { ...facts, moreEntries: new Map([[recordFile.taken, takenRecord(places, taken, facts.metadata)]]) };
  };
}

/** ccache of this machine with a folder for this prefix alone; none with `-ccache` in the FEATURES of the design. */
function compileCacheOf({ design, staging }: OpenedDesign, ccache: string): ExecuteRequest['compileCache'] {
  const program = findProgram('ccache');
  if (program === null || words(lookUp(staging.variables, 'FEATURES')).includes('-ccache')) return undefined;
  const folder = join(ccache, `${design.board}-${design.name}`);
  mkdirSync(folder, { recursive: true });
  return { program, folder, sharedFolder: join(ccache, 'any-path') };
}

const words = (text: string | undefined): readonly string[] => (text ?? '').split(/\s+/).filter((word) => word !== '');

/** Carries out a plan of an opened design with the embedded engine. */
export function executeOpened(opened: OpenedDesign, plan: Plan, options: ExecuteOptions): Promise<RunOutcome> {
  return executePlan(executeRequestOf(opened, plan, options));
}

/** What a design asks for, and what stands below all of it, as the world of both roots names it. */
function worldOf(opened: OpenedDesign, plan: Plan): NonNullable<ExecuteRequest['world']> {
  const { packages } = opened.design;
  const base = planBase(opened);
  return {
    staging: worldWish(opened, plan, 'staging', [...packages, ...base.staging]),
    final: worldWish(opened, plan, 'final', [...packages, ...base.final]),
  };
}

/** What the engine is asked for an opened design and its plan. */
export function executeRequestOf(opened: OpenedDesign, plan: Plan, options: ExecuteOptions): ExecuteRequest {
  const { distfiles, cache, shared, compileCache } = homeLayout(options.home);
  const { staging, final } = opened;
  return {
    plan,
    place: placeOfOpened(opened),
    describe: describeTaken(
      opened,
      describeEbuilds(staging, opened.tree.repositories, opened.design.allow_network),
      options.home,
    ),
    distDir: distfiles,
    cacheDir: cache,
    sharedDir: shared,
    prebuilt: opened.design.from_source ? undefined : prebuiltSettings(cache),
    sources: sourceSettings(opened),
    installMask: words(lookUp(final.variables, 'INSTALL_MASK')),
    world: options.world ?? worldOf(opened, plan),
    ...(options.host ?? hostFacts(opened)),
    bashrcs: staging.bashrcs(null),
    limits: { ...buildLimits(), ...options.limits, ...(options.jobs ? { jobs: options.jobs } : {}) },
    expected: options.expected,
    compileCache: options.onlyLooks ? undefined : compileCacheOf(opened, compileCache),
    keepGoing: options.keepGoing,
    stages: options.stages,
    isLocked: options.isLocked,
    emit: options.emit,
    signal: options.signal,
  };
}
