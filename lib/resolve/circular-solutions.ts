import { atomsOf, type DependencyClass, evaluateDependency, parseRequiredUse, requiredUseFlags } from '../pms';
import { dependencyNode, flatAtoms } from './dependencies';
import { asWritten } from './matching';
import { Package } from './package';
import { satisfiedRange } from './priority';
import type { Blocker, Run } from './run';
import { meetsRequiredUse } from './unmask';

/** Flags to set so that one package of a circle no longer needs the next. */
export type FlagSolution = readonly (readonly [string, boolean])[];

const mostFlags = 10;

/** The shortest circle of what could not be ordered. */
export function shortestCycle(run: Run): readonly Package[] | null {
  const graph = run.circularGraph;
  if (graph === null) return null;
  let shortest: (Package | Blocker)[] | null = null;
  for (const cycle of graph.cycles(satisfiedRange.ignoreMediumSoft)) {
    if (shortest === null || cycle.length < shortest.length) shortest = cycle;
  }
  return shortest === null ? null : shortest.filter((node) => node instanceof Package);
}

/** Flags on whose state it depends whether the package asks for the atom. */
function affectingFlags(run: Run, pkg: Package, classes: readonly DependencyClass[], text: string): Set<string> {
  const flags = new Set<string>();
  for (const dependencyClass of classes) {
    for (const { atom, conditions } of atomsOf(dependencyNode(run.frozen, pkg, dependencyClass))) {
      if (atom.text === text)
        for (const condition of conditions) flags.add(condition.replace(/^!/, '').replace(/\?$/, ''));
    }
  }
  return flags;
}

function flagsToTry(run: Run, pkg: Package, classes: readonly DependencyClass[], text: string): readonly string[] {
  const isFixed = (flag: string): boolean =>
    pkg.use.masked.has(flag) || pkg.use.forced.has(flag) || run.useChange(pkg)?.changes.has(flag) === true;
  let flags = [...affectingFlags(run, pkg, classes, text)].filter((flag) => !isFixed(flag));
  const { requiredUse } = pkg.candidate;
  if (requiredUse !== '') {
    const entangled = requiredUseFlags(parseRequiredUse(requiredUse, { eapi: pkg.eapi }));
    if (flags.some((flag) => entangled.has(flag))) {
      const all = [...new Set([...flags, ...entangled])].filter((flag) => !isFixed(flag));
      if (all.length <= mostFlags) flags = all;
    }
  }
  if (flags.length > mostFlags) flags = flags.filter((flag) => run.useOf(pkg).has(flag));
  return flags.length > mostFlags ? [] : flags;
}

function asksFor(
  run: Run,
  pkg: Package,
  classes: readonly DependencyClass[],
  text: string,
  use: ReadonlySet<string>,
): boolean {
  return classes.some((dependencyClass) => {
    const node = dependencyNode(run.frozen, pkg, dependencyClass);
    for (const atom of flatAtoms(evaluateDependency(node, use, pkg.eapi).children)) {
      if (asWritten(atom).text === text || atom.text === text) return true;
    }
    return false;
  });
}

/** Ways to set the flags after which the atom is not asked for and REQUIRED_USE holds. */
function statesWithout(run: Run, pkg: Package, classes: readonly DependencyClass[], text: string): FlagSolution[] {
  const flags = flagsToTry(run, pkg, classes, text);
  const today = run.useOf(pkg);
  const found: FlagSolution[] = [];
  for (let bits = 0; flags.length > 0 && bits < 2 ** flags.length; bits += 1) {
    const use = new Set(today);
    for (const [index, flag] of flags.entries()) {
      if (Math.floor(bits / 2 ** index) % 2 === 1) use.add(flag);
      else use.delete(flag);
    }
    if (asksFor(run, pkg, classes, text, use) || !meetsRequiredUse(pkg, use)) continue;
    found.push(flags.flatMap((flag) => (use.has(flag) === today.has(flag) ? [] : [[flag, use.has(flag)] as const])));
  }
  return found;
}

const includes = (whole: FlagSolution, part: FlagSolution): boolean =>
  part.every(([flag, state]) => whole.some(([other, otherState]) => other === flag && otherState === state));

/** Do the packages that need this one leave its flags open? */
function isAllowed(run: Run, pkg: Package, solution: FlagSolution): boolean {
  for (const { atom } of run.parentAtoms.get(pkg) ?? []) {
    for (const { flag, kind } of asWritten(atom).useDeps) {
      if ((kind === 'enabled' || kind === 'disabled') && solution.some(([other]) => other === flag)) return false;
    }
  }
  return true;
}

/** For packages of the shortest circle: what their user would have to change not to need them; null without circle. */
export function circularSolutions(run: Run): ReadonlyMap<Package, readonly FlagSolution[]> | null {
  const cycle = shortestCycle(run);
  const graph = run.circularGraph;
  if (cycle === null || graph === null) return null;
  const found = new Map<Package, readonly FlagSolution[]>();
  for (const [index, pkg] of cycle.entries()) {
    const parent = cycle[index === 0 ? cycle.length - 1 : index - 1];
    if (parent === undefined) continue;
    const hardest = graph.priorities(pkg, parent).at(-1);
    const pair = [...(run.parentAtoms.get(pkg) ?? [])].find((each) => each.parent === parent);
    if (hardest === undefined || pair === undefined) continue;
    const classes: readonly DependencyClass[] = hardest.buildtime ? ['BDEPEND', 'DEPEND'] : ['RDEPEND'];
    const all = statesWithout(run, parent, classes, asWritten(pair.atom).text);
    const smallest = all.filter((solution) => !all.some((other) => other !== solution && includes(solution, other)));
    const allowed = smallest.filter((solution) => isAllowed(run, parent, solution));
    if (allowed.length > 0) found.set(pkg, allowed);
  }
  return found;
}
