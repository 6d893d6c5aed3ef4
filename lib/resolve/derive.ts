import { type Atom, checkRequiredUse, matchesVersion, parseRequiredUse } from '../pms';
import { Argument } from './arguments';
import { shortestCycle } from './circular-solutions';
import { masksOf } from './masks';
import { asWritten, ignoringUse, matches } from './matching';
import { Package, type Root } from './package';
import type { Node } from './parent-atoms';
import type { ChainHop, Derivation, MaskReason, MovedAtom, PlanFailure, PlanRoot } from './plan';
import { mentions, nodeId, type RootNames } from './plan-nodes';
import type { Candidate, RootConfiguration } from './provider';
import { releasedFirst } from './released-first';
import type { Resolution } from './resolver';
import type { Run, Unsatisfied } from './run';
import { similarNames } from './similar-names';

function placeOf(run: Run, root: Root, names: RootNames): PlanRoot {
  if (root === run.frozen.running) return 'host';
  // any package of the root tells; an empty root has the name of the target
  const any = run.graph.order.find((node) => node instanceof Package && node.root === root);
  return any instanceof Package ? names(any) : 'staging';
}

/** From a node up to an argument on the shortest way: who asks for whom. */
function chainFrom(run: Run, start: Node, firstAtom: Atom, root: Root, names: RootNames): ChainHop[] {
  interface Step {
    readonly pkg: Package;
    readonly atom: Atom;
    /** where the atom is wanted */
    readonly root: Root;
    readonly below: Step | null;
  }
  if (!(start instanceof Package)) return [];
  const hopsOf = (last: Step): ChainHop[] => {
    const hops: ChainHop[] = [];
    for (let step: Step | null = last; step !== null; step = step.below) {
      const text = asWritten(step.atom).text;
      const [mention] = mentions(run, step.pkg, text, step.root);
      const conditions = mention?.conditions ?? [];
      const held = conditions.filter((condition) => isHeld(step.pkg, condition));
      hops.unshift({
        parent: step.pkg.cpv,
        root: names(step.pkg),
        atom: text,
        class: mention?.class ?? 'RDEPEND',
        conditions,
        ...(held.length > 0 && { held }),
      });
    }
    return hops;
  };
  const seen = new Set<Package>([start]);
  const queue: Step[] = [{ pkg: start, atom: firstAtom, root, below: null }];
  for (let at = 0; at < queue.length; at += 1) {
    const step = queue[at] as Step;
    const pairs = [...(run.parentAtoms.get(step.pkg) ?? [])];
    if (pairs.some(({ parent }) => parent instanceof Argument)) return hopsOf(step);
    for (const { parent, atom } of pairs) {
      if (!(parent instanceof Package) || seen.has(parent)) continue;
      seen.add(parent);
      queue.push({ pkg: parent, atom, root: step.pkg.root, below: step });
    }
  }
  const last = queue[queue.length - 1];
  return last === undefined ? [] : hopsOf(last);
}

/** Is the flag of a condition one whose state the profile fixes? */
function isHeld({ candidate, root }: Package, condition: string): boolean {
  const flag = condition.replace(/^!|\?$/g, '');
  const { masked, forced } = root.configuration.use(candidate);
  return masked.has(flag) || forced.has(flag);
}

/** Those of the flags whose state the profile fixes, and the state. */
function heldFlags({ candidate, root }: Package, flags: Iterable<string>): { readonly held?: Record<string, boolean> } {
  const { masked, forced } = root.configuration.use(candidate);
  const held = [...flags].filter((flag) => masked.has(flag) || forced.has(flag));
  return held.length === 0 ? {} : { held: Object.fromEntries(held.map((flag) => [flag, !masked.has(flag)])) };
}

const useDifference = (run: Run, atom: Atom, pkg: Package): Record<string, boolean> => {
  const changes: Record<string, boolean> = {};
  const use = run.useOf(pkg);
  for (const { flag, kind } of atom.useDeps) {
    if (use.has(flag) !== (kind === 'enabled')) changes[flag] = kind === 'enabled';
  }
  return changes;
};

/** Where the package or slot of an atom was moved to. */
export function movedWords(root: RootConfiguration, atom: Atom): { readonly moved?: MovedAtom } {
  const moved = root.moved?.(asWritten(atom)) ?? null;
  return moved === null ? {} : { moved };
}

/** No repository has a package of this name. */
export function noSuchPackage(root: RootConfiguration, text: string, atom: Atom): PlanFailure {
  const { qualifiedName } = atom;
  const unlisted = root.unlistedIn?.(qualifiedName) ?? null;
  return {
    kind: 'no_such_package',
    atom: text,
    similar: similarNames(qualifiedName, root.allQualifiedNames(), 3),
    ...(unlisted !== null && { unlisted }),
    ...movedWords(root, atom),
  };
}

/** That no version of a package is the one that an atom asks for. */
export function noMatch(
  root: RootConfiguration,
  text: string,
  atom: Atom,
  candidates: readonly Candidate[],
): PlanFailure {
  const released = releasedFirst(candidates);
  const slots = [...new Set(released.filter(({ version }) => matchesVersion(atom, version)).map(({ slot }) => slot))];
  const isOfSlot = atom.slot !== null && slots.length > 0 && !slots.includes(atom.slot);
  return {
    kind: 'no_match',
    atom: text,
    available: [...new Set(released.map(({ cpv }) => cpv))],
    ...(isOfSlot && { slots }),
    ...movedWords(root, atom),
  };
}

/** Why nothing meets an atom. */
export function whyUnsatisfied(run: Run, root: Root, atom: Atom): PlanFailure {
  const text = asWritten(atom).text;
  const isHost = root === run.frozen.running && run.frozen.running !== run.frozen.target;
  const all = [
    ...run.frozen.available(root, atom.qualifiedName, 'ebuild', false),
    ...run.frozen.available(root, atom.qualifiedName, 'binary', false),
  ];
  const bare = ignoringUse(atom);
  const fitting = all.filter((pkg) => matches(bare, pkg));
  const masked = (packages: readonly Package[]): { pkg: Package; masks: readonly MaskReason[] }[] =>
    packages.map((pkg) => ({ pkg, masks: masksOf(run.frozen, pkg) }));
  const judged = masked(fitting);
  const visible = judged.filter(({ masks }) => masks.length === 0);
  const wanted = [...atom.useDeps, ...asWritten(atom).useDeps];
  const unknownOf = ({ candidate }: Package): string[] =>
    wanted
      .filter(({ flag, default: assumed }) => assumed === null && !root.configuration.isEffectiveFlag(candidate, flag))
      .map(({ flag }) => flag);
  const best = visible.find(({ pkg }) => unknownOf(pkg).length === 0) ?? visible[0];
  if (best !== undefined && wanted.length > 0 && !matches(atom, best.pkg, run.useOf(best.pkg))) {
    const unknown = [...new Set(unknownOf(best.pkg))];
    const changes = useDifference(run, atom, best.pkg);
    return {
      kind: 'use_dependency',
      atom: text,
      cpv: best.pkg.cpv,
      changes,
      ...(unknown.length > 0 && { unknown }),
      ...heldFlags(best.pkg, Object.keys(changes)),
    };
  }
  // a machine without a profile gets nothing from the trees, so what they say of a version is no reason
  const hostMasks = root.configuration.hasProfile === false ? [] : (judged[0]?.masks ?? []);
  if (isHost) return { kind: 'not_on_host', atom: text, masks: hostMasks };
  if (all.length === 0) return noSuchPackage(root.configuration, text, atom);
  if (fitting.length === 0) {
    return noMatch(
      root.configuration,
      text,
      atom,
      all.map(({ candidate }) => candidate),
    );
  }
  return {
    kind: 'masked',
    atom: text,
    candidates: judged.map(({ pkg, masks }) => ({ cpv: pkg.cpv, repository: pkg.repository, masks })),
  };
}

function requiredUseFailure(run: Run, pkg: Package): PlanFailure {
  const { requiredUse } = pkg.candidate;
  const use = run.useOf(pkg);
  const answer = checkRequiredUse(parseRequiredUse(requiredUse, { eapi: pkg.eapi }), use, pkg.eapi);
  return {
    kind: 'required_use',
    cpv: pkg.cpv,
    requiredUse,
    violated: answer.violated,
    use: [...pkg.candidate.iuse.keys()].filter((flag) => use.has(flag)).sort(),
    ...heldFlags(pkg, pkg.candidate.iuse.keys()),
  };
}

function unsatisfiedDerivation(run: Run, entry: Unsatisfied, names: RootNames): Derivation {
  const { requiredUseOf, root, atom, parent } = entry;
  return {
    failure: requiredUseOf === null ? whyUnsatisfied(run, root, atom) : requiredUseFailure(run, requiredUseOf),
    root: placeOf(run, root, names),
    chain: chainFrom(run, parent, atom, root, names),
  };
}

function parentsChain(run: Run, pkg: Package, names: RootNames): ChainHop[] {
  const [first] = [...(run.parentAtoms.get(pkg) ?? [])];
  return first === undefined ? [] : chainFrom(run, first.parent, first.atom, pkg.root, names);
}

function proposals(run: Run, names: RootNames): Derivation[] {
  const found: Derivation[] = [];
  for (const [pkg, change] of run.state.useChanges) {
    if (!run.graph.has(pkg)) continue;
    const pair = [...(run.parentAtoms.get(pkg) ?? [])].find(({ atom }) =>
      atom.useDeps.some(({ flag }) => change.changes.has(flag)),
    );
    found.push({
      failure: {
        kind: 'use_dependency',
        atom: pair === undefined ? pkg.qualifiedName : asWritten(pair.atom).text,
        cpv: pkg.cpv,
        changes: Object.fromEntries(change.changes),
        ...heldFlags(pkg, change.changes.keys()),
      },
      root: names(pkg),
      chain: pair === undefined ? [] : chainFrom(run, pair.parent, pair.atom, pkg.root, names),
    });
  }
  return found;
}

function conflicts(run: Run, names: RootNames): Derivation[] {
  return run.tracker.conflicts().map(({ slotKey, packages, root }) => ({
    failure: {
      kind: 'slot_conflict' as const,
      slot: slotKey,
      candidates: packages.map((pkg) => ({
        cpv: pkg.cpv,
        wantedBy: [...(run.parentAtoms.get(pkg) ?? [])]
          .filter(({ atom }) => packages.some((other) => !matches(atom, other, run.useOf(other))))
          .map(({ parent, atom }) => ({
            cpv: parent instanceof Package ? parent.cpv : parent.name,
            atom: asWritten(atom).text,
          })),
      })),
    },
    root: placeOf(run, root, names),
    chain: packages[0] === undefined ? [] : parentsChain(run, packages[0], names),
  }));
}

function blocked(run: Run, names: RootNames): Derivation[] {
  return (run.unsatisfiedBlockers ?? []).flatMap((blocker): Derivation[] => {
    const parent = [...run.unsolvableBlockers.parents(blocker), ...run.blockerParents.parents(blocker)].find(
      (node) => node instanceof Package,
    );
    const [victim] = run.tracker.match(blocker.root, blocker.atom);
    if (!(parent instanceof Package)) return [];
    return [
      {
        failure: {
          kind: 'blocked',
          blocker: blocker.atom.text,
          by: parent.cpv,
          blocked: victim?.cpv ?? blocker.atom.qualifiedName,
        },
        root: placeOf(run, blocker.root, names),
        chain: parentsChain(run, parent, names),
      },
    ];
  });
}

function circular(run: Run, names: RootNames): Derivation[] {
  const cycle = run.virtualCycle ?? shortestCycle(run);
  const [first] = cycle ?? [];
  if (cycle === null || first === undefined) return [];
  const edges = cycle.flatMap((child, index) => {
    const parent = cycle[index === 0 ? cycle.length - 1 : index - 1];
    if (parent === undefined) return [];
    const pairs = [...(run.parentAtoms.get(child) ?? [])].filter((pair) => pair.parent === parent);
    return pairs.slice(0, 1).flatMap(({ atom }) =>
      mentions(run, parent, asWritten(atom).text, child.root)
        .slice(0, 1)
        .map((mention) => ({
          from: nodeId(names(parent), parent),
          to: nodeId(names(child), child),
          ...mention,
          soft: false,
        })),
    );
  });
  return [{ failure: { kind: 'circular', cycle: edges }, root: names(first), chain: parentsChain(run, first, names) }];
}

/** The host is as it is: what would have to be built for it cannot be had. */
export function absentFromHost({ run }: Resolution, names: RootNames): Derivation[] {
  return (run.serialized ?? []).flatMap((task): Derivation[] => {
    if (!(task instanceof Package) || task.operation !== 'merge' || names(task) !== 'host') return [];
    const [asker] = [...(run.parentAtoms.get(task) ?? [])];
    const atom = asker === undefined ? task.qualifiedName : asWritten(asker.atom).text;
    return [{ failure: { kind: 'not_on_host', atom, masks: [] }, root: 'host', chain: parentsChain(run, task, names) }];
  });
}

/** Why there is no plan, root cause first. Never empty. */
export function deriveFailures({ run }: Resolution, names: RootNames): Derivation[] {
  const unsatisfied = run.unsatisfiedForDisplay.map((entry) => unsatisfiedDerivation(run, entry, names));
  const all = [
    ...unsatisfied.reverse(),
    ...circular(run, names),
    ...conflicts(run, names),
    ...blocked(run, names),
    ...proposals(run, names),
  ];
  const texts = new Set<string>();
  return all.filter((derivation) => {
    const text = JSON.stringify(derivation.failure);
    if (texts.has(text)) return false;
    texts.add(text);
    return true;
  });
}
