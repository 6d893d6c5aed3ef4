import {
  atomsOf,
  checkRequiredUse,
  compareVersions,
  dependencyClasses,
  type parseAtom,
  parseRequiredUse,
} from '../pms';
import type { Argument } from './arguments';
import type { AmbiguousName } from './attempt';
import { shortestCycle } from './circular-solutions';
import { dependencyNode } from './dependencies';
import { masksOf } from './masks';
import { asWritten, matchesIgnoringUse } from './matching';
import { Package, type Root } from './package';
import type { ChainHop, Derivation, MaskedCandidate, PlanEdge, PlanFailure, PlanRoot } from './plan';
import { nodeId } from './plan-edges';
import type { Resolution } from './resolver';
import type { Blocker, Run, Unsatisfied } from './run';
import { similarNames } from './similar-names';

/** Which root of the product a root of the graph stands for. */
export type RootNames = (root: Root) => PlanRoot;

/** Why a resolution failed: root causes first. Never empty for a failed resolution. */
export function deriveFailure({ run }: Resolution, rootOf: RootNames): readonly Derivation[] {
  const found = [
    ...run.unsatisfiedForDisplay.map((unsatisfied) => unsatisfiedDerivation(run, unsatisfied, rootOf)),
    ...useDerivations(run, rootOf),
    ...circularDerivations(run, rootOf),
    ...blockerDerivations(run, rootOf),
    ...conflictDerivations(run, rootOf),
  ];
  const unique = new Map(found.map((derivation) => [JSON.stringify(derivation.failure), derivation]));
  return [...unique.values()];
}

/** A name without category that several packages have. */
export function deriveAmbiguity(error: AmbiguousName): Derivation {
  return { failure: { kind: 'no_such_package', atom: error.text, similar: error.names }, root: 'staging', chain: [] };
}

function unsatisfiedDerivation(run: Run, unsatisfied: Unsatisfied, rootOf: RootNames): Derivation {
  const { root, atom, parent, requiredUseOf } = unsatisfied;
  const chain = chainFrom(run, parent, asWritten(atom).text, root, rootOf);
  if (requiredUseOf !== null) return { failure: requiredUseFailure(run, requiredUseOf), root: rootOf(root), chain };
  return { failure: missingFailure(run, unsatisfied, rootOf), root: rootOf(root), chain };
}

function requiredUseFailure(run: Run, pkg: Package): PlanFailure {
  const use = run.useOf(pkg);
  const { requiredUse } = pkg.candidate;
  const verdict = checkRequiredUse(parseRequiredUse(requiredUse), use, pkg.eapi);
  return {
    kind: 'required_use',
    cpv: pkg.cpv,
    requiredUse,
    violated: verdict.violated,
    use: [...pkg.candidate.iuse.keys()].filter((flag) => use.has(flag)).sort(),
  };
}

function missingFailure(run: Run, { root, atom }: Unsatisfied, rootOf: RootNames): PlanFailure {
  const text = asWritten(atom).text;
  const all = packagesOf(run, root, atom.qualifiedName);
  if (all.length === 0) {
    return {
      kind: 'no_such_package',
      atom: text,
      similar: similarNames(atom.qualifiedName, root.configuration.allQualifiedNames()),
    };
  }
  const named = all.filter((pkg) => matchesIgnoringUse(atom, pkg));
  if (named.length === 0) return { kind: 'no_match', atom: text, available: all.map(({ cpv }) => cpv) };
  const masked = named.filter((pkg) => masksOf(run.frozen, pkg).length > 0);
  if (masked.length === named.length) {
    if (rootOf(root) === 'host')
      return { kind: 'not_on_host', atom: text, masks: masksOf(run.frozen, masked[0] as Package) };
    const candidates: MaskedCandidate[] = masked.map((pkg) => ({
      cpv: pkg.cpv,
      repository: pkg.repository,
      masks: masksOf(run.frozen, pkg),
    }));
    return { kind: 'masked', atom: text, candidates };
  }
  const best = named.find((pkg) => masksOf(run.frozen, pkg).length === 0) as Package;
  return { kind: 'use_dependency', atom: text, cpv: best.cpv, changes: neededFlags(atom, run.useOf(best)) };
}

function packagesOf(run: Run, root: Root, qualifiedName: string): Package[] {
  const all = [
    ...run.frozen.available(root, qualifiedName, 'ebuild', false),
    ...run.frozen.available(root, qualifiedName, 'binary', false),
  ];
  return all.sort((a, b) => compareVersions(b.version, a.version));
}

function neededFlags(atom: ReturnType<typeof parseAtom>, use: ReadonlySet<string>): Record<string, boolean> {
  const changes: Record<string, boolean> = {};
  for (const dep of atom.useDeps) {
    if (dep.kind === 'enabled' && !use.has(dep.flag)) changes[dep.flag] = true;
    if (dep.kind === 'disabled' && use.has(dep.flag)) changes[dep.flag] = false;
  }
  return changes;
}

/** Flags that would have to be changed: the proposals of the resolver. */
function useDerivations(run: Run, rootOf: RootNames): Derivation[] {
  return [...run.state.useChanges]
    .filter(([pkg]) => run.graph.has(pkg))
    .map(([pkg, change]) => {
      const asker = [...(run.parentAtoms.get(pkg) ?? [])].find(({ atom }) => atom.useDeps.length > 0);
      const text = asker ? asWritten(asker.atom).text : pkg.qualifiedName;
      return {
        failure: {
          kind: 'use_dependency' as const,
          atom: text,
          cpv: pkg.cpv,
          changes: Object.fromEntries(change.changes),
        },
        root: rootOf(pkg.root),
        chain: asker ? chainFrom(run, asker.parent, text, pkg.root, rootOf) : [],
      };
    });
}

function circularDerivations(run: Run, rootOf: RootNames): Derivation[] {
  if (run.circularGraph === null) return [];
  const cycle = shortestCycle(run) ?? [];
  const edges = cycle.flatMap((pkg, index): PlanEdge[] => {
    const next = cycle[(index + 1) % cycle.length] as Package;
    return edgeBetween(run, pkg, next, rootOf);
  });
  const [first] = cycle;
  return [{ failure: { kind: 'circular', cycle: edges }, root: first ? rootOf(first.root) : 'staging', chain: [] }];
}

function edgeBetween(run: Run, pkg: Package, child: Package, rootOf: RootNames): PlanEdge[] {
  for (const dependencyClass of dependencyClasses) {
    for (const { atom, conditions } of atomsOf(dependencyNode(run.frozen, pkg, dependencyClass), run.useOf(pkg))) {
      if (atom.blocker !== null || !matchesIgnoringUse(atom, child)) continue;
      const from = nodeId(rootOf(pkg.root), pkg.cpv);
      const to = nodeId(rootOf(child.root), child.cpv);
      return [{ from, to, class: dependencyClass, atom: asWritten(atom).text, conditions, soft: false }];
    }
  }
  return [];
}

function blockerDerivations(run: Run, rootOf: RootNames): Derivation[] {
  return (run.unsatisfiedBlockers ?? []).map((blocker: Blocker) => {
    const parents = run.blockerParents.has(blocker) ? run.blockerParents.parents(blocker) : [];
    const by = parents.find((node): node is Package => node instanceof Package);
    const blocked = run.tracker.match(blocker.root, { ...blocker.atom, blocker: null })[0];
    return {
      failure: {
        kind: 'blocked' as const,
        blocker: blocker.atom.text,
        by: by?.cpv ?? '',
        blocked: blocked?.cpv ?? blocker.atom.qualifiedName,
      },
      root: rootOf(blocker.root),
      chain: by ? chainFrom(run, by, blocker.atom.text, blocker.root, rootOf) : [],
    };
  });
}

function conflictDerivations(run: Run, rootOf: RootNames): Derivation[] {
  return run.tracker.conflicts().map(({ root, slotKey, packages }) => ({
    failure: {
      kind: 'slot_conflict' as const,
      slot: slotKey,
      candidates: packages.map((pkg) => ({
        cpv: pkg.cpv,
        wantedBy: [...(run.parentAtoms.get(pkg) ?? [])].map(({ parent, atom }) => ({
          cpv: parent instanceof Package ? parent.cpv : parent.name,
          atom: asWritten(atom).text,
        })),
      })),
    },
    root: rootOf(root),
    chain: [],
  }));
}

/** From the failing atom up to the request, nearest parent first. */
function chainFrom(run: Run, parent: Package | Argument, atom: string, root: Root, rootOf: RootNames): ChainHop[] {
  const hops: ChainHop[] = [];
  const seen = new Set<Package | Argument>();
  let current: Package | Argument | null = parent;
  let wanted = atom;
  let wantedRoot = root;
  while (current !== null && !seen.has(current)) {
    seen.add(current);
    hops.push(hopOf(run, current, wanted, wantedRoot, rootOf));
    if (!(current instanceof Package)) break;
    const above: { parent: Package | Argument; atom: ReturnType<typeof parseAtom> } | undefined = [
      ...(run.parentAtoms.get(current) ?? []),
    ].find((pair) => !seen.has(pair.parent));
    if (!above) break;
    wanted = asWritten(above.atom).text;
    wantedRoot = current.root;
    current = above.parent;
  }
  return hops;
}

function hopOf(run: Run, parent: Package | Argument, atom: string, root: Root, rootOf: RootNames): ChainHop {
  if (!(parent instanceof Package))
    return { parent: parent.name, root: rootOf(root), atom, class: 'RDEPEND', conditions: [] };
  for (const dependencyClass of dependencyClasses) {
    for (const found of atomsOf(dependencyNode(run.frozen, parent, dependencyClass), run.useOf(parent))) {
      if (asWritten(found.atom).text !== atom) continue;
      return { parent: parent.cpv, root: rootOf(root), atom, class: dependencyClass, conditions: found.conditions };
    }
  }
  return { parent: parent.cpv, root: rootOf(root), atom, class: 'RDEPEND', conditions: [] };
}
