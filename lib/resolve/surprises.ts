import { asWritten } from './matching';
import { comparePackages, isNewer, Package } from './package';
import type { PlanWarning } from './plan';
import type { Run } from './run';

/** What kept the newer package out, in one half sentence. */
function becauseOf(run: Run, newer: Package): string {
  const mask = run.state.runtimeMask.get(newer);
  const dep = mask?.missingDependency;
  if (dep) return `it needs \`${asWritten(dep.atom).text}\`, which cannot be had`;
  const [pair] = [...(mask?.slotConflict ?? [])];
  if (pair === undefined) return 'it does not go together with the rest of the plan';
  const by = pair.parent instanceof Package ? pair.parent.cpv : pair.parent.name;
  return `\`${by}\` asks for \`${asWritten(pair.atom).text}\``;
}

/** Older versions or slots that are taken although newer ones are visible, because of something far away. */
export function silentSurprises(run: Run): PlanWarning[] {
  const warnings: PlanWarning[] = [];
  const newest = new Map<string, Package>();
  for (const pkg of run.state.runtimeMask.keys()) {
    if (pkg.isInstalled) continue;
    const key = `${pkg.root.label}|${pkg.qualifiedName}`;
    const other = newest.get(key);
    if (other === undefined || comparePackages(pkg, other) > 0) newest.set(key, pkg);
  }
  for (const newer of newest.values()) {
    const taken = run.tracker
      .named(newer.root, newer.qualifiedName)
      .filter((pkg) => run.graph.has(pkg) && pkg.operation === 'merge')
      .sort(comparePackages)
      .at(-1);
    if (taken === undefined || !isNewer(newer, taken)) continue;
    warnings.push({
      code: 'older_than_newest',
      cpv: taken.cpv,
      message: `\`${taken.qualifiedName}\` is planned as ${taken.version.text}, although ${newer.version.text} is the newest visible version: ${becauseOf(run, newer)}.`,
    });
  }
  return warnings.sort((a, b) => ((a.cpv ?? '') < (b.cpv ?? '') ? -1 : 1));
}
