import {
  type Atom,
  changeAtom,
  combineOverlapping,
  type DepTree,
  evaluateUseDeps,
  isDepGroup,
  parseAtom,
} from '../pms';
import { evaluated } from './dependencies';
import type { EvaluatedDependency } from './evaluated-dependency';
import { asWritten, ignoringUse, matches } from './matching';
import type { Package, Root } from './package';
import { type ChoiceView, chooseAlternatives, type Leaf } from './prefer';
import { priority, unmergePriority } from './priority';
import {
  type ChosenAtom,
  deeper,
  type Run,
  type SelectAtomsRequest,
  type SelectedAtoms,
  type VirtualStep,
} from './run';
import { versionAtom } from './slot-atom';

type Tree = DepTree<Leaf>;

/** An any-of that lost all its members: nothing can meet it. */
const impossible: Atom = changeAtom(parseAtom('virtual/none'), { category: '__const__', pn: 'empty-any-of' });

/** Records who asks for which atom, so that chosen ones can be told by the package that has them. */
interface Owners {
  readonly leaves: Map<Package, Leaf[]>;
}

interface Expansion {
  readonly run: Run;
  readonly root: Root;
  readonly view: ChoiceView;
  readonly owners: Owners;
}

function own(expansion: Expansion, owner: Package, leaf: Leaf): void {
  const list = expansion.owners.leaves.get(owner);
  if (list) list.push(leaf);
  else expansion.owners.leaves.set(owner, [leaf]);
}

/** `=virtual/x-1` with the USE deps of the atom as they are for the parent. */
function atomOfVersion(run: Run, atom: Atom, pkg: Package, parent: Package): Atom {
  const { useDeps } = asWritten(atom);
  const exact = versionAtom(pkg);
  return useDeps.length === 0 ? exact : evaluateUseDeps(changeAtom(exact, { useDeps }), run.useOf(parent));
}

/** What stands behind a virtual: one list of atoms for each version that could be taken, newest first. */
function expandVirtual(expansion: Expansion, atom: Atom, owner: Package): Tree[] {
  const { run } = expansion;
  const plain: Leaf = { kind: 'atom', atom, original: null, virtual: null };
  const pkgs = atom.blocker === null ? [...expansion.view.available(ignoringUse(atom))].reverse() : [];
  const virtuals = pkgs.filter((pkg) => pkg.category === 'virtual');
  if (virtuals.length === 0) {
    own(expansion, owner, plain);
    return [plain];
  }
  const lists = virtuals.map((pkg): Tree => {
    const exact: Leaf = { kind: 'atom', atom: atomOfVersion(run, atom, pkg, owner), original: plain, virtual: pkg };
    const inner = decide(
      { ...expansion, view: { ...expansion.view, virtualParent: pkg } },
      evaluated(run.frozen, pkg, 'RDEPEND', run.useOf(pkg)),
      pkg,
    );
    own(expansion, owner, exact);
    own(expansion, owner, plain);
    return { kind: 'all', children: [...inner, exact] };
  });
  return lists;
}

function expandList(expansion: Expansion, nodes: EvaluatedDependency, owner: Package, isAny: boolean): Tree[] {
  const result: Tree[] = [];
  for (const node of nodes) {
    if (isDepGroup(node)) {
      const children = expandList(expansion, node.children, owner, node.kind === 'any');
      if (node.kind === 'any') {
        result.push(children.length === 0 ? impossibleLeaf(expansion, owner) : { kind: 'any', children });
        continue;
      }
      const [only] = children;
      if (children.length === 1 && only !== undefined) {
        if (isDepGroup(only) && only.kind === 'any') result.push(...only.children);
        else result.push(only);
      } else {
        result.push({ kind: 'all', children });
      }
      continue;
    }
    if (node.atom.category !== 'virtual') {
      const leaf: Leaf = { kind: 'atom', atom: node.atom, original: null, virtual: null };
      own(expansion, owner, leaf);
      result.push(leaf);
      continue;
    }
    const lists = expandVirtual(expansion, node.atom, owner);
    const [only] = lists;
    if (isAny) result.push(...lists);
    else if (lists.length === 1 && only !== undefined) {
      if (isDepGroup(only)) result.push(...only.children);
      else result.push(only);
    } else result.push({ kind: 'any', children: lists });
  }
  return result;
}

function impossibleLeaf(expansion: Expansion, owner: Package): Leaf {
  const leaf: Leaf = { kind: 'atom', atom: impossible, original: null, virtual: null };
  own(expansion, owner, leaf);
  return leaf;
}

const textOf = (node: Tree): string =>
  isDepGroup(node) ? `${node.kind === 'any' ? '|| ' : ''}( ${node.children.map(textOf).join(' ')} )` : node.atom.text;

/** The leaves to take so that the dependency is met; what package.provided gives is left out. */
function decide(expansion: Expansion, dependency: EvaluatedDependency, owner: Package): Leaf[] {
  if (dependency.length === 0) return [];
  const expanded = expandList(expansion, dependency, owner, false);
  const combined = combineOverlapping<Leaf>(
    expanded,
    (leaf) => (leaf.atom.blocker === null ? leaf.atom.qualifiedName : null),
    textOf,
  );
  return chooseAlternatives(expansion.view, combined, combined !== expanded);
}

/** Groups what was chosen by the package that has it: the parent first, then virtuals on the way. */
function byOwner(run: Run, request: SelectAtomsRequest, owners: Owners, chosen: ReadonlySet<Leaf>): SelectedAtoms {
  const { parent } = request;
  const make = run.frozen.parameters.action === 'remove' ? unmergePriority : priority;
  const depth = deeper(parent.depth);
  const seen = new Set<Package>([parent]);
  let ownAtoms: readonly ChosenAtom[] = [];
  const virtuals: VirtualStep[] = [];
  interface Step {
    readonly pkg: Package;
    readonly from: Package | null;
    readonly leaf: Leaf | null;
  }
  const stack: Step[] = [{ pkg: parent, from: null, leaf: null }];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const { pkg, from, leaf: by } = step;
    seen.add(pkg);
    const leaves = [...new Set((owners.leaves.get(pkg) ?? []).filter((leaf) => chosen.has(leaf)))];
    const atoms = leaves.map((leaf): ChosenAtom => ({ atom: leaf.atom, original: leaf.original?.atom ?? null }));
    if (from === null || by === null) {
      ownAtoms = atoms;
    } else {
      virtuals.push({
        pkg,
        parent: from,
        atom: by.atom,
        original: by.original?.atom ?? null,
        depth,
        priority:
          from === parent && request.priority !== null
            ? request.priority
            : make({ runtime: true, cross: from.root !== run.frozen.running }),
        atoms,
      });
    }
    for (const leaf of leaves) {
      if (leaf.virtual === null || seen.has(leaf.virtual)) continue;
      if (matches(leaf.atom, leaf.virtual)) stack.push({ pkg: leaf.virtual, from: pkg, leaf });
    }
  }
  return { own: ownAtoms, virtuals };
}

/**
 * Chooses the atoms that meet a dependency: of each any-of one alternative, of each virtual the packages behind it.
 * Proposals to change the configuration play no part while choosing.
 */
export function selectAtomsWith(
  run: Run,
  request: SelectAtomsRequest,
  available: (atom: Atom) => readonly Package[],
  installed: (atom: Atom) => readonly Package[],
): SelectedAtoms {
  const before = { autounmask: run.autounmask, parent: run.selectionParent };
  run.autounmask = false;
  run.selectionParent = request.parent;
  const owners: Owners = { leaves: new Map() };
  try {
    const view: ChoiceView = {
      run,
      root: request.root,
      parent: request.parent,
      virtualParent: null,
      available,
      installed,
    };
    const expansion: Expansion = { run, root: request.root, view, owners };
    const chosen = new Set<Leaf>();
    for (const leaf of decide(expansion, request.dependency, request.parent)) {
      chosen.add(leaf);
      if (leaf.original !== null) chosen.add(leaf.original);
    }
    return byOwner(run, request, owners, chosen);
  } finally {
    run.autounmask = before.autounmask;
    run.selectionParent = before.parent;
  }
}
