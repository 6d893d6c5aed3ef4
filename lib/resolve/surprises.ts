import type { Dependency } from './dependency';
import { whyUnsatisfied } from './derive';
import { asWritten, ignoringUse, matches } from './matching';
import { comparePackages, isNewer, Package } from './package';
import type { MaskReason, PlanFailure, PlanWarning } from './plan';
import { mentions } from './plan-nodes';
import type { Run } from './run';
import { variableOfFlag } from './use-expand-words';

/** An older version that is taken although a newer one is visible. */
export interface Surprise {
  readonly warning: PlanWarning;
  readonly taken: Package;
  /** the newest version that was given up */
  readonly newer: Package;
}

/** Down the chain of dependencies that could not be had to the one that fails by itself. */
function rootCause(run: Run, start: Package): Dependency | null {
  const seen = new Set<Package>();
  let cause: Dependency | null = null;
  for (let pkg: Package | null = start; pkg !== null && !seen.has(pkg); ) {
    seen.add(pkg);
    const dep: Dependency | null = run.state.runtimeMask.get(pkg)?.missingDependency ?? null;
    if (dep === null) break;
    cause = dep;
    const bare = ignoringUse(dep.atom);
    pkg = [...run.state.runtimeMask.keys()].find((other) => other.root === dep.root && matches(bare, other)) ?? null;
  }
  return cause;
}

function maskWords(masks: readonly MaskReason[]): string {
  const [first] = masks;
  if (first === undefined) return 'has no such package';
  switch (first.kind) {
    case 'package.mask':
      return `masks it (\`${first.atom}\`)`;
    case 'keyword':
      return 'does not accept its keywords';
    case 'license':
      return `does not accept its licence ${first.missing.join(', ')}`;
    default:
      return 'does not accept it';
  }
}

function failureWords(failure: PlanFailure, place: string): string {
  switch (failure.kind) {
    case 'not_on_host':
      return `the build machine ${maskWords(failure.masks)}`;
    case 'masked':
      return `${place} ${maskWords(failure.candidates[0]?.masks ?? [])}`;
    case 'no_such_package':
      return 'no repository has such a package';
    case 'use_dependency':
      return 'its USE flags do not fit';
    default:
      return 'no version fits';
  }
}

/** What kept the newer package out, in a half sentence. */
function becauseOf(run: Run, newer: Package, ownVariables: readonly string[]): string {
  const dep = rootCause(run, newer);
  if (dep !== null) {
    const text = asWritten(dep.atom).text;
    const failure = whyUnsatisfied(run, dep.root, dep.atom);
    const { parent } = dep;
    if (!(parent instanceof Package)) return failureWords(failure, 'the prefix');
    const [mention] = mentions(run, parent, text, dep.root);
    const flag = mention?.conditions.map((condition) => variableOfFlag(condition.replace(/^!|\?$/g, ''))).find(Boolean);
    const needs = `\`${parent.cpv}\` needs \`${text.replace(/\[.*$/, '')}\``;
    const stopped = failureWords(failure, 'the prefix');
    if (!flag) return `${needs}, and ${stopped}`;
    const isOwn = ownVariables.includes(flag.variable);
    return `${flag.variable} ${isOwn ? 'includes' : 'defaults to'} \`${flag.word}\`, so ${needs}, and ${stopped}`;
  }
  const [pair] = [...(run.state.runtimeMask.get(newer)?.slotConflict ?? [])];
  if (pair === undefined) return 'it does not fit the rest of the plan';
  const by = pair.parent instanceof Package ? pair.parent.cpv : pair.parent.name;
  return `\`${by}\` asks for \`${asWritten(pair.atom).text}\``;
}

/** The only warning of a plan that a change of the design may take away. */
export const surpriseCode = 'older_than_newest';

/** Older versions or slots that are taken although newer ones are visible, because of something far away. */
export function silentSurprises(run: Run, ownVariables: readonly string[]): Surprise[] {
  const newest = new Map<string, Package>();
  for (const pkg of run.state.runtimeMask.keys()) {
    if (pkg.isInstalled) continue;
    const key = `${pkg.root.label}|${pkg.qualifiedName}`;
    const other = newest.get(key);
    if (other === undefined || comparePackages(pkg, other) > 0) newest.set(key, pkg);
  }
  const found: Surprise[] = [];
  for (const newer of newest.values()) {
    const taken = run.tracker
      .named(newer.root, newer.qualifiedName)
      .filter((pkg) => run.graph.has(pkg) && pkg.operation === 'merge')
      .sort(comparePackages)
      .at(-1);
    if (taken === undefined || !isNewer(newer, taken)) continue;
    const message = `\`${taken.qualifiedName}\` is planned as ${taken.version.text}, although ${newer.version.text} is the newest visible version: ${becauseOf(run, newer, ownVariables)}.`;
    found.push({ taken, newer, warning: { code: surpriseCode, cpv: taken.cpv, message } });
  }
  return found.sort((a, b) => (a.taken.cpv < b.taken.cpv ? -1 : 1));
}
