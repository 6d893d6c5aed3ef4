import { compareVersions, parseVersion } from '../pms';
import { AmbiguousName } from './attempt';
import { absentFromHost, deriveFailures } from './derive';
import { defaultLimits, type FixAnswer, searchFixes } from './fixes';
import { defaultOptions, type ResolveOptions } from './options';
import { Package } from './package';
import { partialFix, type WhatRemains } from './partial-fix';
import type {
  Derivation,
  DesignEdit,
  Plan,
  PlanAction,
  PlanEdge,
  PlannedPackage,
  PlanResult,
  PlanRoot,
  PlanWarning,
} from './plan';
import { nodeId, planEdges, plannedPackage, type RootNames, reasonOf } from './plan-nodes';
import type { PlanRequest } from './plan-request';
import type { RootConfiguration } from './provider';
import { type Resolution, resolve } from './resolver';
import { type Surprise, silentSurprises } from './surprises';
import { unmetRequests } from './unmet-requests';
import { restrictedTo, withoutInstalled } from './views';

/** The target roots count as empty: what of the plan stands there already is compared afterwards. */
const options: ResolveOptions = { ...defaultOptions, selective: true };

/**
 * Plans a prefix: the closure of the requests in staging with everything building needs, what of it the host must have,
 * and the run-time closure in final out of what staging holds. Deterministic; changes nothing.
 */
export function resolvePlan(request: PlanRequest): PlanResult {
  const unmet = unmetRequests(request.staging, request.requests);
  if (unmet.length > 0) {
    const derivations = unmet.map((failure): Derivation => ({ failure, root: 'staging', chain: [] }));
    return unsolved(request, request.staging, request.stagingBase, derivations);
  }
  const { outside = { staging: [], final: [] } } = request;
  const staging = planRoot(request, 'staging', request.staging, [...request.stagingBase, ...outside.staging]);
  if (staging.kind === 'failed') {
    return unsolved(request, request.staging, request.stagingBase, staging.derivations);
  }
  const staged = new Set(staging.packages.map((pkg) => pkg.cpv));
  const fromStaging = restrictedTo(request.final, ({ kind, cpv }) => kind === 'ebuild' && staged.has(cpv));
  const final = planRoot(request, 'final', fromStaging, [...request.finalBase, ...outside.final]);
  if (final.kind === 'failed') {
    return unsolved(request, request.final, request.finalBase, final.derivations);
  }
  const hosts = new Map([...staging.host, ...final.host].map((pkg) => [pkg.id, pkg]));
  const packages = [...hosts.values(), ...staging.packages, ...final.packages];
  const edges = [...staging.edges, ...final.edges];
  const { board, prefixPath, requests } = request;
  const plan: Plan = { board, prefixPath, requests, packages, edges, warnings: staging.warnings, hash: '' };
  return { kind: 'planned', plan };
}

function unsolved(
  request: PlanRequest,
  configuration: RootConfiguration,
  base: readonly string[],
  derivations: readonly Derivation[],
): PlanResult {
  return { kind: 'unsolved', derivations, warnings: [], ...fixesFor(request, configuration, base, derivations) };
}

/** Changes of the design after which the whole prefix plans; proven by planning it again. */
function fixesFor(
  request: PlanRequest,
  configuration: RootConfiguration,
  base: readonly string[],
  derivations: readonly Derivation[],
): FixAnswer {
  const { replan, requests, host } = request;
  if (request.wantsFixes === false) return { fixes: [], noFix: [] };
  const target = withoutInstalled(configuration);
  const prove = (edits: readonly DesignEdit[]): boolean => replan?.(edits)?.kind === 'planned';
  const problem = { host, target, atoms: [...base, ...requests], requests, undone: request.undone };
  const answer = searchFixes(problem, derivations, defaultLimits, replan === undefined ? null : prove);
  if (answer.fixes.length > 0 || replan === undefined) return answer;
  const remainsWith: WhatRemains = (edits) => {
    const result = replan(edits);
    return result?.kind === 'unsolved' ? result.derivations : null;
  };
  return partialFix(problem, derivations, remainsWith) ?? answer;
}

/** The warning with an edit after which the newer version is planned, when there is one. */
function withFix(request: PlanRequest, { warning, taken, newer }: Surprise): PlanWarning {
  if (request.wantsFixes === false || newer.root.label !== 'target') return warning;
  const { replan, stagingBase, host } = request;
  const target = withoutInstalled(request.staging);
  const atoms = [...stagingBase, `=${newer.cpv}`];
  const resolution = attemptRoot(host, target, atoms);
  if (resolution instanceof AmbiguousName || resolution.success) return warning;
  const derivations = deriveFailures(resolution, (pkg) =>
    pkg.root === resolution.run.frozen.running ? 'host' : 'staging',
  );
  const takesNewer = (edits: readonly DesignEdit[]): boolean => {
    const result = replan?.(edits);
    return (
      result?.kind === 'planned' &&
      result.plan.packages.some(
        (pkg) =>
          pkg.root === 'staging' &&
          `${pkg.category}/${pkg.pn}` === taken.qualifiedName &&
          compareVersions(parseVersion(pkg.version), taken.version) > 0,
      )
    );
  };
  const problem = { host, target, atoms, requests: [], undone: request.undone };
  const limits = { effort: 60, fixes: 1 };
  const { fixes } = searchFixes(problem, derivations, limits, replan === undefined ? null : takesNewer);
  const [fix] = fixes;
  return fix === undefined ? warning : { ...warning, fix };
}

type RootPlan =
  | {
      readonly kind: 'planned';
      readonly packages: readonly PlannedPackage[];
      /** packages of the host that these need directly */
      readonly host: readonly PlannedPackage[];
      readonly edges: readonly PlanEdge[];
      readonly warnings: readonly PlanWarning[];
    }
  | { readonly kind: 'failed'; readonly derivations: readonly Derivation[] };

function planRoot(
  request: PlanRequest,
  name: 'staging' | 'final',
  configuration: RootConfiguration,
  base: readonly string[],
): RootPlan {
  const resolution = attemptRoot(request.host, withoutInstalled(configuration), [...base, ...request.requests]);
  if (resolution instanceof AmbiguousName) {
    const failure = { kind: 'no_such_package', atom: resolution.text, similar: resolution.names } as const;
    return { kind: 'failed', derivations: [{ failure, root: name, chain: [] }] };
  }
  const { run } = resolution;
  const names: RootNames = (pkg) => (pkg.root === run.frozen.running ? 'host' : name);
  if (!resolution.success) return { kind: 'failed', derivations: deriveFailures(resolution, names) };
  const nodes = packagesInOrder(resolution);
  const absent = absentFromHost(resolution, names);
  if (absent.length > 0) return { kind: 'failed', derivations: absent };
  const edges = planEdges(run, names, new Map(nodes.map((pkg, index) => [pkg, index])));
  const needed = new Set(edges.map(({ to }) => to));
  const describe = (pkg: Package): PlannedPackage => describePackage(request, resolution, pkg, names(pkg));
  return {
    kind: 'planned',
    packages: nodes.filter((pkg) => names(pkg) === name).map(describe),
    host: nodes.filter((pkg) => names(pkg) === 'host' && needed.has(nodeId('host', pkg))).map(describe),
    edges,
    warnings:
      name === 'staging' ? silentSurprises(run, request.ownVariables ?? []).map((each) => withFix(request, each)) : [],
  };
}

function attemptRoot(
  host: RootConfiguration,
  target: RootConfiguration,
  requests: readonly string[],
): Resolution | AmbiguousName {
  try {
    return resolve({ running: host, target, targetSysroot: 'target' }, requests, options);
  } catch (error) {
    if (error instanceof AmbiguousName) return error;
    throw error;
  }
}

/** Everything in the graph: what is there already, then the tasks in their order. */
function packagesInOrder({ run }: Resolution): readonly Package[] {
  const tasks = (run.serialized ?? []).filter(
    (task): task is Package => task instanceof Package && task.operation !== 'uninstall',
  );
  const listed = new Set(tasks);
  const present = run.graph.order.filter(
    (node): node is Package => node instanceof Package && !listed.has(node) && node.operation === 'nomerge',
  );
  return [...present, ...tasks];
}

function describePackage(request: PlanRequest, { run }: Resolution, pkg: Package, root: PlanRoot): PlannedPackage {
  const requested = (each: Package): boolean => root !== 'host' && isRequested(request, run, each);
  const action: PlanAction = root === 'host' ? 'provided' : root === 'final' ? 'install' : 'build';
  const outside = new Set(request.outside && root !== 'host' ? request.outside[root] : []);
  const reason = reasonOf(run, pkg, requested, outside);
  return plannedPackage(run, pkg, { root, action, requested: requested(pkg), step: 0, replaces: null, reason });
}

function isRequested(request: PlanRequest, run: Resolution['run'], pkg: Package): boolean {
  const asked = new Set(request.requests);
  return [...(run.parentAtoms.get(pkg) ?? [])].some(
    ({ parent }) => !(parent instanceof Package) && (asked.has(parent.name) || asked.has(`@${parent.name}`)),
  );
}
