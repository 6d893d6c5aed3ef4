import { violatedUseDeps } from '../pms';
import { candidatesOf, kindsOf } from './available';
import { masksOf } from './masks';
import { asWritten, ignoringUse } from './matching';
import { Package } from './package';
import type { Run, Unsatisfied } from './run';
import { meetsRequiredUse, proposeUse } from './unmask';

/** Flags of the parent to turn over, after which its conditional USE deps fit the child; null when that cannot help. */
function flagsToTurn(
  run: Run,
  entry: Unsatisfied,
  parent: Package,
  child: Package,
): ReadonlyMap<string, boolean> | null {
  const written = asWritten(entry.atom);
  const use = run.useOf(parent);
  const target = { use: run.useOf(child), iuse: { has: (flag: string) => child.isValidFlag(flag) } };
  if (written.useDeps.some(({ flag, default: fallback }) => fallback === null && !child.isValidFlag(flag))) return null;
  const violated = violatedUseDeps(written, target, use).useDeps;
  if (violated.length === 0 || violated.some(({ kind }) => kind === 'enabled' || kind === 'disabled')) return null;
  const flags = violated.map(({ flag }) => flag);
  if (flags.some((flag) => parent.use.masked.has(flag) || parent.use.forced.has(flag))) return null;
  const turned = new Map(flags.map((flag) => [flag, !use.has(flag)]));
  const after = new Set([...use].filter((flag) => turned.get(flag) !== false));
  for (const [flag, enabled] of turned) if (enabled) after.add(flag);
  return meetsRequiredUse(parent, use) && !meetsRequiredUse(parent, after) ? null : turned;
}

function propose(run: Run, entry: Unsatisfied): boolean {
  const { parent, atom, root } = entry;
  if (!(parent instanceof Package) || parent.isBuilt || asWritten(atom).useDeps.length === 0) return false;
  for (const kind of kindsOf(run)) {
    if (kind === 'installed') continue;
    for (const child of candidatesOf(run, root, kind, ignoringUse(atom))) {
      if (masksOf(run.frozen, child).length > 0) continue;
      const turned = flagsToTurn(run, entry, parent, child);
      if (turned === null) continue;
      const before = run.useChange(parent);
      proposeUse(run, parent, turned);
      if (run.useChange(parent) !== before) return true;
    }
  }
  return false;
}

/** A child cannot change its flags, but perhaps the parent need not ask for them. */
export function proposeForParents(run: Run): void {
  if (!run.autounmask) return;
  run.unsatisfiedForDisplay = run.unsatisfiedForDisplay.filter((entry) => !propose(run, entry));
}
