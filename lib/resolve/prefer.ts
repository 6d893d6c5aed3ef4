import { type Atom, type DepTree, isDepGroup } from '../pms';
import { wantsUpdate } from './argument-matching';
import { replacedChild, similarAvailable } from './available';
import { asWritten, ignoringUse, matches } from './matching';
import { isOlder, type Package, type Root } from './package';
import type { Run } from './run';
import { nameAtom, slotAtom } from './slot-atom';

/** One atom of a dependency while it is being decided. */
export interface Leaf {
  readonly kind: 'atom';
  readonly atom: Atom;
  /** the leaf with the atom as written, when this one names one version of a virtual */
  readonly original: Leaf | null;
  /** that version */
  readonly virtual: Package | null;
}

/** What a decision looks at. */
export interface ChoiceView {
  readonly run: Run;
  readonly root: Root;
  readonly parent: Package;
  readonly virtualParent: Package | null;
  /** packages that may be chosen, oldest first */
  readonly available: (atom: Atom) => readonly Package[];
  /** packages that count as installed, oldest first */
  readonly installed: (atom: Atom) => readonly Package[];
}

type Tree = DepTree<Leaf>;
type Bin =
  | 'preferred'
  | 'new'
  | 'useInGraph'
  | 'useInstalled'
  | 'useNew'
  | 'allInstalled'
  | 'someInstalled'
  | 'otherSlot'
  | 'rest';

/** Alternatives fall into these, the best first; inside one the order of the ebuild counts. */
const bins: readonly Bin[] = [
  'preferred',
  'new',
  'useInGraph',
  'useInstalled',
  'useNew',
  'allInstalled',
  'someInstalled',
  'otherSlot',
  'rest',
];

interface Alternative {
  readonly leaves: readonly Leaf[];
  /** newest package per name */
  readonly byName: ReadonlyMap<string, Package>;
  readonly isAvailable: boolean;
  readonly isInGraph: boolean;
  readonly hasInstalledSlots: boolean;
  readonly newSlots: number;
  readonly wantsUpdate: boolean;
}

const isProvided = (view: ChoiceView, { atom }: Leaf): boolean =>
  atom.blocker === null && view.run.frozen.isProvided(view.root, atom);

/** Is the tree met by package.provided alone? */
function isMet(view: ChoiceView, node: Tree): boolean {
  if (!isDepGroup(node)) return isProvided(view, node);
  if (node.kind === 'any') return node.children.length === 0 || node.children.some((child) => isMet(view, child));
  return node.children.every((child) => isMet(view, child));
}

/** Would an older version be welcome, because this one is masked or gone? */
export function wantsDowngrade(run: Run, pkg: Package): boolean {
  let any = false;
  for (const other of similarAvailable(run, pkg, slotAtom(pkg))) {
    if (other.version.order >= pkg.version.order) return false;
    any = true;
  }
  return any;
}

/** Could the demands of the atom on USE be met by the user, or are the flags masked or forced? */
function canSwitchFlags(view: ChoiceView, atom: Atom, pkg: Package): boolean {
  const use = view.run.useOf(pkg);
  for (const { flag, kind, default: fallback } of atom.useDeps) {
    const wantEnabled = kind === 'enabled';
    const isOwn = pkg.isValidFlag(flag);
    const enabled = isOwn ? use.has(flag) : fallback === '+';
    if (isOwn || fallback !== null ? enabled === wantEnabled : false) continue;
    if (wantEnabled ? pkg.use.masked.has(flag) : pkg.use.forced.has(flag) && !pkg.use.masked.has(flag)) return false;
  }
  return true;
}

interface Assessment {
  readonly available: boolean;
  readonly useSatisfied: boolean;
  readonly useSwitchable: boolean;
  readonly downgrades: boolean;
  readonly bySlot: ReadonlyMap<string, Package>;
  readonly byName: ReadonlyMap<string, Package>;
}

function assess(view: ChoiceView, leaves: readonly Leaf[]): Assessment {
  const { run, root } = view;
  let useSatisfied = true;
  let useSwitchable = true;
  let downgrades = false;
  const bySlot = new Map<string, Package>();
  const atomsOfSlot = new Map<string, Atom[]>();
  const byName = new Map<string, Package>();
  for (const { atom } of leaves) {
    if (atom.blocker !== null) continue;
    const replacing = replacedChild(run, view.parent, root, atom);
    let pkg = view.available(ignoringUse(atom)).at(-1) ?? replacing ?? null;
    if (pkg === null) {
      return { available: false, useSatisfied: false, useSwitchable, downgrades, bySlot, byName };
    }
    if (replacing === null) {
      const same = run.tracker.inSlot(root, pkg.qualifiedName, pkg.slot, true);
      const newest = same.at(-1);
      if (same.length > 1 && newest !== undefined && isOlder(pkg, newest) && !wantsDowngrade(run, pkg))
        downgrades = true;
    }
    if (asWritten(atom).useDeps.length > 0 && atom.useDeps.length > 0) {
      const withUse = view.available(atom).at(-1);
      if (withUse === undefined) {
        useSatisfied = false;
        if (!canSwitchFlags(view, atom, pkg)) useSwitchable = false;
      } else {
        pkg = withUse;
      }
    }
    const slotKey = pkg.slotKey;
    if (replacing === null) {
      const highest = view.available(slotAtom(pkg)).at(-1);
      if (
        highest !== undefined &&
        isOlder(pkg, highest) &&
        !wantsDowngrade(run, pkg) &&
        (highest.isInstalled || run.graph.has(highest))
      ) {
        downgrades = true;
      }
    }
    bySlot.set(slotKey, pkg);
    const ofSlot = atomsOfSlot.get(slotKey) ?? [];
    ofSlot.push(atom);
    atomsOfSlot.set(slotKey, ofSlot);
    const previous = byName.get(pkg.qualifiedName);
    let currentFits: boolean | null = null;
    let previousFits: boolean | null = null;
    if (previous !== undefined && previous.slot === pkg.slot) {
      const current = pkg;
      currentFits = ofSlot.every((each) => matches(each, current));
      previousFits = ofSlot.every((each) => matches(each, previous));
      if (previousFits && !currentFits) continue;
    }
    if (previous === undefined || pkg.version.order > previous.version.order || (currentFits && !previousFits)) {
      byName.set(pkg.qualifiedName, pkg);
    }
  }
  return { available: true, useSatisfied, useSwitchable, downgrades, bySlot, byName };
}

const categoryOf = (name: string): string => name.slice(0, name.indexOf('/'));

/** Would the alternative make a known circle of build-time dependencies again? */
function isCircular(view: ChoiceView, leaves: readonly Leaf[]): boolean {
  const { run, parent, virtualParent } = view;
  const wanted = leaves.filter(({ atom }) => atom.blocker === null && view.installed(atom).length === 0);
  if (parent.onlyDeps) {
    if (wanted.some(({ atom }) => atom.qualifiedName === parent.qualifiedName && matches(atom, parent))) return true;
  }
  const circle = [
    ...(run.state.circularDependency.get(parent) ?? []),
    ...((virtualParent !== null && run.state.circularDependency.get(virtualParent)) || []),
  ];
  return circle.some((child) => wanted.some(({ atom }) => matches(atom, child)));
}

function binOf(view: ChoiceView, leaves: readonly Leaf[], found: Assessment): { bin: Bin; alternative: Alternative } {
  const { run, root, parent } = view;
  const atoms = leaves.map(({ atom }) => atom).filter((atom) => atom.blocker === null);
  let newSlots = 0;
  let update = false;
  if (run.frozen.parameters.action === 'remove') {
    newSlots = found.bySlot.size;
  } else {
    for (const pkg of found.bySlot.values()) {
      if (wantsUpdate(run, parent, pkg)) update = true;
      if (pkg.category !== 'virtual' && run.tracker.inSlot(root, pkg.qualifiedName, pkg.slot, true).length === 0)
        newSlots += 1;
    }
  }
  const base = { leaves, byName: found.byName, newSlots, wantsUpdate: update };
  if (!found.available) {
    const held = atoms.map((atom) => view.installed(atom).length > 0);
    const missing = { ...base, isAvailable: false, isInGraph: false, hasInstalledSlots: false };
    if (held.every(Boolean)) return { bin: 'allInstalled', alternative: { ...missing, hasInstalledSlots: true } };
    if (held.some(Boolean)) return { bin: 'someInstalled', alternative: missing };
    const anySlot = atoms.some((atom) => view.installed(nameAtom(atom.qualifiedName)).length > 0);
    return { bin: anySlot ? 'otherSlot' : 'rest', alternative: missing };
  }
  const names = new Set(atoms.map((atom) => atom.qualifiedName));
  const allInstalled = [...names].every(
    (name) => categoryOf(name) === 'virtual' || view.installed(nameAtom(name)).length > 0,
  );
  const hasInstalledSlots =
    allInstalled &&
    [...found.bySlot.values()].every((pkg) => pkg.category === 'virtual' || view.installed(slotAtom(pkg)).length > 0);
  const make = (isInGraph: boolean): Alternative => ({ ...base, isAvailable: true, isInGraph, hasInstalledSlots });
  if (found.downgrades) return { bin: 'rest', alternative: make(false) };
  const isInGraph = atoms.every(
    (atom) => atom.category === 'virtual' || run.tracker.match(root, atom).some((pkg) => run.graph.has(pkg)),
  );
  const alternative = make(isInGraph);
  if (isCircular(view, leaves)) return { bin: 'rest', alternative };
  if (found.useSatisfied) return { bin: isInGraph || allInstalled ? 'preferred' : 'new', alternative };
  if (!found.useSwitchable) return { bin: 'rest', alternative };
  if (isInGraph) return { bin: 'useInGraph', alternative };
  return { bin: hasInstalledSlots ? 'useInstalled' : 'useNew', alternative };
}

/** Does the first alternative of the two deserve to stand in front, although the ebuild has it behind? */
function overtakes(later: Alternative, earlier: Alternative): boolean {
  if (later.hasInstalledSlots && !earlier.hasInstalledSlots && !earlier.wantsUpdate) return true;
  let upgrades = false;
  let downgrades = false;
  for (const [name, pkg] of later.byName) {
    const other = earlier.byName.get(name);
    if (other === undefined) continue;
    if (pkg.version.order > other.version.order) upgrades = true;
    else if (pkg.version.order < other.version.order) downgrades = true;
  }
  if (upgrades && !downgrades) return true;
  return later.isInGraph && !earlier.isInGraph && !(downgrades && !upgrades);
}

function sortBin(alternatives: Alternative[], minimizesSlots: boolean): Alternative[] {
  if (alternatives.length < 2) return alternatives;
  const sorted = minimizesSlots ? [...alternatives].sort((a, b) => a.newSlots - b.newSlots) : [...alternatives];
  for (const later of sorted.slice(1)) {
    for (const [index, earlier] of sorted.entries()) {
      if (earlier === later) break;
      if (!overtakes(later, earlier)) continue;
      sorted.splice(sorted.indexOf(later), 1);
      sorted.splice(index, 0, later);
      break;
    }
  }
  return sorted;
}

function chooseOne(view: ChoiceView, members: readonly Tree[], minimizesSlots: boolean): readonly Leaf[] {
  const byBin = new Map<Bin, Alternative[]>(bins.map((bin) => [bin, []]));
  for (const member of members) {
    const leaves = isDepGroup(member) ? chooseAlternatives(view, listOf(member), minimizesSlots) : [member];
    const { bin, alternative } = binOf(view, leaves, assess(view, leaves));
    byBin.get(bin)?.push(alternative);
  }
  const sorted = bins.flatMap((bin) => sortBin(byBin.get(bin) ?? [], minimizesSlots));
  const chosen = sorted.find((alternative) => alternative.isAvailable) ?? sorted[0];
  return chosen?.leaves ?? [];
}

const listOf = (node: Tree): readonly Tree[] => (isDepGroup(node) && node.kind !== 'any' ? node.children : [node]);

/** The leaves to take of a list of which everything is wanted; what package.provided gives is left out. */
export function chooseAlternatives(view: ChoiceView, list: readonly Tree[], minimizesSlots: boolean): Leaf[] {
  if (list.every((node) => isMet(view, node))) return [];
  const chosen: Leaf[] = [];
  for (const node of list) {
    if (isMet(view, node)) continue;
    if (!isDepGroup(node)) chosen.push(node);
    else if (node.kind === 'any') chosen.push(...chooseOne(view, node.children, minimizesSlots));
    else chosen.push(...chooseAlternatives(view, node.children, minimizesSlots));
  }
  return chosen;
}
