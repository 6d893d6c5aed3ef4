import { setImmediate as turn } from 'node:timers/promises';
import type { ImportBody } from '../api/bodies';
import type {
  ImportAnswer,
  PackageList,
  PackageRow,
  PlannedOrigins,
  SourcesAnswer,
  TreeFacts,
  UnreadableEbuilds,
} from '../api/wire';
import { compiledOnly, originsOf, settledBy } from '../drivers/embedded/origins-of';
import type { PlanOrigins } from '../engine/index';
import { removeTree } from '../host/remove-tree';
import { asBootstrapped, planBootstrap } from '../plan/bootstrap';
import type { BootstrapPlan } from '../plan/bootstrap-report';
import { buildObstacle } from '../plan/build-obstacle';
import { fixesFromElsewhere, missingPackages } from '../plan/elsewhere';
import { importConfiguration } from '../plan/import/import-configuration';
import { knownRepositories } from '../plan/known-repositories';
import { exportMinimalTree } from '../plan/minimal-tree';
import { withProvenFixes } from '../plan/obstacle-fixes';
import { asking, type OpenedDesign } from '../plan/open-design';
import { planOpened } from '../plan/plan-design';
import { countPlanSources, planSources, SourceFinder } from '../plan/plan-sources';
import { choosePackage, viewRepositories } from '../plan/repository-view';
import { sourceFixes } from '../plan/source-fixes';
import { knownTrees } from '../plan/trees';
import { verifyOpened } from '../plan/verify-opened';
import { RepositoryCandidate, toolchainRepositoryName } from '../repo';
import type { Plan } from '../resolve/plan';
import type { Candidate } from '../resolve/provider';
import { surpriseCode } from '../resolve/surprises';
import { RunnerError } from './errors';
import { exportName, packFolder, writeExportNotes } from './exported-files';
import { askOverlay } from './overlay-work';
import type { ExportedPlan, PackageQuery, PlanningAnswers, PlanningWork } from './planning-work';
import { probeDesign, probeOf } from './probe-design';
import type { TreeShelf } from './tree-shelf';

export interface PlanningContext {
  readonly home: string;
  readonly shelf: TreeShelf;
  readonly signal: AbortSignal;
  /** called while fixes are looked for; throws when nobody waits any more */
  readonly onTry: () => void;
}

/** Answers one question of the server, in the planning thread. */
export async function answerWork(
  work: PlanningWork,
  context: PlanningContext,
): Promise<PlanningAnswers[keyof PlanningAnswers]> {
  const { shelf, signal } = context;
  const asked = performance.now();
  if (work.kind === 'import') return importAnswer(work.body, context);
  if (work.kind === 'tree') {
    if (work.again) shelf.renew(work.name);
    const probe = probeOf(work.name, context.home);
    return treeFacts(await shelf.open(probe, work.name), probe.tree === work.name ? null : work.name);
  }
  // the list of everything is made of everything
  if (work.kind === 'packages') return listPackages(await shelf.open(work.design), work.query);
  const { opened, close } = await openFor(work, context);
  try {
    // others may have left while the tree was opened
    await turn();
    signal.throwIfAborted();
    return await answerOpened(opened, work, context, asked);
  } finally {
    close();
  }
}

/** Questions that are about some packages of a design or tree: of an unread tree, only these are read. */
type PartialWork = Exclude<PlanningWork, { readonly kind: 'import' | 'tree' | 'packages' }>;

function openFor(work: PartialWork, { shelf, home }: PlanningContext): ReturnType<TreeShelf['openAsAsked']> {
  if (work.kind === 'repositories') return shelf.openAsAsked(probeOf(work.name, home), work.name);
  return shelf.openAsAsked(work.kind === 'bootstrap' ? asBootstrapped(work.design) : work.design);
}

async function answerOpened(
  opened: OpenedDesign,
  work: PartialWork,
  context: PlanningContext,
  asked: number,
): Promise<PlanningAnswers[PartialWork['kind']]> {
  const { home, signal } = context;
  switch (work.kind) {
    case 'plan':
      return planAnswer(opened, work, context, asked);
    case 'elsewhere': {
      const known = [...work.known, ...knownRepositories(home)];
      return asking(opened, () => fixesFromElsewhere(opened, work.missing, known));
    }
    case 'repositories': {
      const { package: name } = work;
      const choice = name === null ? null : await asking(opened, () => choosePackage(opened, name));
      return { repositories: viewRepositories(opened), package: choice };
    }
    case 'export':
      return exportPlan(opened, work);
    case 'bootstrap':
      return bootstrapAnswer(opened, work, context);
    case 'sources':
      return sourcesOf(opened, context);
    case 'verify':
      return verifyOpened(opened, { signal });
    case 'overlay':
      return askOverlay(opened, work.ask, { home, now: new Date(), signal });
  }
}

/** What helps is looked for when something has no plan: then much more is asked of the tree. */
async function bootstrapAnswer(
  opened: OpenedDesign,
  { way, without, wantsFixes }: PlanningWork & { readonly kind: 'bootstrap' },
  { onTry }: PlanningContext,
): Promise<PlanningAnswers['bootstrap']> {
  const started = performance.now();
  const planWith = (wants: boolean): Promise<BootstrapPlan> =>
    asking(opened, () => planBootstrap(opened, way ?? undefined, { without, wantsFixes: wants, onTry }));
  const first = await planWith(false);
  const plan = wantsFixes && first.ships === null ? await planWith(true) : first;
  return { plan, durationMs: performance.now() - started };
}

const importAnswer = ({ files, ...choices }: ImportBody, { shelf, home }: PlanningContext): Promise<ImportAnswer> =>
  importConfiguration(files, choices, {
    trees: knownTrees(home),
    namesOf: async (tree) => {
      const { opened, close } = await shelf.openAsAsked(probeDesign(tree));
      close();
      return opened.staging.allQualifiedNames();
    },
  });

async function sourcesOf(opened: OpenedDesign, { home, signal, onTry }: PlanningContext): Promise<SourcesAnswer> {
  const result = await asking(opened, () => planOpened(opened, false));
  if (result.kind === 'unsolved') return { sources: null, fixes: [], origins: null };
  const finder = new SourceFinder(opened, signal, home);
  const origins = await asking(opened, () => originsOf(opened, result.plan, home));
  const sources = await planSources(opened, compiledOnly(result.plan, origins), finder);
  const fixes = await sourceFixes(opened, result.plan, sources, finder, onTry);
  return { sources, fixes, origins };
}

/**
 * Plans a design, with the changes that help where it cannot be planned or is planned otherwise than one expects. That a
 * package is nowhere is not said from memory: the trees are looked at as they are now.
 */
async function planAnswer(
  opened: OpenedDesign,
  { design, wantsOrigins = false }: PlanningWork & { readonly kind: 'plan' },
  { shelf, home, onTry }: PlanningContext,
  asked: number,
): Promise<PlanningAnswers['plan']> {
  const started = performance.now();
  const first = await asking(opened, () => planOpened(opened, false));
  const isMissing = first.kind === 'unsolved' && missingPackages(first).length > 0;
  // what is read as it is asked for was opened just now
  const current = isMissing && !opened.reading ? await shelf.openSince(design, asked) : opened;
  const isFine = first.kind === 'planned' && !first.plan.warnings.some(({ code }) => code === surpriseCode);
  const planned = isFine ? first : await asking(current, () => planOpened(current, true, onTry));
  const { toolchain, notices, staging } = current;
  const words = (name: string): string[] => staging.variable(name).split(/\s+/).filter(Boolean);
  const rest = { toolchain, notices, useExpand: { names: words('USE_EXPAND'), hidden: words('USE_EXPAND_HIDDEN') } };
  const tookMs = (): number => performance.now() - started;
  if (planned.kind === 'unsolved') {
    return { ...rest, result: planned, obstacle: null, origins: null, durationMs: tookMs() };
  }
  const obstacle = await asking(current, () => {
    const found = buildObstacle(current, planned.plan);
    return found && withProvenFixes(current, found);
  });
  const isReused = planned.plan.packages.some(({ action }) => action === 'reuse');
  // where nothing can be built there are no keys
  const isSettled = isReused && obstacle === null;
  const origins =
    wantsOrigins || isSettled ? await asking(current, () => originsOf(current, planned.plan, home)) : null;
  const plan = origins && isSettled ? settledBy(planned.plan, origins) : planned.plan;
  return {
    ...rest,
    result: { ...planned, plan },
    obstacle,
    origins: origins && wantsOrigins ? await withCounts(current, plan, origins) : null,
    durationMs: tookMs(),
  };
}

const withCounts = async (opened: OpenedDesign, plan: Plan, origins: PlanOrigins): Promise<PlannedOrigins> => ({
  ...origins,
  sources: await asking(opened, () => countPlanSources(opened, compiledOnly(plan, origins))),
});

async function plannedOrThrow(opened: OpenedDesign): Promise<Plan> {
  const result = await asking(opened, () => planOpened(opened, false));
  if (result.kind === 'planned') return result.plan;
  throw new RunnerError('NOT_PLANNED', 'There is no plan for this design, so there is nothing to export.', {
    hint: 'Make one of the suggested changes first.',
  });
}

/** Here, and not in the server's thread: a tree has thousands of small files, each with a header and a turn of its own. */
async function exportPlan(
  opened: OpenedDesign,
  { folder, archive, isMeasured }: PlanningWork & { readonly kind: 'export' },
): Promise<ExportedPlan> {
  const plan = await plannedOrThrow(opened);
  const { ebuilds, eclasses, files, sizeBytes } = exportMinimalTree(opened, plan, folder);
  writeExportNotes(opened, plan, folder);
  if (archive !== null) await packFolder(folder, exportName(opened.design), archive);
  if (archive !== null || isMeasured) await removeTree(folder);
  return { hash: plan.hash, packages: plan.packages.length, ebuilds, eclasses, files, sizeBytes };
}

/** Packages of a design's tree and extra repositories, by name; names that match come before descriptions that do. */
function listPackages({ design, staging }: OpenedDesign, query: PackageQuery): PackageList {
  const words = query.words.toLowerCase().split(/\s+/).filter(Boolean);
  const named: PackageRow[] = [];
  const described: PackageRow[] = [];
  for (const name of staging.allQualifiedNames()) {
    const ebuilds = staging
      .candidates(name)
      .filter(({ kind, repository }) => kind === 'ebuild' && repository !== toolchainRepositoryName);
    const newest = ebuilds.find((each) => !isLive(each)) ?? null;
    const best = newest ?? ebuilds[0];
    if (!best) continue;
    const isNamed = words.every((word) => name.toLowerCase().includes(word));
    const description = best.description.toLowerCase();
    if (isNamed) named.push(packageRow(name, best, newest, ebuilds));
    else if (words.every((word) => name.includes(word) || description.includes(word))) {
      described.push(packageRow(name, best, newest, ebuilds));
    }
  }
  const found = [...named, ...described];
  return { tree: design.tree, packages: found.slice(0, query.limit), total: found.length };
}

/** Does it build whatever its source repository has today? Source: PMS 8.3.2 (live), and the version 9999 by custom. */
const isLive = ({ version, properties }: Candidate): boolean =>
  /(?:^|\.)9{4,}(?:$|[^0-9.])/.test(version.text) || properties.split(/\s+/).includes('live');

function packageRow(
  name: string,
  best: Candidate,
  newest: Candidate | null,
  ebuilds: readonly Candidate[],
): PackageRow {
  return {
    name,
    newest: newest?.version.text ?? null,
    description: best.description,
    repository: best.repository,
    versions: ebuilds.map(({ version, slot, keywords }) => ({ version: version.text, slot, keywords })),
    license: best.license,
    iuse: [...best.iuse.keys()].sort(),
  };
}

const mostExamples = 20;

/** What is in a tree; `overlay`: in this one of its repositories alone. */
function treeFacts({ staging, tree, notices }: OpenedDesign, overlay: string | null): TreeFacts {
  const named = overlay === null ? null : tree.repositories.byName.get(overlay)?.name;
  const isOwn = (repository: string): boolean =>
    named === null ? repository !== toolchainRepositoryName : repository === named;
  const packages = new Set<string>();
  const unreadable = new Map<string, string[]>();
  let ebuilds = 0;
  for (const name of staging.allQualifiedNames()) {
    for (const candidate of staging.candidates(name)) {
      if (!(candidate instanceof RepositoryCandidate) || candidate.kind !== 'ebuild') continue;
      if (!isOwn(candidate.repository)) continue;
      packages.add(name);
      ebuilds++;
      const reason = candidate.metadata._unavailable_;
      if (reason === undefined) continue;
      const cpvs = unreadable.get(reason) ?? [];
      unreadable.set(reason, cpvs);
      cpvs.push(candidate.cpv);
    }
  }
  return {
    packages: packages.size,
    ebuilds,
    repositories: tree.repositories.ordered.map((repository) => repository.name).filter(isOwn),
    notices,
    unreadable: [...unreadable].map(
      ([reason, cpvs]): UnreadableEbuilds => ({ reason, count: cpvs.length, examples: cpvs.slice(0, mostExamples) }),
    ),
  };
}
