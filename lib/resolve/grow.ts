import { type Atom, type DependencyClass, isDepGroup } from '../pms';
import { argumentsFor, isNamed } from './argument-matching';
import { candidatesOfAnyKind, isAcceptable } from './available';
import { belowFlag, dependencyNode, evaluated } from './dependencies';
import type { Dependency } from './dependency';
import type { EvaluatedDependency } from './evaluated-dependency';
import { existingInSlot } from './existing';
import { isVisible } from './masks';
import { ignoringUse, isBuiltSlotOperator, matches } from './matching';
import { smallestSelection } from './minimize';
import { Package, type Root, sameSlot } from './package';
import { type Priority, priority, unmergePriority } from './priority';
import { noteRebuild } from './rebuild';
import { type Blocker, type ChosenAtom, deeper, isTooDeep, type Run } from './run';
import { forgetSelections } from './select-package';
import { canRebuildForSlot, rebuildForSlot } from './slot-rebuild';
import { isSoname, sonameAtom, sonameKey } from './soname';
import { meetsRequiredUse } from './unmask';

/** Whether work may go on; false ends the attempt. */
type GoesOn = boolean;

export function makeDependency(given: Pick<Dependency, 'atom' | 'root' | 'parent'> & Partial<Dependency>): Dependency {
  const own = given.priority ?? priority();
  return {
    child: null,
    original: null,
    depth: 0,
    onlyDeps: null,
    wantUpdate: false,
    ...given,
    priority: own,
    collapsedParent: given.collapsedParent ?? given.parent,
    collapsedPriority: given.collapsedPriority ?? own,
  };
}

/** Works off everything that waits: dependencies first, choices last. */
export function grow(run: Run, allowUnsatisfied = false): GoesOn {
  while (run.stack.length > 0 || run.disjunctions.length > 0) {
    for (let next = run.stack.pop(); next !== undefined; next = run.stack.pop()) {
      const goesOn =
        next instanceof Package
          ? addDependenciesOf(run, next, allowUnsatisfied)
          : addDependency(run, next, allowUnsatisfied);
      if (!goesOn) return false;
    }
    const choice = run.disjunctions.pop();
    if (choice === undefined) continue;
    const { pkg, root, priority: of, dependency } = choice;
    if (!addDependencyList(run, pkg, root, of, dependency, allowUnsatisfied)) return false;
  }
  return true;
}

export function blockerFor(run: Run, atom: Atom, root: Root, strong: boolean, of: Priority): Blocker {
  const key = `blocks|${root.label}|${atom.text}|${strong ? 'strong' : ''}`;
  let blocker = run.blockers.get(key);
  if (blocker === undefined) {
    blocker = { key, atom, eapiHasStrongBlockers: strong, priority: of, root, satisfied: false };
    run.blockers.set(key, blocker);
  }
  return blocker;
}

function addBlocker(run: Run, dep: Dependency): void {
  const { parent } = dep;
  if (!(parent instanceof Package) || dep.collapsedPriority.ignored || dep.collapsedPriority.optional) return;
  if (run.tracker.conflicts().some(({ packages }) => packages.slice(1).includes(parent))) return;
  if (parent.onlyDeps) return;
  const blocker = blockerFor(run, dep.atom, parent.root, parent.eapi.hasStrongBlockers, dep.priority);
  run.blockerParents.add(blocker, parent, dep.priority);
}

/** Puts what a dependency asks for into the graph. */
export function addDependency(run: Run, dep: Dependency, allowUnsatisfied = false): GoesOn {
  if (dep.atom.blocker !== null) {
    addBlocker(run, dep);
    return true;
  }
  const pkg = dep.child ?? run.selectPackage(run, dep.root, dep.atom, dep.onlyDeps, null).pkg;
  if (pkg === null) return handleUnsatisfied(run, dep, allowUnsatisfied);
  noteRebuild(run, pkg, dep);
  if (dep.collapsedPriority.ignored && !run.traverseIgnored) return true;
  return addPackage(run, pkg, dep);
}

function handleUnsatisfied(run: Run, dep: Dependency, allowUnsatisfied: boolean): GoesOn {
  const { parent } = dep;
  if (dep.collapsedPriority.optional || dep.collapsedPriority.ignored) return true;
  if (allowUnsatisfied) {
    run.unsatisfiedDependencies.push(dep);
    return true;
  }
  if (run.completeMode && parent instanceof Package && parent.isInstalled) {
    const { deep } = run.frozen.parameters;
    if (parent.depth === null || (deep !== true && parent.depth >= deep)) {
      if (run.frozen.installedMatching(dep.root, dep.atom).length === 0) {
        run.initiallyUnsatisfied.push(dep);
        return true;
      }
    }
  }
  run.unsatisfiedForDisplay.push({ root: dep.root, atom: dep.atom, parent, requiredUseOf: null });
  if (!run.allowBacktracking) return false;
  const isMasked = parent instanceof Package && run.state.runtimeMask.has(parent);
  if (!isMasked && isBuiltSlotOperator(dep.atom) && canRebuildForSlot(run, dep)) {
    rebuildForSlot(run, dep);
    return true;
  }
  if (parent instanceof Package && parent.isInstalled && isMasked) {
    const any = candidatesOfAnyKind(run, parent.root, dep.atom).next();
    if (any.done) {
      run.initiallyUnsatisfied.push(dep);
      return true;
    }
  }
  const ignoring = run.selectPackage(run, dep.root, ignoringUse(dep.atom), dep.onlyDeps, null).pkg;
  if (ignoring !== null) return false;
  for (const [pkg, mask] of run.state.runtimeMask) {
    const onlyConflict = mask.slotConflict !== null && mask.missingDependency === null && !mask.slotOperatorBuilt;
    if (onlyConflict && mask.slotConflict?.size === 0 && matches(dep.atom, pkg)) {
      run.skipRestart = true;
      return false;
    }
  }
  run.feedback.missingDependency = dep;
  run.needRestart = true;
  return false;
}

function refuseRequiredUse(run: Run, pkg: Package, dep: Dependency): void {
  run.addParentAtom(pkg, { parent: dep.parent, atom: dep.atom });
  for (const { argument, atom } of argumentsFor(run, pkg)) run.addParentAtom(pkg, { parent: argument, atom });
  run.unsatisfiedForDisplay.push({ root: pkg.root, atom: dep.atom, parent: dep.parent, requiredUseOf: pkg });
  run.requiredUseUnsatisfied = true;
  run.skipRestart = true;
  run.graph.add(pkg, dep.parent, dep.priority);
}

/** Puts a package into the graph and its dependencies on the stack. */
export function addPackage(run: Run, given: Package, dep: Dependency): GoesOn {
  let pkg = given;
  let previouslyAdded = run.graph.has(pkg);
  if (!meetsRequiredUse(pkg, run.useOf(pkg))) {
    refuseRequiredUse(run, pkg, dep);
    return false;
  }
  if (!pkg.onlyDeps) {
    const { node, fits } = existingInSlot(run, pkg, dep.atom);
    if (node !== null && fits) {
      if (node !== pkg) {
        pkg = node;
        previouslyAdded = true;
      }
    } else if (node !== null) {
      const { parent } = dep;
      // the parent replaces the child: no conflict, the child goes
      const isReplaced =
        pkg.isInstalled && parent instanceof Package && pkg.root === parent.root && pkg.slotKey === parent.slotKey;
      if (isReplaced) return true;
    }
    if (!previouslyAdded) {
      run.tracker.add(pkg);
      run.visibleCache.clear();
      forgetSelections(run, pkg);
    }
  }
  const named = argumentsFor(run, pkg);
  const isHardCircle = dep.priority.buildtime && dep.priority.satisfied === null;
  if (pkg !== dep.parent || isHardCircle) {
    run.graph.add(pkg, dep.parent, dep.priority);
    run.addParentAtom(pkg, { parent: dep.parent, atom: dep.atom, original: dep.original });
  }
  for (const { argument, atom } of named) {
    run.graph.add(pkg, argument, dep.priority);
    run.addParentAtom(pkg, { parent: argument, atom });
  }
  setDepth(
    pkg,
    dep,
    previouslyAdded,
    named.some(({ argument }) => argument.options.resetDepth),
  );
  dep.wantUpdate =
    !run.completeMode && (named.length > 0 || run.frozen.parameters.update) && !isTooDeep(run, pkg.depth);
  dep.child = pkg;
  if (!pkg.onlyDeps && (dep.atom.slotOperator === '=' || isSoname(dep.atom))) noteSlotOperator(run, pkg, dep);
  if (run.frozen.options.noDeps) return true;
  const looksDeeper = run.deep === true || !isTooDeep(run, deeper(pkg.depth));
  if (!previouslyAdded) (pkg.isInstalled && !looksDeeper ? run.ignoredDependencies : run.stack).push(pkg);
  return true;
}

function setDepth(pkg: Package, dep: Dependency, previouslyAdded: boolean, resets: boolean): void {
  let depth = resets ? 0 : dep.depth;
  if (previouslyAdded && depth !== 0 && pkg.depth !== null)
    depth = depth === null ? pkg.depth : Math.min(pkg.depth, depth);
  pkg.depth = depth;
}

function noteSlotOperator(run: Run, pkg: Package, dep: Dependency): void {
  const key = `${dep.root.label}|${pkg.slotKey}`;
  const list = run.slotOperatorDependencies.get(key);
  if (list) list.push(dep);
  else run.slotOperatorDependencies.set(key, [dep]);
}

interface ClassRule {
  readonly dependencyClass: DependencyClass;
  readonly root: Root;
  readonly priority: Priority;
}

/** Which dependencies of a package count, where they are looked for, and how hard they are. */
function rulesFor(run: Run, pkg: Package): ClassRule[] {
  const { options, parameters, running } = run.frozen;
  const isRemoval = parameters.action === 'remove';
  const make = isRemoval ? unmergePriority : priority;
  const cross = pkg.root !== running;
  const skipsBuildtime = isRemoval ? !parameters.bdepsOfRemoval : pkg.isBuilt && !parameters.withBdeps;
  const hasBdepend = pkg.eapi.hasBdepend;
  const dependRoot = isRemoval ? pkg.root : hasBdepend ? pkg.root.sysroot : running;
  const skipsDepend = skipsBuildtime || (!isRemoval && !hasBdepend && options.rootDeps === 'rdeps');
  const keepsIgnored = !isRemoval && isRebuildMode(run);
  const buildOnly = !pkg.isBuilt && options.buildPackagesOnly && run.deep === 0;
  const noRdeps = pkg.onlyDeps && options.onlyDepsWithRdeps === false;
  const noIdeps = buildOnly || (noRdeps && options.onlyDepsWithIdeps !== true);
  const rules: ClassRule[] = [];
  if (!buildOnly && !noRdeps) {
    rules.push({ dependencyClass: 'RDEPEND', root: pkg.root, priority: make({ cross, runtime: true }) });
  }
  if (!noIdeps) {
    rules.push({
      dependencyClass: 'IDEPEND',
      root: running,
      priority: make({ cross, installtime: true, runtime: true }),
    });
  }
  if (!buildOnly && !noRdeps) {
    rules.push({ dependencyClass: 'PDEPEND', root: pkg.root, priority: make({ cross, runtimePost: true }) });
  }
  if (!skipsDepend || keepsIgnored) {
    rules.push({
      dependencyClass: 'DEPEND',
      root: dependRoot,
      priority: make({ cross, buildtime: true, optional: pkg.isBuilt || skipsDepend, ignored: skipsDepend }),
    });
  }
  if (!skipsBuildtime || keepsIgnored) {
    rules.push({
      dependencyClass: 'BDEPEND',
      root: running,
      priority: make({ cross, buildtime: true, optional: pkg.isBuilt || skipsBuildtime, ignored: skipsBuildtime }),
    });
  }
  return rules;
}

function isRebuildMode(run: Run): boolean {
  const { options } = run.frozen;
  return options.rebuildIfNewRevision || options.rebuildIfNewVersion || options.rebuildIfUnbuilt;
}

/** With `--root-deps` what building needs is wanted in the target as well. */
function extraRuntime(run: Run, pkg: Package, use: ReadonlySet<string>): EvaluatedDependency {
  if (run.frozen.parameters.action === 'remove' || run.frozen.options.rootDeps !== 'yes') return [];
  return (['IDEPEND', 'DEPEND', 'BDEPEND'] as const).flatMap((each) => evaluated(run.frozen, pkg, each, use));
}

function wantsTestDependencies(run: Run, pkg: Package, use: ReadonlySet<string>): boolean {
  return (
    run.frozen.options.withTestDeps &&
    run.frozen.parameters.action !== 'remove' &&
    pkg.depth === 0 &&
    !use.has('test') &&
    pkg.isValidFlag('test') &&
    !pkg.use.masked.has('test') &&
    isNamed(run, pkg)
  );
}

/** The libraries a built package is linked against. */
function addLibraries(run: Run, pkg: Package, allowUnsatisfied: boolean): GoesOn {
  const { frozen } = run;
  if (!frozen.plansSonames) return true;
  const provided = new Set(
    [...(pkg.root.configuration.sonameProvided ?? [])].flatMap(([category, sonames]) =>
      sonames.map((soname) => sonameKey(category, soname)),
    ),
  );
  const make = frozen.parameters.action === 'remove' ? unmergePriority : priority;
  for (const key of pkg.requires) {
    if (provided.has(key)) continue;
    const dep = makeDependency({
      atom: sonameAtom(key),
      depth: deeper(pkg.depth),
      parent: pkg,
      priority: make({ cross: pkg.root !== frozen.running, runtime: true }),
      root: pkg.root,
    });
    if (!addDependency(run, dep, allowUnsatisfied)) return false;
  }
  return true;
}

function addDependenciesOf(run: Run, pkg: Package, allowUnsatisfied: boolean): GoesOn {
  if (!addLibraries(run, pkg, allowUnsatisfied)) return false;
  const use = run.useOf(pkg);
  const withTests = wantsTestDependencies(run, pkg, use);
  for (const { dependencyClass, root, priority: of } of rulesFor(run, pkg)) {
    if (withTests) {
      const below = belowFlag(dependencyNode(run.frozen, pkg, dependencyClass), 'test', use, pkg);
      const post = priority({ cross: of.cross, runtimePost: true });
      const plain = queueChoices(run, pkg, root, post, below);
      if (plain.length > 0 && !addDependencyList(run, pkg, root, post, plain, allowUnsatisfied)) return false;
    }
    let dependency = evaluated(run.frozen, pkg, dependencyClass, use);
    if (dependencyClass === 'RDEPEND') dependency = [...dependency, ...extraRuntime(run, pkg, use)];
    const plain = queueChoices(run, pkg, root, of, dependency);
    if (plain.length > 0 && !addDependencyList(run, pkg, root, of, plain, allowUnsatisfied)) return false;
  }
  run.traversed.add(pkg);
  return true;
}

/** Any-of groups and virtuals wait until everything definite is in the graph; returns the definite part. */
function queueChoices(
  run: Run,
  pkg: Package,
  root: Root,
  of: Priority,
  dependency: EvaluatedDependency,
): EvaluatedDependency {
  const isChoice = (node: EvaluatedDependency[number]): boolean => isDepGroup(node) || node.atom.category === 'virtual';
  const choices = dependency.filter(isChoice);
  if (choices.length === 0) return dependency;
  run.disjunctions.push({ pkg, root, priority: of, dependency: choices });
  return dependency.filter((node) => !isChoice(node));
}

function addDependencyList(
  run: Run,
  pkg: Package,
  root: Root,
  of: Priority,
  dependency: EvaluatedDependency,
  allowUnsatisfied: boolean,
): GoesOn {
  const before = run.autounmask;
  if (of.optional || of.ignored) run.autounmask = false;
  try {
    return addSelected(run, pkg, root, of, dependency, allowUnsatisfied);
  } finally {
    run.autounmask = before;
  }
}

/** The installed package that already meets the atom: the newest visible, or else the newest. */
function satisfiedBy(run: Run, root: Root, atom: Atom, child: Package | null): Package | null {
  let installed = run.frozen.installedMatching(root, atom).reverse();
  if (child !== null && atom.slotOperator === '=') installed = installed.filter((pkg) => sameSlot(pkg, child));
  return installed.find((pkg) => isAcceptable(run, pkg)) ?? installed[0] ?? null;
}

/** Is the dependency met by what is installed, and does nothing ask to look further? */
function canBeIgnored(run: Run, pkg: Package, dep: Dependency, looksDeeper: boolean): boolean {
  const { atom, child, priority: of } = dep;
  const { satisfied } = of;
  if (satisfied === null) return false;
  const isSlotRebuild =
    atom.slotOperator === '=' &&
    run.replaceInstalled.has(pkg.root, pkg.slotKey) &&
    satisfied !== child &&
    child !== null &&
    !child.isInstalled &&
    !sameSlot(child, satisfied);
  return (
    !looksDeeper &&
    isVisible(run.frozen, satisfied) &&
    child !== null &&
    !child.isInstalled &&
    run.tracker.existing(child) === null &&
    !isSlotRebuild
  );
}

/** Adds one chosen atom; tells which package a virtual's atom led to. */
function addChosen(
  run: Run,
  pkg: Package,
  dep: Dependency,
  of: Priority,
  looksDeeper: boolean,
  allowUnsatisfied: boolean,
): GoesOn {
  if (dep.atom.blocker === null && canBeIgnored(run, pkg, dep, looksDeeper)) {
    if (dep.child === null || argumentsFor(run, dep.child).length === 0) {
      dep.child = null;
      run.ignoredDependencies.push(dep);
      return true;
    }
  }
  if (of.ignored && !run.traverseIgnored) {
    run.ignoredDependencies.push({ ...dep, child: null });
    return true;
  }
  return addDependency(run, dep, allowUnsatisfied);
}

function addSelected(
  run: Run,
  pkg: Package,
  root: Root,
  of: Priority,
  dependency: EvaluatedDependency,
  allowUnsatisfied: boolean,
): GoesOn {
  const depth = deeper(pkg.depth);
  if (run.frozen.options.noDeps) return true;
  const looksDeeper = run.deep === true || (depth !== null && depth <= run.deep);
  const selected = run.selectAtoms(run, { root, dependency, parent: pkg, priority: of });
  const traversedVirtuals = new Set<Package>();
  for (const { chosen, child } of smallestSelection(run, pkg, root, selected.own)) {
    const atom = chosen.original ?? chosen.atom;
    if (atom.blocker !== null && (of.optional || of.ignored)) continue;
    let own = of;
    if (atom.blocker === null) {
      const binds = atom.slotOperator === '=';
      own = {
        ...of,
        buildtimeSlotOp: of.buildtimeSlotOp || (binds && of.buildtime),
        runtimeSlotOp: of.runtimeSlotOp || (binds && of.runtime),
        satisfied: satisfiedBy(run, root, atom, child),
      };
    }
    const dep = makeDependency({ atom, child, depth, parent: pkg, priority: own, root });
    if (!addChosen(run, pkg, dep, of, looksDeeper, allowUnsatisfied)) return false;
    if (chosen.original !== null && dep.child !== null) traversedVirtuals.add(dep.child);
  }
  for (const step of selected.virtuals) {
    if (!traversedVirtuals.has(step.pkg)) continue;
    let stepPriority = step.priority;
    if (!of.ignored || run.traverseIgnored) {
      stepPriority = { ...stepPriority, satisfied: satisfiedBy(run, root, step.atom, null) };
      const dep = makeDependency({
        atom: step.atom,
        original: step.original,
        child: step.pkg,
        depth: step.depth,
        parent: step.parent,
        priority: stepPriority,
        root: step.pkg.root,
      });
      if (!addPackage(run, step.pkg, dep)) return false;
    }
    if (
      !addVirtualAtoms(
        run,
        pkg,
        step.pkg,
        step.depth,
        root,
        of,
        step.atoms,
        looksDeeper,
        allowUnsatisfied,
        traversedVirtuals,
      )
    ) {
      return false;
    }
  }
  return true;
}

/** What stands behind a virtual is all run time. */
function addVirtualAtoms(
  run: Run,
  pkg: Package,
  virtual: Package,
  depth: Dependency['depth'],
  root: Root,
  of: Priority,
  atoms: readonly ChosenAtom[],
  looksDeeper: boolean,
  allowUnsatisfied: boolean,
  traversedVirtuals: Set<Package>,
): GoesOn {
  const make = run.frozen.parameters.action === 'remove' ? unmergePriority : priority;
  for (const { chosen, child } of smallestSelection(run, pkg, root, atoms)) {
    const atom = chosen.original ?? chosen.atom;
    const own = make({
      runtime: true,
      cross: pkg.root !== run.frozen.running,
      satisfied: atom.blocker === null ? satisfiedBy(run, root, atom, child) : null,
    });
    const dep = makeDependency({
      atom,
      child,
      depth,
      parent: virtual,
      priority: own,
      root,
      collapsedParent: pkg,
      collapsedPriority: of,
    });
    if (!addChosen(run, pkg, dep, of, looksDeeper, allowUnsatisfied)) return false;
    if (chosen.original !== null && dep.child !== null) traversedVirtuals.add(dep.child);
  }
  return true;
}
