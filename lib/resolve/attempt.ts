import { type Atom, parseAtom } from '../pms';
import { setArguments } from './argument-matching';
import { Argument, orderedAtoms, replaceInstalledSet } from './arguments';
import { candidatesOf, candidatesOfAnyKind, isKnownName } from './available';
import { configFeedback } from './backtrack-state';
import { categoryOf, meantNames, probeOf, underCategory } from './bare-names';
import { VirtualCycle } from './choices';
import { completeGraph } from './complete';
import { processConflicts } from './conflicts';
import { eliminateRebuilds } from './eliminate-rebuilds';
import { expandArguments, setArgument } from './expand-arguments';
import { greedySlots } from './greedy';
import { addPackage, grow, makeDependency } from './grow';
import { Package, type Root } from './package';
import { hasProposals, isAcceptingConflicts } from './policy';
import { satisfiedRange } from './priority';
import { ignoredBinaryWouldDo, missesUpdate } from './prune-rebuilds';
import { triggerRebuilds } from './rebuild';
import type { Run } from './run';
import { serialize } from './serialize';
import { proposeForParents } from './unmask-parent';

/** An atom without category names a package that exists in several. */
export class AmbiguousName extends Error {
  constructor(
    readonly text: string,
    readonly names: readonly string[],
  ) {
    super(`\`${text}\` is the name of several packages`);
  }
}

/** `foo` becomes `category/foo`; null when there is no such package anywhere. */
function withCategory(run: Run, root: Root, text: string): Atom {
  const probe = probeOf(text);
  if (probe === null) return parseAtom(text, { allowRepository: true });
  const names = root.configuration.allQualifiedNames().filter((name) => name.endsWith(`/${probe.pn}`));
  const known = meantNames(names.filter((name) => isKnownName(run, root, name)));
  if (known.length > 1) throw new AmbiguousName(text, known);
  const [name] = known;
  return parseAtom(underCategory(text, name === undefined ? 'null' : categoryOf(name)), { allowRepository: true });
}

/** The arguments of the command; null when a set does not exist. */
function readArguments(run: Run, requests: readonly string[]): Argument[] {
  const { target } = run.frozen;
  const all: Argument[] = [];
  for (const text of requests) {
    const name = text === 'system' || text === 'world' ? `@${text}` : text;
    if (name.startsWith('@')) {
      const argument = setArgument(target, name.slice(1));
      if (argument !== null && !all.some(({ key }) => key === argument.key)) all.push(argument);
      continue;
    }
    const hasCategory = (text.split(':')[0] ?? '').includes('/');
    const atom = hasCategory ? parseAtom(text, { allowRepository: true }) : withCategory(run, target, text);
    const argument = new Argument('atom', text, target, [atom], []);
    const same = all.find(({ key }) => key === argument.key);
    if (same === undefined) all.push(argument);
  }
  return all;
}

/** What earlier attempts found out has to be merged again. */
function internalArguments(run: Run): Argument[] {
  const lists = [
    ['__auto_rebuild__', run.state.rebuildList],
    ['__auto_reinstall__', run.state.reinstallList],
    [replaceInstalledSet, run.state.replaceInstalled],
  ] as const;
  const all: Argument[] = [];
  for (const [name, slots] of lists) {
    const byRoot = new Map<Root, Atom[]>();
    for (const { root, atom } of slots.values()) byRoot.set(root, [...(byRoot.get(root) ?? []), atom]);
    for (const [root, atoms] of byRoot) {
      all.push(new Argument('set', name, root, atoms, [], { forceReinstall: true, resetDepth: false, internal: true }));
    }
  }
  return all;
}

/** With an update the other installed slots of a named package are updated too. */
function addGreedySlots(run: Run, all: readonly Argument[]): void {
  const extend = (lookAhead: boolean): void => {
    const found = all.map((argument) => {
      const [atom] = argument.atoms;
      return argument.type === 'atom' && atom !== undefined ? greedySlots(run, argument.root, atom, lookAhead) : [];
    });
    for (const [index, argument] of all.entries()) {
      if (argument.type === 'atom') argument.atoms.splice(1, argument.atoms.length, ...(found[index] ?? []));
    }
    setArguments(run, expandArguments(run, all, false));
  };
  setArguments(run, expandArguments(run, all, false));
  extend(false);
  extend(true);
}

/** Puts what the arguments ask for into the graph. False ends the attempt. */
function addArguments(run: Run): boolean {
  const { frozen } = run;
  for (const argument of expandArguments(run, run.initialArguments, true)) {
    const { root } = argument;
    const isSelected = argument.type === 'set' && /^(?:selected|selected-sets|world)$/.test(argument.name);
    const isLenient = isSelected || (argument.type === 'set' && argument.name === 'system');
    for (const atom of orderedAtoms(argument)) {
      const dep = makeDependency({ atom, root, parent: argument, onlyDeps: frozen.options.onlyDeps });
      if (frozen.isProvided(root, atom)) {
        run.providedArguments.push({ parent: argument, atom });
        continue;
      }
      const { pkg } = run.selectPackage(run, root, atom, frozen.options.onlyDeps, null);
      if (pkg === null) {
        if (!frozen.excluded.isEmpty) {
          let isExcluded = false;
          for (const any of candidatesOfAnyKind(run, root, atom)) if (frozen.excluded.has(any)) isExcluded = true;
          if (isExcluded) continue;
        }
        if (isSelected) {
          run.missingArguments.push({ parent: argument, atom });
          continue;
        }
        run.unsatisfiedForDisplay.push({ root, atom, parent: argument, requiredUseOf: null });
        return false;
      }
      if (frozen.options.updateIfInstalled && candidatesOf(run, root, 'installed', atom).next().done) continue;
      if (pkg.isInstalled && !frozen.parameters.selective && !frozen.excluded.has(pkg)) {
        run.unsatisfiedForDisplay.push({ root, atom, parent: argument, requiredUseOf: null });
        if (!isLenient) return false;
      }
      if (!addPackage(run, pkg, dep)) return false;
    }
  }
  return true;
}

/** Orders the graph, solving conflicts on the way. False ends the attempt. */
function order(run: Run): boolean {
  while (run.serialized === null) {
    if (!run.complete && run.allowBacktracking && run.tracker.conflicts().length > 0) run.complete = true;
    if (!completeGraph(run)) return false;
    processConflicts(run);
    const answer = serialize(run);
    if (answer.kind === 'failed') return false;
    if (answer.kind === 'done') run.serialized = answer.tasks;
  }
  return true;
}

/** With only binary packages to be made, nothing may depend on something that is not there yet. */
function needsInstalling(run: Run): boolean {
  const graph = run.graph.clone();
  graph.removeAll(graph.order.filter((node) => !(node instanceof Package) || node.operation === 'nomerge'));
  return graph.leaves(satisfiedRange.ignoreMedium).length !== graph.order.length;
}

function work(run: Run, requests: readonly string[]): boolean {
  const { options, parameters } = run.frozen;
  const named = readArguments(run, requests);
  if (parameters.update) addGreedySlots(run, named);
  const all = [...named, ...internalArguments(run)];
  setArguments(run, expandArguments(run, all, false));
  run.initialArguments = all;
  if (options.noBinaryDependencies) {
    for (const argument of expandArguments(run, all, false)) {
      for (const atom of argument.atoms) run.frozen.argumentNames.add(atom.qualifiedName);
    }
  }
  if (!addArguments(run)) return false;
  if (!grow(run)) {
    proposeForParents(run);
    return false;
  }
  if (!order(run)) return false;
  const hasConflict = run.tracker.conflicts().length > 0;
  if ((hasConflict && !isAcceptingConflicts(run)) || (run.allowBacktracking && run.feedback.slotConflicts.length > 0)) {
    return false;
  }
  if (triggerRebuilds(run)) return false;
  if (run.shouldRestart) return false;
  if (options.buildPackagesOnly && needsInstalling(run)) {
    run.buildOnlyUnsatisfied = true;
    run.skipRestart = true;
    return false;
  }
  const hasRebuilds = run.replaceInstalled.size > 0;
  if (!run.state.pruneRebuilds && (ignoredBinaryWouldDo(run) || (hasRebuilds && missesUpdate(run)))) {
    configFeedback(run.feedback).pruneRebuilds = true;
    run.needRestart = true;
    return false;
  }
  if (hasRebuilds && eliminateRebuilds(run)) {
    run.serialized = null;
    if (!order(run)) return false;
  }
  if (hasProposals(run)) {
    run.successWithoutAutounmask = true;
    return false;
  }
  return true;
}

/** One attempt. True: there is a plan without conditions. */
export function attempt(run: Run, requests: readonly string[]): boolean {
  try {
    return work(run, requests);
  } catch (error) {
    if (!(error instanceof VirtualCycle)) throw error;
    run.virtualCycle = error.packages;
    run.skipRestart = true;
    return false;
  }
}
