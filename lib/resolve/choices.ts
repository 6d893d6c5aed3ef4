import { type Atom, changeAtom } from '../pms';
import { wantsInstalled, wantsUpdate } from './argument-matching';
import { candidatesOfAnyKind, hasVisibleEbuild, isAcceptable, similarAvailable } from './available';
import { evaluated } from './dependencies';
import { masksOf } from './masks';
import { asWritten, ignoringUse, matches } from './matching';
import { comparePackages, isOlder, type Package, type Root } from './package';
import { priority } from './priority';
import type { Run } from './run';
import { slotAtom } from './slot-atom';

/** A virtual that needs itself to be judged: the overlays are wrong, and no plan is possible. */
export class VirtualCycle extends Error {
  constructor(readonly packages: readonly Package[]) {
    super('virtual packages depend on each other in a circle');
  }
}

/** Can everything the virtual stands for be had? */
function virtualIsUsable(run: Run, pkg: Package): boolean {
  if (run.virtualsOnTheWay.has(pkg)) throw new VirtualCycle([...run.virtualsOnTheWay]);
  run.virtualsOnTheWay.add(pkg);
  try {
    const { own, virtuals } = run.selectAtoms(run, {
      root: pkg.root,
      dependency: evaluated(run.frozen, pkg, 'RDEPEND', run.useOf(pkg)),
      parent: pkg,
      priority: priority({ runtime: true, cross: pkg.root !== run.frozen.running }),
    });
    for (const { atom } of [...own, ...virtuals.flatMap((step) => step.atoms)]) {
      if (atom.blocker !== null) continue;
      const found = run.selectPackage(run, pkg.root, ignoringUse(atom), false, null).pkg;
      if (found === null || !isAcceptable(run, found)) return false;
    }
    return true;
  } finally {
    run.virtualsOnTheWay.delete(pkg);
  }
}

function* updatesOfVirtual(run: Run, pkg: Package, atom: Atom): Generator<Package> {
  const parent = run.selectionParent;
  if (parent === null || !wantsUpdate(run, parent, pkg)) return;
  for (const other of similarAvailable(run, pkg, atom)) {
    if (!virtualIsUsable(run, other)) continue;
    if (isChoice(run, pkg.root, other, atom, { avoidsConflict: false, looksForUpdate: false })) yield other;
  }
}

function hasUpdateOfVirtual(run: Run, pkg: Package, atom: Atom): boolean {
  for (const other of updatesOfVirtual(run, pkg, atom)) if (isOlder(pkg, other)) return true;
  return false;
}

interface ChoiceRules {
  readonly avoidsConflict: boolean;
  readonly looksForUpdate: boolean;
}

/** May a choice inside `||` fall on this package? */
function isChoice(run: Run, root: Root, pkg: Package, atom: Atom, rules: ChoiceRules): boolean {
  const { options, parameters } = run.frozen;
  if (pkg.isInstalled) {
    if (!wantsInstalled(run, pkg)) return false;
    const isMasked = masksOf(run.frozen, pkg).length > 0 || !isAcceptable(run, pkg);
    if (isMasked && (parameters.update || parameters.action === 'remove')) {
      if (!options.useEbuildVisibility && options.usePackages === 'only') return false;
      if (!hasVisibleEbuild(run, pkg)) return false;
    }
  }
  if (pkg.category === 'virtual') {
    if (!virtualIsUsable(run, pkg)) return false;
    if (rules.looksForUpdate && hasUpdateOfVirtual(run, pkg, atom)) return false;
  }
  if (!rules.avoidsConflict) return true;
  const inSlot = run.tracker.inSlot(root, pkg.qualifiedName, pkg.slot, false);
  const inGraph = inSlot[inSlot.length - 1] ?? null;
  if (inGraph === null) {
    const highest = run.selectPackage(run, root, slotAtom(pkg), false, null).pkg;
    return highest === null || !isOlder(pkg, highest) || !matches(atom, highest, run.useOf(highest));
  }
  return inGraph === pkg || !matches(atom, inGraph, run.useOf(inGraph));
}

/** Every slot of a virtual counts, so that a lower slot that is there need not give way to a higher one. */
function otherSlots(run: Run, root: Root, atom: Atom, first: Package, found: Package[]): void {
  const pairs = new Map<string, string>();
  for (const pkg of candidatesOfAnyKind(run, root, atom)) pairs.set(`${pkg.slot}/${pkg.subSlot}`, pkg.slot);
  const own = `${first.slot}/${first.subSlot}`;
  const resolved = new Set<string>();
  if (found.length > 0) {
    pairs.delete(own);
    resolved.add(own);
  } else {
    pairs.set(own, first.slot);
  }
  for (const [pair, slot] of pairs) {
    const subSlot = pair.slice(slot.length + 1);
    const slotted = changeAtom(atom, { slot, subSlot, slotOperator: null });
    let pkg = run.selectPackage(run, root, slotted, false, null).pkg;
    if (pkg === null) continue;
    if (!isChoice(run, root, pkg, atom, { avoidsConflict: false, looksForUpdate: true })) {
      let selected: Package = pkg;
      for (const other of updatesOfVirtual(run, pkg, atom)) {
        if (other.slot !== slot || resolved.has(`${other.slot}/${other.subSlot}`)) continue;
        if (isOlder(selected, other)) selected = other;
      }
      if (selected === pkg) continue;
      pkg = selected;
    }
    resolved.add(`${pkg.slot}/${pkg.subSlot}`);
    found.push(pkg);
  }
}

/** The packages a choice may fall on for an atom, oldest first: at most one, of a virtual one per slot. */
export function choicesFor(run: Run, root: Root, atom: Atom): readonly Package[] {
  const key = `${root.label}|${atom.text}|${asWritten(atom).text}`;
  const cached = run.visibleCache.get(key);
  if (cached !== undefined) return cached;
  let found: Package[] = [];
  const { pkg } = run.selectPackage(run, root, atom, false, null);
  if (pkg !== null) {
    if (isChoice(run, root, pkg, atom, { avoidsConflict: true, looksForUpdate: true })) found.push(pkg);
    const { update, action } = run.frozen.parameters;
    if (
      atom.subSlot === null &&
      pkg.category === 'virtual' &&
      ((action !== 'remove' && !update) || found.length === 0)
    ) {
      otherSlots(run, root, atom, pkg, found);
    }
    if (found.length > 1) found = [...new Set(found)].sort(comparePackages);
  }
  run.visibleCache.set(key, found);
  return found;
}
