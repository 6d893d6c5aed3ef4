import type { Atom } from '../pms';
import { wantsInstalled } from './argument-matching';
import { similarAvailable } from './available';
import { configFeedback, type MaskChoice } from './backtrack-state';
import { validateBlockers } from './blockers';
import { grow } from './grow';
import { matches } from './matching';
import { comparePackages, Package } from './package';
import { type Node, type ParentAtom, ParentAtoms } from './parent-atoms';
import { isAcceptingConflicts } from './policy';
import { forgetPackage } from './remove';
import type { Run } from './run';
import { slotAtom } from './slot-atom';
import { scheduleConflictRebuilds, triggerReinstalls } from './slot-operators';
import type { SlotConflict } from './tracker';

/** Of a conflict graph: a package, the rest of the graph as one node, or a choice between packages. */
type Target = Package | readonly Package[];
const outside = Symbol('outside');
type From = Package | typeof outside;

class ConflictGraph {
  private readonly edges = new Map<From, Target[]>();
  private readonly choices = new Map<string, readonly Package[]>();

  add(from: From, to: Target): void {
    let target = to;
    if (!(target instanceof Package)) {
      const key = target.map((pkg) => pkg.key).join('\n');
      target = this.choices.get(key) ?? target;
      this.choices.set(key, target);
    }
    const list = this.edges.get(from) ?? [];
    this.edges.set(from, list);
    if (!list.includes(target)) list.push(target);
  }

  targets(from: From): readonly Target[] {
    return this.edges.get(from) ?? [];
  }
}

const fits = (run: Run, atom: Atom, pkg: Package): boolean => matches(atom, pkg, run.useOf(pkg));

const pairsOf = (run: Run, pkg: Package): ParentAtom[] => [...(run.parentAtoms.get(pkg) ?? [])];

/** Packages that only packages of the conflicts need. */
function indirect(run: Run, inConflict: ReadonlySet<Package>): Set<Package> {
  const found = new Set<Package>();
  const childrenOf = (pkg: Package): Package[] => run.graph.children(pkg).filter((node) => node instanceof Package);
  const waiting = new Set([...inConflict].flatMap(childrenOf).filter((pkg) => !inConflict.has(pkg)));
  for (const pkg of waiting) {
    waiting.delete(pkg);
    const isOwn = (parent: Node): boolean => parent instanceof Package && (inConflict.has(parent) || found.has(parent));
    if (!pairsOf(run, pkg).every(({ parent }) => isOwn(parent))) continue;
    found.add(pkg);
    for (const child of childrenOf(pkg)) if (!inConflict.has(child) && !found.has(child)) waiting.add(child);
  }
  return found;
}

interface Demands {
  readonly graph: ConflictGraph;
  /** packages that an atom takes none of: nothing is decided about them */
  readonly undecidable: Set<Package>;
}

function collectDemands(
  run: Run,
  conflicts: readonly SlotConflict[],
  inConflict: ReadonlySet<Package>,
  behind: ReadonlySet<Package>,
): Demands {
  const graph = new ConflictGraph();
  const undecidable = new Set<Package>();
  const fromOf = (parent: Node): From =>
    parent instanceof Package && (inConflict.has(parent) || behind.has(parent)) ? parent : outside;
  for (const { packages } of conflicts) {
    const installed = packages.findLast((pkg) => pkg.isInstalled);
    const isAskedFor = installed !== undefined && !wantsInstalled(run, installed);
    const all = new ParentAtoms();
    for (const pkg of packages) for (const pair of pairsOf(run, pkg)) all.add(pair);
    for (const { parent, atom } of all) {
      const matched = packages.filter((pkg) => fits(run, atom, pkg) && !(isAskedFor && pkg.isInstalled));
      const [only] = matched;
      if (only === undefined) for (const pkg of packages) undecidable.add(pkg);
      else graph.add(fromOf(parent), matched.length > 1 ? matched : only);
    }
  }
  for (const pkg of behind) for (const { parent } of pairsOf(run, pkg)) graph.add(fromOf(parent), pkg);
  return { graph, undecidable };
}

/** The packages that have to stay. */
function forced({ graph, undecidable }: Demands): Set<Package> {
  const kept = new Set<Package>(undecidable);
  const open: From[] = [outside];
  const seen = new Set<Target>();
  const choices: (readonly Package[])[] = [];
  while (open.length > 0) {
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const target of graph.targets(node)) {
        if (seen.has(target)) continue;
        seen.add(target);
        if (target instanceof Package) {
          kept.add(target);
          open.push(target);
        } else {
          choices.push(target);
        }
      }
    }
    for (let choice = choices.pop(); choice !== undefined; choice = choices.pop()) {
      if (choice.some((pkg) => kept.has(pkg))) continue;
      const [first] = choice;
      if (first === undefined) continue;
      kept.add(first);
      open.push(first);
      break;
    }
  }
  const stack = [...kept];
  const traversed = new Set<Package>();
  for (let pkg = stack.pop(); pkg !== undefined; pkg = stack.pop()) {
    traversed.add(pkg);
    for (const target of graph.targets(pkg)) {
      if (!(target instanceof Package) || traversed.has(target)) continue;
      kept.add(target);
      stack.push(target);
    }
  }
  return kept;
}

/** Solves conflicts where keeping some of the packages and dropping the others meets every demand. */
function solveByDropping(run: Run): void {
  const conflicts = run.tracker.conflicts().filter(({ root, slotKey }) => !run.replaceInstalled.has(root, slotKey));
  if (conflicts.length === 0) return;
  const inConflict = new Set(conflicts.flatMap(({ packages }) => packages));
  const kept = forced(collectDemands(run, conflicts, inConflict, indirect(run, inConflict)));
  const dropped = [...inConflict].filter((pkg) => !kept.has(pkg));
  const touched = new Set<Package>();
  for (const pkg of dropped) {
    for (const { parent } of pairsOf(run, pkg)) {
      if (parent instanceof Package && !dropped.includes(parent)) touched.add(parent);
    }
    forgetPackage(run, pkg);
  }
  const again = [...new Set([...touched, ...kept])].filter((pkg) => run.tracker.contains(pkg, false));
  run.stack.push(...again);
  if (again.length > 0) grow(run);
  for (const { packages } of conflicts) {
    for (const pkg of packages) {
      if (!dropped.includes(pkg)) continue;
      for (const other of packages) {
        if (other === pkg) continue;
        for (const pair of pairsOf(run, other)) {
          if (fits(run, pair.atom, pkg)) continue;
          const missed = run.conflictMissedUpdates.get(pkg) ?? new ParentAtoms();
          missed.add(pair);
          run.conflictMissedUpdates.set(pkg, missed);
        }
      }
    }
  }
}

interface ConflictAtom extends ParentAtom {
  readonly against: Set<Package>;
}

/** One conflict that is left: what could be masked or rebuilt in the next attempt. */
function processConflict(run: Run, conflict: SlotConflict): void {
  const all = new ParentAtoms();
  for (const pkg of conflict.packages) for (const pair of pairsOf(run, pkg)) all.add(pair);
  const conflictAtoms = new Map<string, ConflictAtom>();
  const inConflict: Package[] = [];
  for (const pkg of conflict.packages) {
    let fitsAll = true;
    const own = run.parentAtoms.get(pkg) ?? new ParentAtoms();
    run.parentAtoms.set(pkg, own);
    for (const pair of all) {
      if (own.has(pair)) continue;
      if (fits(run, pair.atom, pkg)) {
        own.add(pair);
        continue;
      }
      fitsAll = false;
      const key = ParentAtoms.keyOf(pair);
      const entry = conflictAtoms.get(key) ?? { ...pair, against: new Set() };
      entry.against.add(pkg);
      conflictAtoms.set(key, entry);
    }
    if (!fitsAll) inConflict.push(pkg);
  }
  if (inConflict.length === 0 || !run.allowBacktracking || isAcceptingConflicts(run)) return;
  const rest = inConflict.filter((pkg) => {
    const found = scheduleConflictRebuilds(run, pkg, conflict.packages, conflictAtoms.values());
    if (found) configFeedback(run.feedback).slotConflictAbi = true;
    return !found;
  });
  if (rest.length > 0) proposeMasks(run, conflict, all, rest);
}

function without(all: ParentAtoms, own: ParentAtoms | undefined): ParentAtoms {
  const rest = new ParentAtoms();
  for (const pair of all) if (!own?.has(pair)) rest.add(pair);
  return rest;
}

/** The next attempts leave out one of the packages each, together with similar ones that would end the same way. */
function proposeMasks(run: Run, conflict: SlotConflict, all: ParentAtoms, given: readonly Package[]): void {
  const packages = [...given];
  const [any] = conflict.packages;
  if (any === undefined) return;
  const existing = run.tracker.existing(any);
  if (existing !== null && !packages.includes(existing)) packages.push(existing);
  packages.sort((a, b) => comparePackages(b, a));
  const choices: MaskChoice[] = packages.map((pkg) => {
    const against = without(all, run.parentAtoms.get(pkg));
    const similar: { pkg: Package; against: ParentAtoms }[] = [];
    if (against.size > 0) {
      for (const other of similarAvailable(run, pkg, slotAtom(pkg))) {
        if (packages.includes(other)) continue;
        const own = new ParentAtoms();
        for (const pair of against) if (!matches(pair.atom, other)) own.add(pair);
        if (own.size > 0) similar.push({ pkg: other, against: own });
      }
    }
    return [...similar, { pkg, against }];
  });
  const weight = (choice: MaskChoice): number => choice[choice.length - 1]?.against.size ?? 0;
  run.feedback.slotConflicts.push(choices.sort((a, b) => weight(a) - weight(b)));
  run.needRestart = true;
}

/** Deals with everything that cannot stay together. */
export function processConflicts(run: Run): void {
  solveByDropping(run);
  validateBlockers(run);
  for (const conflict of run.tracker.conflicts()) processConflict(run, conflict);
  if (run.allowBacktracking) triggerReinstalls(run);
}
