import { Argument } from './arguments';
import { AmbiguousName } from './attempt';
import { absentFromHost, deriveFailures } from './derive';
import { defaultOptions } from './options';
import { Package } from './package';
import type { Derivation, PlanEdge, PlannedPackage } from './plan';
import { nodeId, planEdges, plannedPackage, type RootNames, reasonOf } from './plan-nodes';
import type { RootConfiguration } from './provider';
import { type Resolution, resolve } from './resolver';

/** One call of emerge among several that fill a root: what is installed there already counts. */
export interface StageRequest {
  readonly atoms: readonly string[];
  readonly host: RootConfiguration;
  /** with what earlier calls installed */
  readonly target: RootConfiguration;
  readonly root: 'staging' | 'final';
  /** as the options of emerge(1) of these names */
  readonly update: boolean;
  readonly changedUse: boolean;
  readonly deep: boolean;
}

export type StagePlan =
  | {
      readonly kind: 'planned';
      /** what is merged into the root, in an order in which that can be done; `step` is the place in it */
      readonly packages: readonly PlannedPackage[];
      /** what of the host these need directly */
      readonly host: readonly PlannedPackage[];
      readonly edges: readonly PlanEdge[];
    }
  | { readonly kind: 'failed'; readonly derivations: readonly Derivation[] };

/** Plans one call of emerge. Host packages are taken as they are: what is not there cannot be had. */
export function planStage(request: StageRequest): StagePlan {
  const { atoms, host, target, root, update, changedUse, deep } = request;
  let resolution: Resolution;
  try {
    resolution = resolve({ running: host, target, targetSysroot: 'target' }, atoms, {
      ...defaultOptions,
      update,
      changedUse,
      deep: deep ? true : 0,
    });
  } catch (error) {
    if (!(error instanceof AmbiguousName)) throw error;
    const failure = { kind: 'no_such_package', atom: error.text, similar: error.names } as const;
    return { kind: 'failed', derivations: [{ failure, root, chain: [] }] };
  }
  const { run } = resolution;
  const names: RootNames = (pkg) => (pkg.root === run.frozen.running ? 'host' : root);
  if (!resolution.success) return { kind: 'failed', derivations: deriveFailures(resolution, names) };
  const tasks = (run.serialized ?? []).filter(
    (task): task is Package => task instanceof Package && task.operation === 'merge',
  );
  const absent = absentFromHost(resolution, names);
  if (absent.length > 0) return { kind: 'failed', derivations: absent };
  const position = new Map(tasks.map((pkg, index) => [pkg, index]));
  const merged = new Set(tasks.map((pkg) => nodeId(root, pkg)));
  const edges = planEdges(run, names, position).filter(({ from }) => merged.has(from));
  const needed = new Set(edges.map(({ to }) => to));
  const askedAs = (pkg: Package): Argument | undefined =>
    [...(run.parentAtoms.get(pkg) ?? [])]
      .map(({ parent }) => parent)
      .find((parent): parent is Argument => parent instanceof Argument);
  const describe = (pkg: Package, step: number): PlannedPackage => {
    const argument = names(pkg) === 'host' ? undefined : askedAs(pkg);
    const isReplaced = run.frozen.installedInSlot(pkg);
    return plannedPackage(run, pkg, {
      root: names(pkg),
      action: names(pkg) === 'host' ? 'provided' : root === 'final' ? 'install' : 'build',
      requested: argument !== undefined,
      step,
      replaces: isReplaced?.cpv ?? null,
      reason:
        argument === undefined
          ? reasonOf(run, pkg, () => false)
          : argument.type === 'set'
            ? `Part of @${argument.name}.`
            : 'What this stage is for.',
    });
  };
  const present = run.graph.order.filter(
    (node): node is Package => node instanceof Package && names(node) === 'host' && needed.has(nodeId('host', node)),
  );
  return {
    kind: 'planned',
    packages: tasks.map(describe),
    host: present.map((pkg) => describe(pkg, 0)).sort((a, b) => (a.cpv < b.cpv ? -1 : 1)),
    edges,
  };
}
