import { type Atom, parseAtom } from '../pms';
import { configFeedback } from './backtrack-state';
import { closures } from './closures';
import { evaluated } from './dependencies';
import type { Digraph, IgnorePriority } from './digraph';
import { setArgument } from './expand-arguments';
import { matches } from './matching';
import { comparePackages, Package, type Root } from './package';
import { isAcceptingConflicts } from './policy';
import { blockerPriority, normalRange, type Priority, type PriorityRange, satisfiedRange } from './priority';
import type { Blocker, Run } from './run';
import { selectAtomsFromAll, selectAtomsFromGraph } from './select-from-graph';

/** `again`: the whole graph is wanted now; `failed`: no order, or conflicts are left. */
export type Serialized =
  | { readonly kind: 'done'; readonly tasks: readonly (Package | Blocker)[] }
  | { readonly kind: 'again' }
  | { readonly kind: 'failed' };

type Task = Package | Blocker;
const isPackage = (task: Task): task is Package => task instanceof Package;

const managerAtom = parseAtom('sys-apps/portage');
const libcAtom = parseAtom('virtual/libc');
const headersAtom = parseAtom('virtual/os-headers');

/** Only packages; what stays installed and is needed by nothing does not matter for the order. */
function taskGraph(run: Run): Digraph<Package> {
  const all = run.graph.clone();
  all.removeAll(all.order.filter((node) => !(node instanceof Package)));
  const graph = all as Digraph<Package>;
  for (;;) {
    const idle = graph.roots().filter((pkg) => pkg.isInstalled || pkg.onlyDeps);
    if (idle.length === 0) return graph;
    graph.removeAll(idle);
  }
}

/** Packages of @system, and what they need at run time, come first; then what most others need. */
function sortByImportance(run: Run, graph: Digraph<Package>): void {
  if (!run.frozen.options.implicitSystemDeps) return;
  const system = new Map<Root, readonly Atom[]>();
  const systemOf = (root: Root): readonly Atom[] => {
    let atoms = system.get(root);
    if (atoms === undefined) {
      atoms = setArgument(root, 'system')?.atoms ?? [];
      system.set(root, atoms);
    }
    return atoms;
  };
  const deep = new Set<Package>();
  const stack = graph.order.filter(
    (pkg) => pkg.operation !== 'uninstall' && systemOf(pkg.root).some((atom) => matches(atom, pkg)),
  );
  const ignoreOthers = (of: Priority): boolean => !(of.kind === 'dep' && (of.runtime || of.runtimePost));
  for (let pkg = stack.pop(); pkg !== undefined; pkg = stack.pop()) {
    if (deep.has(pkg)) continue;
    deep.add(pkg);
    stack.push(...graph.children(pkg, ignoreOthers).filter((child) => child.operation !== 'uninstall'));
  }
  const rank = (pkg: Package): number => (pkg.operation === 'uninstall' ? 2 : deep.has(pkg) ? 0 : 1);
  const users = new Map(graph.order.map((pkg) => [pkg, graph.parents(pkg).length]));
  graph.order.sort((a, b) => {
    const byRank = rank(a) - rank(b);
    if (byRank !== 0 || a.operation === 'uninstall') return byRank;
    return (users.get(b) ?? 0) - (users.get(a) ?? 0);
  });
}

/** What a virtual of the graph stands for. */
function expandVirtual(run: Run, root: Root, atom: Atom): Atom[] {
  const found: Atom[] = [];
  const packages = run.tracker.match(root, atom);
  for (const pkg of packages) {
    const dependency = evaluated(run.frozen, pkg, 'RDEPEND', run.useOf(pkg));
    const { own, virtuals } = selectAtomsFromGraph(run, { root, dependency, parent: pkg, priority: null });
    for (const chosen of [...own, ...virtuals.flatMap((step) => step.atoms)]) {
      if (chosen.original === null && chosen.atom.blocker === null) found.push(chosen.atom);
    }
  }
  return packages.length === 0 ? [atom] : found;
}

/** The C library comes as early as possible, behind the kernel headers: everything needs it without saying so. */
function libraryFirst(run: Run): Package[] {
  const root = run.frozen.running;
  const merges = (atom: Atom): Package[] =>
    expandVirtual(run, root, atom).flatMap((each) =>
      run.tracker
        .match(root, each)
        .filter((pkg) => pkg.operation === 'merge' && !run.frozen.isInstalled(root, pkg.cpv, pkg.qualifiedName)),
    );
  const libraries = new Set(merges(libcAtom));
  return libraries.size === 0 ? [] : [...merges(headersAtom), ...libraries];
}

/** Works off the task graph; holds what the choice of the next task depends on. */
class Serializer {
  readonly graph: Digraph<Package>;
  readonly uninstalls: Digraph<Package | Blocker>;
  readonly result: Task[] = [];
  private readonly scheduled = new Set<Package>();
  private readonly ignoredUninstalls = new Set<Package>();
  private asap: Package[];
  private preferAsap = true;
  private dropSatisfied = false;
  private readonly replacedManager: Package | null;
  private readonly managerNeeds: readonly Atom[];
  hasUninstall = false;

  constructor(private readonly run: Run) {
    this.graph = taskGraph(run);
    sortByImportance(run, this.graph);
    this.uninstalls = run.blockerUninstalls.clone();
    const { running } = run.frozen;
    const [installed] = run.frozen.installedMatching(running, managerAtom);
    const [planned] = run.tracker.match(running, managerAtom);
    this.replacedManager = planned !== undefined && planned !== installed ? planned : null;
    this.managerNeeds = [managerAtom, ...(installed === undefined ? [] : this.needsOf(installed))];
    this.asap = libraryFirst(run);
  }

  private needsOf(pkg: Package): Atom[] {
    const dependency = evaluated(this.run.frozen, pkg, 'RDEPEND', this.run.useOf(pkg));
    const { own, virtuals } = selectAtomsFromAll(this.run, { root: pkg.root, dependency, parent: pkg, priority: null });
    return [...own, ...virtuals.flatMap((step) => step.atoms)]
      .map(({ atom }) => atom)
      .filter((atom) => atom.blocker === null);
  }

  private isEligible(pkg: Package): boolean {
    return pkg.operation !== 'uninstall' || this.scheduled.has(pkg);
  }

  private readyTasks(ignore: IgnorePriority): Package[] {
    return this.graph.leaves(ignore).filter((pkg) => this.isEligible(pkg));
  }

  private get usesAsap(): boolean {
    return this.preferAsap && this.asap.length > 0;
  }

  /** True when there is an order of everything. */
  finish(): boolean {
    while (this.graph.size > 0) {
      const selected = this.next();
      if (selected === 'retry') continue;
      if (selected === null) return false;
      this.preferAsap = true;
      this.dropSatisfied = false;
      this.graph.removeAll(selected);
      for (const pkg of selected) this.emit(pkg);
    }
    return true;
  }

  private next(): readonly Package[] | 'retry' | null {
    const range: PriorityRange = this.usesAsap ? satisfiedRange : normalRange;
    let selected: readonly Package[] | null = null;
    let ignore: IgnorePriority = null;
    if (this.usesAsap) {
      this.asap = this.asap.filter((pkg) => this.graph.has(pkg));
      [selected, ignore] = this.pickAsap(range);
    }
    if (selected === null && !this.usesAsap) [selected, ignore] = this.pickLeaf(range);
    let isCycle = false;
    if (selected === null) {
      const cycle = this.pickCycle(range);
      if (cycle === null && this.usesAsap) {
        this.preferAsap = false;
        return 'retry';
      }
      if (cycle !== null) {
        ignore = cycle.ignore;
        const inner = this.graph.induced(cycle.nodes);
        const [leaf] = inner.leaves();
        isCycle = leaf === undefined;
        selected = leaf === undefined ? [...cycle.nodes] : [leaf];
        this.promotePost(selected, ignore);
        if (isCycle && selected.length > 1) selected = orderCycle(inner);
      }
    } else if (ignore !== null) {
      this.promotePost(selected, ignore);
    }
    if (selected !== null && selected.length > 0) return selected;
    if (this.uninstalls.size > 0 && this.scheduleUninstall()) return this.reset();
    const rest = this.readyTasks(null);
    if (rest.length > 0) return rest;
    if (!this.dropSatisfied) {
      this.dropSatisfied = true;
      return 'retry';
    }
    if (this.dropUninstall()) return this.reset();
    return null;
  }

  private reset(): 'retry' {
    this.preferAsap = true;
    this.dropSatisfied = false;
    return 'retry';
  }

  private pickAsap(range: PriorityRange): [readonly Package[] | null, IgnorePriority] {
    for (let step = range.soft; step <= range.mediumSoft; step += 1) {
      const ignore = range.steps[step] ?? null;
      const pkg = this.asap.find((each) => this.graph.isLeaf(each, ignore));
      if (pkg === undefined) continue;
      this.asap = this.asap.filter((each) => each !== pkg);
      return [[pkg], ignore];
    }
    return [null, null];
  }

  private pickLeaf(range: PriorityRange): [readonly Package[] | null, IgnorePriority] {
    for (let step = range.none; step <= range.mediumSoft; step += 1) {
      const ignore = range.steps[step] ?? null;
      let tasks = this.readyTasks(ignore);
      if (tasks.length === 0) continue;
      const uninstalls = tasks.length > 1 ? tasks.filter((pkg) => pkg.operation === 'uninstall') : [];
      if (uninstalls.length > 0) tasks = uninstalls;
      if (uninstalls.length > 0 || tasks.length === 1 || (ignore === null && this.asap.length === 0)) {
        return [tasks, ignore];
      }
      if (this.asap.length > 0) {
        const forAsap = tasks.find((pkg) =>
          this.graph.parents(pkg, satisfiedRange.ignoreMediumSoft).some((parent) => this.asap.includes(parent)),
        );
        if (forAsap !== undefined) return [[forAsap], ignore];
      }
      const needed = tasks.find((pkg) => this.graph.parents(pkg).length > 0);
      if (needed !== undefined) return [[needed], ignore];
    }
    return [null, null];
  }

  /** The smallest group of packages that need each other at run time. */
  private pickCycle(
    range: PriorityRange,
  ): { readonly nodes: ReadonlySet<Package>; readonly ignore: IgnorePriority } | null {
    const ranges: PriorityRange[] = range === normalRange ? [normalRange] : [normalRange, range];
    if (this.dropSatisfied && range !== satisfiedRange) ranges.push(satisfiedRange);
    for (const local of ranges) {
      const mergeable = new Set(this.readyTasks(local.ignoreMedium));
      if (mergeable.size === 0) continue;
      const found = this.smallestCycle(mergeable, local, range);
      if (found !== null) return found;
    }
    return null;
  }

  private smallestCycle(
    mergeable: ReadonlySet<Package>,
    local: PriorityRange,
    range: PriorityRange,
  ): { readonly nodes: ReadonlySet<Package>; readonly ignore: IgnorePriority } | null {
    const blocked = new Set<Package>();
    const manager = this.replacedManager;
    if (
      manager !== null &&
      mergeable.has(manager) &&
      this.graph.children(manager, range.ignoreMediumSoft).some((pkg) => pkg.operation !== 'uninstall')
    ) {
      blocked.add(manager);
    }
    const nodes = [...(this.usesAsap ? this.asap : mergeable)].sort(comparePackages);
    for (let step = local.mediumPost; step <= local.mediumSoft; step += 1) {
      const ignore = local.steps[step] ?? null;
      const groups = closures(this.graph, mergeable, ignore, blocked);
      let smallest: ReadonlySet<Package> | null = null;
      for (const pkg of nodes) {
        const group = groups.get(pkg);
        if (group === undefined || this.graph.parents(pkg).length === 0) continue;
        if (smallest === null || group.size < smallest.size) smallest = group;
      }
      if (smallest !== null) return { nodes: smallest, ignore };
    }
    return null;
  }

  /** PDEPEND that had to wait comes as soon as possible. */
  private promotePost(selected: readonly Package[], ignore: IgnorePriority): void {
    if (ignore === null) return;
    for (const pkg of selected) {
      const all = this.graph.children(pkg);
      const hard = new Set(this.graph.children(pkg, satisfiedRange.ignoreMediumPost));
      const hardOrUnmet = new Set(this.graph.children(pkg, satisfiedRange.ignoreMediumPostSatisfied));
      for (const child of all) {
        if (hard.has(child) || !hardOrUnmet.has(child)) continue;
        if (!selected.includes(child) && !this.asap.includes(child)) this.asap.push(child);
      }
    }
  }

  /** May this installed package go, when a blocker wants it away? */
  private mayUninstall(task: Package): boolean {
    const { run } = this;
    const installed = run.frozen.pool.get(task.candidate, task.root, 'nomerge');
    if (run.graph.has(installed)) return false;
    const blockers = this.uninstalls.parents(task).filter((node): node is Blocker => !isPackage(node));
    const isRunning = task.root === run.frozen.running;
    if (
      isRunning &&
      blockers.some(({ eapiHasStrongBlockers, atom }) => eapiHasStrongBlockers && atom.blocker === '!!')
    ) {
      return false;
    }
    if (isRunning && blockers.some(({ eapiHasStrongBlockers }) => !eapiHasStrongBlockers)) {
      for (const atom of this.managerNeeds) {
        if (!matches(atom, installed)) continue;
        if (run.frozen.installedMatching(task.root, atom).every((pkg) => pkg === installed)) return false;
      }
      if (run.frozen.options.implicitSystemDeps) {
        const system = setArgument(task.root, 'system')?.atoms ?? [];
        if (system.some((atom) => matches(atom, installed))) return false;
      }
    }
    if (!run.complete && !run.frozen.options.ignoreWorld) {
      const selected = task.root.configuration.set('selected') ?? [];
      for (const text of selected) {
        if (text.startsWith('@')) continue;
        const atom = parseAtom(text, { allowRepository: true });
        if (!matches(atom, installed)) continue;
        if (!run.tracker.match(task.root, atom).some((pkg) => pkg !== installed)) return false;
      }
    }
    return true;
  }

  /** Lets one blocked package go behind the package that blocks it. */
  private scheduleUninstall(): boolean {
    const range = this.dropSatisfied ? satisfiedRange : normalRange;
    const beside =
      (rule: (of: Priority) => boolean) =>
      (of: Priority): boolean =>
        of.kind === 'blocker' || rule(of);
    const mergeable = new Set(this.readyTasks(beside(range.ignoreMedium)));
    let best: Package | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const task of this.uninstalls.leaves()) {
      if (!isPackage(task) || this.ignoredUninstalls.has(task) || this.scheduled.has(task)) continue;
      if (!this.graph.has(task) || !this.mayUninstall(task)) continue;
      const needed = new Set<Package>([task]);
      let isUseful: boolean | null = false;
      for (const parent of this.graph.parents(task)) {
        for (const child of this.graph.children(parent, range.ignoreMediumSoft)) needed.add(child);
        if (needed.size >= least) {
          isUseful = null;
          break;
        }
        if (
          mergeable.has(parent) &&
          closures(this.graph, mergeable, beside(range.ignoreMediumSoft), new Set()).has(parent)
        ) {
          isUseful = true;
        }
      }
      if (!isUseful || needed.size >= least) continue;
      least = needed.size;
      best = task;
      if (least === 1) break;
    }
    if (best === null) return false;
    this.scheduled.add(best);
    const parents = this.graph.parents(best);
    this.graph.remove(best);
    for (const parent of parents) this.graph.add(parent, best, blockerPriority);
    if (parents.length === 0) this.graph.add(best, null, blockerPriority);
    for (const pkg of this.run.tracker.inSlot(best.root, best.qualifiedName, best.slot, true)) {
      if (pkg.operation === 'merge') this.graph.add(pkg, best, blockerPriority);
    }
    return true;
  }

  /** Gives up on one removal, so that at least the rest gets an order; its blocker stays unsolved. */
  private dropUninstall(): boolean {
    for (const task of this.uninstalls.leaves()) {
      if (!isPackage(task) || !this.graph.remove(task)) continue;
      this.ignoredUninstalls.add(task);
      return true;
    }
    return false;
  }

  private emit(pkg: Package): void {
    if (pkg.operation === 'nomerge') return;
    let uninstall: Package | null = null;
    if (pkg.operation === 'uninstall') {
      this.hasUninstall = true;
      uninstall = pkg;
    } else {
      const replaced = this.run.frozen.installedInSlot(pkg);
      if (replaced !== null) {
        uninstall = this.run.frozen.uninstallTask(replaced);
        this.graph.remove(uninstall);
      }
    }
    const solved: Blocker[] = [];
    if (uninstall !== null && !this.ignoredUninstalls.has(uninstall) && this.uninstalls.has(uninstall)) {
      const blockers = this.uninstalls.parents(uninstall);
      this.uninstalls.remove(uninstall);
      for (const blocker of blockers) {
        if (isPackage(blocker) || this.uninstalls.children(blocker).length > 0) continue;
        this.uninstalls.remove(blocker);
        if (!this.run.unsolvableBlockers.has(blocker)) solved.push(blocker);
      }
    }
    this.result.push(pkg);
    if (pkg.operation === 'uninstall' || (uninstall !== null && this.scheduled.has(uninstall)))
      this.result.push(...solved);
  }
}

/** The order inside a group of packages that need each other: as few edges as possible point the wrong way. */
function orderCycle(given: Digraph<Package>): Package[] {
  const graph = given;
  const ordered: Package[] = [];
  const steps = [...normalRange.steps, ...satisfiedRange.steps].filter((step) => step !== null);
  while (graph.size > 0) {
    let leaves: Package[] = [];
    for (const step of steps) {
      leaves = graph.leaves(step);
      if (leaves.length > 0) break;
    }
    if (leaves.length === 0) leaves = graph.order.slice(-1);
    const [first] = leaves.some((pkg) => pkg.isInstalled) ? leaves.filter((pkg) => pkg.isInstalled) : leaves;
    if (first === undefined) break;
    graph.remove(first);
    ordered.push(first);
  }
  return ordered;
}

/** Remembers the circles, so that the next attempt chooses other alternatives. */
function learnFromCircle(run: Run, graph: Digraph<Package>): void {
  run.circularGraph = graph as Digraph<Package | Blocker>;
  let isKnown = false;
  if (run.allowBacktracking) {
    const { circularDependency } = configFeedback(run.feedback);
    for (const cycle of graph.cycles(satisfiedRange.ignoreMediumSoft)) {
      for (const [index, pkg] of cycle.entries()) {
        if (run.state.circularDependency.has(pkg)) isKnown = true;
        const child = cycle[index === 0 ? cycle.length - 1 : index - 1];
        if (child === undefined) continue;
        const children = circularDependency.get(pkg) ?? new Set();
        children.add(child);
        circularDependency.set(pkg, children);
      }
    }
  }
  if (isKnown || !run.allowBacktracking) run.skipRestart = true;
  else run.needRestart = true;
}

/** Puts the packages of the graph into an order in which they can be merged. */
export function serialize(run: Run): Serialized {
  if (run.frozen.options.noDeps) {
    return {
      kind: 'done',
      tasks: run.graph.order.filter((node) => node instanceof Package && node.operation === 'merge') as Package[],
    };
  }
  const serializer = new Serializer(run);
  if (!serializer.finish()) {
    learnFromCircle(run, serializer.graph);
    return { kind: 'failed' };
  }
  const unsolved = new Set<Blocker>();
  for (const node of run.unsolvableBlockers.leaves()) if (!isPackage(node)) unsolved.add(node);
  for (const node of serializer.uninstalls.roots()) if (!isPackage(node)) unsolved.add(node);
  if (serializer.hasUninstall && !run.complete && unsolved.size === 0) {
    run.complete = true;
    return { kind: 'again' };
  }
  for (const task of serializer.result) if (!isPackage(task)) task.satisfied = true;
  const tasks = [...serializer.result, ...unsolved];
  const buildtime = run.frozen.options.buildPackagesOnly
    ? [...unsolved].filter(({ priority: of, atom }) => of.buildtime && atom.blocker === '!!')
    : [];
  if (unsolved.size > 0 && (buildtime.length > 0 || !isAcceptingConflicts(run))) {
    run.unsatisfiedBlockers = buildtime.length > 0 ? buildtime : [...unsolved];
    run.serialized = tasks;
    return { kind: 'failed' };
  }
  if (run.tracker.conflicts().length > 0 && !isAcceptingConflicts(run)) {
    run.serialized = tasks;
    return { kind: 'failed' };
  }
  return { kind: 'done', tasks };
}
