import { type Atom, evaluateUseDeps, violatedUseDeps } from '../pms';
import { asWritten, ignoringUse, matches } from './matching';
import { Package } from './package';
import { type ParentAtom, ParentAtoms } from './parent-atoms';
import type { Run } from './run';
import { meetsRequiredUse } from './unmask';

/** Flags to set, by package. */
export type UseSolution = ReadonlyMap<Package, ReadonlyMap<string, boolean>>;

/** `either`: both states are worth trying; `contradiction`: demands exclude each other. */
type Wish = 'enabled' | 'disabled' | 'either' | 'contradiction';

const mostCandidates = 1024;

/** One package of each conflict at a time, those to be built first. */
function* configurations(conflicts: readonly (readonly Package[])[]): Generator<readonly Package[]> {
  const sorted = conflicts.map((packages) => [
    ...packages.filter((pkg) => !pkg.isInstalled),
    ...packages.filter((pkg) => pkg.isInstalled),
  ]);
  const at = sorted.map(() => 0);
  for (;;) {
    yield sorted.map((packages, index) => packages[at[index] ?? 0] as Package);
    let digit = at.length - 1;
    while (digit >= 0 && (at[digit] ?? 0) === (sorted[digit]?.length ?? 0) - 1) digit -= 1;
    if (digit < 0) return;
    at[digit] = (at[digit] ?? 0) + 1;
    for (let other = digit + 1; other < at.length; other += 1) at[other] = 0;
  }
}

const iuseOf = (pkg: Package): { has(flag: string): boolean } => ({ has: (flag) => pkg.isValidFlag(flag) });

/** An installed package stays only when it is what would be built. */
function differs(run: Run, pkg: Package, other: Package): boolean {
  const flags = new Set([...pkg.candidate.iuse.keys(), ...other.candidate.iuse.keys()]);
  for (const flag of flags) if (pkg.candidate.iuse.has(flag) !== other.candidate.iuse.has(flag)) return true;
  const a = run.useOf(pkg);
  const b = run.useOf(other);
  return a.size !== b.size || [...a].some((flag) => !b.has(flag));
}

/** What the parents of one conflict want of the package's flags; null when no flags can help. */
function wishesFor(
  run: Run,
  pkg: Package,
  pairs: readonly ParentAtom[],
  isOut: (parent: ParentAtom['parent']) => boolean,
): Map<string, Wish> | null {
  const wishes = new Map<string, Wish>();
  for (const { parent, atom } of pairs) {
    if (isOut(parent) || matches(atom, pkg, run.useOf(pkg))) continue;
    if (!matches(ignoringUse(atom), pkg)) return null;
    if (asWritten(atom).useDeps.some(({ flag, default: fallback }) => fallback === null && !pkg.isValidFlag(flag)))
      return null;
    const target = { use: run.useOf(pkg), iuse: iuseOf(pkg) };
    const isFixed = !(parent instanceof Package) || parent.isInstalled;
    const violated = isFixed
      ? violatedUseDeps(atom, target, null)
      : violatedUseDeps(asWritten(atom), target, run.useOf(parent));
    if (violated.useDeps.length === 0) continue;
    const hard = violated.useDeps.some(({ kind }) => kind === 'enabled' || kind === 'disabled');
    if (pkg.isInstalled && hard) return null;
    for (const { flag, kind, default: fallback } of violated.useDeps) {
      if (fallback !== null) continue;
      const before = wishes.get(flag);
      if (kind !== 'enabled' && kind !== 'disabled') {
        if (before === undefined) wishes.set(flag, 'either');
      } else {
        wishes.set(flag, before === undefined || before === 'either' || before === kind ? kind : 'contradiction');
      }
    }
  }
  if (pkg.isInstalled) {
    for (const [flag, wish] of wishes) {
      const now = run.useOf(pkg).has(flag) ? 'enabled' : 'disabled';
      wishes.set(flag, wish === 'either' || wish === now ? now : 'contradiction');
    }
  }
  return [...wishes.values()].includes('contradiction') ? null : wishes;
}

/** Every way to decide the open wishes. */
function* decisions(wishes: readonly ReadonlyMap<string, Wish>[]): Generator<readonly ReadonlyMap<string, boolean>[]> {
  const open = wishes.flatMap((own, index) =>
    [...own].flatMap(([flag, wish]) => (wish === 'either' ? [{ index, flag }] : [])),
  );
  for (let bits = 0; bits < 2 ** Math.min(open.length, 20); bits += 1) {
    const decided = wishes.map((own) => new Map([...own].map(([flag, wish]) => [flag, wish === 'enabled'])));
    for (const [position, { index, flag }] of open.entries()) {
      decided[index]?.set(flag, Math.floor(bits / 2 ** (open.length - 1 - position)) % 2 === 1);
    }
    yield decided;
  }
}

/** `none`: the flag is off already, which Portage takes for something that cannot be changed. */
type Forced = 'enabled' | 'disabled' | 'none' | 'contradiction';

class Changes {
  private readonly states = new Map<Package, Map<string, Forced>>();

  constructor(private readonly run: Run) {}

  force(pkg: Package, flag: string, enabled: boolean): void {
    const own = this.states.get(pkg) ?? new Map<string, Forced>();
    this.states.set(pkg, own);
    const before = own.get(flag) ?? 'none';
    if (enabled) own.set(flag, before === 'disabled' ? 'contradiction' : 'enabled');
    else if (before === 'enabled') own.set(flag, 'contradiction');
    else own.set(flag, this.run.useOf(pkg).has(flag) ? 'disabled' : before);
  }

  /** null: some flag cannot be set */
  decided(): ReadonlyMap<Package, ReadonlyMap<string, boolean>> | null {
    for (const own of this.states.values()) {
      for (const state of own.values()) if (state !== 'enabled' && state !== 'disabled') return null;
    }
    return new Map(
      [...this.states].map(([pkg, own]) => [
        pkg,
        new Map([...own].map(([flag, state]) => [flag, state === 'enabled'])),
      ]),
    );
  }
}

/** What the parents have to change themselves, so that their conditional USE deps ask for the decided state. */
function forceParent(changes: Changes, parent: Package, atom: Atom, decided: ReadonlyMap<string, boolean>): void {
  for (const { flag, kind, default: fallback } of asWritten(atom).useDeps) {
    const enabled = decided.get(flag);
    if (enabled === undefined || fallback !== null) continue;
    if (kind === 'if-enabled' && !enabled) changes.force(parent, flag, false);
    else if (kind === 'if-disabled' && enabled) changes.force(parent, flag, false);
    else if (kind === 'equal') changes.force(parent, flag, enabled);
    else if (kind === 'inverse-equal') changes.force(parent, flag, !enabled);
  }
}

function check(
  run: Run,
  packages: readonly Package[],
  decided: readonly ReadonlyMap<string, boolean>[],
  demands: readonly (readonly ParentAtom[])[],
): UseSolution | null {
  const changes = new Changes(run);
  for (const [index, pkg] of packages.entries()) {
    const own = decided[index] ?? new Map<string, boolean>();
    if (!pkg.isInstalled)
      for (const [flag, enabled] of own) if (pkg.isValidFlag(flag)) changes.force(pkg, flag, enabled);
    for (const { parent, atom } of demands[index] ?? []) {
      if (parent instanceof Package) forceParent(changes, parent, atom, own);
    }
  }
  const decidedFlags = changes.decided();
  if (decidedFlags === null || decidedFlags.size === 0) return null;
  const useAfter = (pkg: Package): ReadonlySet<string> => {
    const own = decidedFlags.get(pkg);
    if (own === undefined) return run.useOf(pkg);
    const use = new Set(run.useOf(pkg));
    for (const [flag, enabled] of own) enabled ? use.add(flag) : use.delete(flag);
    return use;
  };
  for (const [index, pkg] of packages.entries()) {
    for (const { parent, atom } of demands[index] ?? []) {
      if (!(parent instanceof Package)) continue;
      if (!matches(evaluateUseDeps(asWritten(atom), useAfter(parent)), pkg, useAfter(pkg))) return null;
    }
  }
  for (const pkg of decidedFlags.keys()) if (!meetsRequiredUse(pkg, useAfter(pkg))) return null;
  return decidedFlags;
}

/** Only what differs from the flags of today. */
function reduce(run: Run, solution: UseSolution): UseSolution {
  const reduced = new Map<Package, ReadonlyMap<string, boolean>>();
  for (const [pkg, flags] of solution) {
    const own = new Map(
      [...flags].filter(([flag, enabled]) => pkg.isValidFlag(flag) && run.useOf(pkg).has(flag) !== enabled),
    );
    if (own.size > 0) reduced.set(pkg, own);
  }
  return reduced;
}

const isPartOf = (part: UseSolution, whole: UseSolution): boolean =>
  [...part].every(([pkg, flags]) => [...flags].every(([flag, enabled]) => whole.get(pkg)?.get(flag) === enabled));

/**
 * Changes of USE after which one package of each conflicting slot would do for everybody. Smaller ones make larger
 * ones superfluous.
 */
export function slotSolutions(run: Run): readonly UseSolution[] {
  const conflicts = run.tracker.conflicts().map(({ packages }) => packages);
  const inConflict = new Set(conflicts.flat());
  const demands = conflicts.map((packages) => {
    const all = new ParentAtoms();
    for (const pkg of packages) for (const pair of run.parentAtoms.get(pkg) ?? []) all.add(pair);
    return [...all];
  });
  let found: UseSolution[] = [];
  let isFirst = true;
  for (const packages of configurations(conflicts)) {
    const solutions = solutionsFor(run, packages, conflicts, demands, inConflict);
    for (const solution of solutions.map((each) => reduce(run, each))) {
      if (found.some((other) => isPartOf(other, solution))) continue;
      found = [...found.filter((other) => !isPartOf(solution, other)), solution];
    }
    if ((solutions.length > 0 && isFirst) || conflicts.length > 4) break;
    isFirst = false;
  }
  return found;
}

function solutionsFor(
  run: Run,
  packages: readonly Package[],
  conflicts: readonly (readonly Package[])[],
  demands: readonly (readonly ParentAtom[])[],
  inConflict: ReadonlySet<Package>,
): UseSolution[] {
  for (const [index, pkg] of packages.entries()) {
    if (pkg.isInstalled && conflicts[index]?.some((other) => other !== pkg && differs(run, pkg, other))) return [];
  }
  const isOut = (parent: ParentAtom['parent']): boolean =>
    parent instanceof Package && inConflict.has(parent) && !packages.includes(parent);
  const wishes: Map<string, Wish>[] = [];
  for (const [index, pkg] of packages.entries()) {
    const own = wishesFor(run, pkg, demands[index] ?? [], isOut);
    if (own === null) return [];
    wishes.push(own);
  }
  const solutions: UseSolution[] = [];
  let checked = 0;
  for (const decided of decisions(wishes)) {
    const solution = check(run, packages, decided, demands);
    if (solution !== null) solutions.push(solution);
    checked += 1;
    if (checked >= mostCandidates) break;
  }
  return solutions;
}
