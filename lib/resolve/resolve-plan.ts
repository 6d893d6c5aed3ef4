import { AmbiguousName } from './attempt';
import { deriveAmbiguity, deriveFailure } from './derive-failure';
import { defaultOptions, type ResolveOptions } from './options';
import { Package, type Root } from './package';
import type { Derivation, Plan, PlanAction, PlanEdge, PlannedPackage, PlanResult, PlanRoot } from './plan';
import { edgesOf, nodeId } from './plan-edges';
import type { PlanRequest } from './plan-request';
import type { RootConfiguration } from './provider';
import { type Resolution, resolve } from './resolver';
import { withinStaging } from './within-staging';

/** What the wrapper of a prefix asks of Portage: keep what fits, bring the rest up to date. */
const options: ResolveOptions = {
  ...defaultOptions,
  update: true,
  deep: true,
  changedUse: true,
  selective: true,
  withBdeps: true,
};

/**
 * Plans a prefix: the closure of the requests in staging with everything building needs, what of it the host must have,
 * and the run-time closure in final from what staging built. Deterministic; changes nothing.
 */
export function resolvePlan(request: PlanRequest): PlanResult {
  const staging = attemptRoot(request, 'staging', request.staging, [...request.stagingBase, ...request.requests]);
  if (staging.kind === 'failed') return { kind: 'unsolved', derivations: staging.derivations, fixes: [] };
  const staged = new Set(staging.packages.map((pkg) => pkg.cpv));
  const final = attemptRoot(request, 'final', withinStaging(request.final, staged), [
    ...request.finalBase,
    ...request.requests,
  ]);
  if (final.kind === 'failed') return { kind: 'unsolved', derivations: final.derivations, fixes: [] };
  const packages = [...staging.host, ...staging.packages, ...final.packages];
  const edges = [...staging.edges, ...final.edges];
  return { kind: 'planned', plan: withSteps({ ...request, packages: withReasons(packages, edges), edges }) };
}

interface Solved {
  readonly kind: 'solved';
  readonly packages: readonly PlannedPackage[];
  /** packages of the host that these need directly */
  readonly host: readonly PlannedPackage[];
  readonly edges: readonly PlanEdge[];
}

type RootAttempt = Solved | { readonly kind: 'failed'; readonly derivations: readonly Derivation[] };

function attemptRoot(
  request: PlanRequest,
  name: 'staging' | 'final',
  target: RootConfiguration,
  requests: readonly string[],
): RootAttempt {
  const resolution = tryResolve({ running: request.host, target, targetSysroot: 'target' }, requests);
  if ('ambiguous' in resolution) return { kind: 'failed', derivations: [deriveAmbiguity(resolution.ambiguous)] };
  const { run } = resolution;
  const rootOf = (root: Root): PlanRoot => (root === run.frozen.running ? 'host' : name);
  if (!resolution.success) return { kind: 'failed', derivations: deriveFailure(resolution, rootOf) };
  const nodes = orderedPackages(resolution);
  const missing = nodes.filter((pkg) => pkg.root === run.frozen.running && pkg.operation === 'merge');
  if (missing.length > 0) return { kind: 'failed', derivations: missing.map((pkg) => notOnHost(resolution, pkg)) };
  const order = new Map(nodes.map((pkg, index) => [nodeId(rootOf(pkg.root), pkg.cpv), index]));
  const idOf = (pkg: Package) => {
    const id = nodeId(rootOf(pkg.root), pkg.cpv);
    return order.has(id) ? id : null;
  };
  const own = nodes.filter((pkg) => pkg.root !== run.frozen.running && pkg.operation !== 'uninstall');
  const edges = own.flatMap((pkg) => edgesOf(run, pkg, idOf, order));
  const wantedOnHost = new Set(edges.map(({ to }) => to));
  const host = nodes.filter((pkg) => pkg.root === run.frozen.running && wantedOnHost.has(nodeId('host', pkg.cpv)));
  const asked = new Set(request.requests);
  const describe = (pkg: Package) => describePackage(resolution, pkg, rootOf(pkg.root), asked);
  return { kind: 'solved', packages: own.map(describe), host: host.map(describe), edges };
}

function tryResolve(
  roots: Parameters<typeof resolve>[0],
  requests: readonly string[],
): Resolution | { readonly ambiguous: AmbiguousName } {
  try {
    return resolve(roots, requests, options);
  } catch (error) {
    if (error instanceof AmbiguousName) return { ambiguous: error };
    throw error;
  }
}

/** Everything in the graph: what is there already first, then the tasks in their order. */
function orderedPackages({ run }: Resolution): readonly Package[] {
  const tasks = (run.serialized ?? []).filter((task): task is Package => task instanceof Package);
  const listed = new Set(tasks);
  const present = run.graph.order.filter(
    (node): node is Package => node instanceof Package && !listed.has(node) && node.operation === 'nomerge',
  );
  return [...present, ...tasks];
}

function notOnHost({ run }: Resolution, pkg: Package): Derivation {
  const asker = [...(run.parentAtoms.get(pkg) ?? [])][0];
  const atom = asker?.atom.text ?? pkg.qualifiedName;
  const parent = asker?.parent;
  const chain =
    parent instanceof Package
      ? [{ parent: parent.cpv, root: 'host' as const, atom, class: 'BDEPEND' as const, conditions: [] }]
      : [];
  return { failure: { kind: 'not_on_host', atom, masks: [] }, root: 'host', chain };
}

function describePackage(
  { run }: Resolution,
  pkg: Package,
  root: PlanRoot,
  asked: ReadonlySet<string>,
): PlannedPackage {
  const { candidate } = pkg;
  const use = run.useOf(pkg);
  const iuse = [...candidate.iuse.keys()].sort();
  const askers = [...(run.parentAtoms.get(pkg) ?? [])].filter(({ parent }) => !(parent instanceof Package));
  const replaced = pkg.isInstalled
    ? undefined
    : run.frozen.installed(pkg.root, pkg.qualifiedName).find(({ slot }) => slot === pkg.slot);
  return {
    id: nodeId(root, pkg.cpv),
    root,
    action: actionOf(pkg, root),
    cpv: pkg.cpv,
    category: pkg.category,
    pn: candidate.pn,
    version: pkg.version.text,
    slot: pkg.slot,
    subSlot: pkg.subSlot,
    repository: pkg.repository,
    eapi: pkg.eapi.name,
    use: iuse.filter((flag) => use.has(flag)),
    iuse,
    keywords: candidate.keywords.join(' '),
    license: candidate.license,
    description: candidate.description,
    requested:
      root !== 'host' &&
      askers.some(
        ({ parent, atom }) =>
          !(parent instanceof Package) &&
          (asked.has(parent.name) || asked.has(`@${parent.name}`) || asked.has(atom.text)),
      ),
    step: 0,
    replaces: replaced?.cpv ?? null,
    reason: '',
  };
}

function actionOf(pkg: Package, root: PlanRoot): PlanAction {
  if (root === 'host') return 'provided';
  if (pkg.operation === 'nomerge') return 'keep';
  return root === 'final' ? 'install' : 'build';
}

/** One sentence: asked for, or the first line that needs it. */
function withReasons(packages: readonly PlannedPackage[], edges: readonly PlanEdge[]): PlannedPackage[] {
  const first = new Map<string, PlanEdge>();
  for (const edge of edges) if (!first.has(edge.to)) first.set(edge.to, edge);
  return packages.map((pkg) => ({ ...pkg, reason: reasonOf(pkg, first.get(pkg.id)) }));
}

function reasonOf(pkg: PlannedPackage, edge: PlanEdge | undefined): string {
  if (pkg.requested) return 'The design asks for it.';
  if (!edge) return 'Every prefix begins with it.';
  const parent = edge.from.slice(edge.from.indexOf('|') + 1);
  const condition = edge.conditions.length === 0 ? '' : ` with ${edge.conditions.join(' ')}`;
  return `${parent} needs ${edge.atom} (${edge.class}${condition}).`;
}

/** Steps along hard edges; a package of final follows its own build in staging. */
function withSteps(plan: {
  board: string;
  prefixPath: string;
  requests: readonly string[];
  packages: readonly PlannedPackage[];
  edges: readonly PlanEdge[];
}): Plan {
  const needs = new Map<string, string[]>();
  for (const { from, to, soft } of plan.edges) if (!soft) needs.set(from, [...(needs.get(from) ?? []), to]);
  const steps = new Map<string, number>();
  const packages = plan.packages.map((pkg) => {
    const before = [...(needs.get(pkg.id) ?? []), ...(pkg.root === 'final' ? [nodeId('staging', pkg.cpv)] : [])];
    const step = before.reduce((most, id) => Math.max(most, (steps.get(id) ?? -1) + 1), 0);
    steps.set(pkg.id, step);
    return { ...pkg, step };
  });
  const { board, prefixPath, requests, edges } = plan;
  return { board, prefixPath, requests, packages, edges, warnings: [], hash: '' };
}
