import { type Atom, type DependencyClass, type DepTree, isDepGroup } from '../pms';
import type { Package, Root } from './package';
import type { AtomLeaf, EvaluatedDependency, Run } from './run';

/** Where the packages are that a dependency class means. */
export function rootOfClass(run: Run, pkg: Package, dependencyClass: DependencyClass): Root {
  const { running } = run.frozen;
  switch (dependencyClass) {
    case 'RDEPEND':
    case 'PDEPEND':
      return pkg.root;
    case 'DEPEND':
      return pkg.eapi.hasBdepend ? pkg.root.sysroot : running;
    case 'BDEPEND':
    case 'IDEPEND':
      return running;
  }
}

function bind(run: Run, root: Root, atom: Atom): string {
  if (atom.blocker !== null || atom.slotOperator !== '=') return atom.text;
  const found = run.tracker.match(root, atom).at(-1);
  if (found === undefined) return atom.text;
  const text = atom.text;
  const bracket = text.indexOf('[');
  const head = (bracket < 0 ? text : text.slice(0, bracket)).replace(/:[^:]*$/, '');
  return `${head}:${found.slot}/${found.subSlot}=${bracket < 0 ? '' : text.slice(bracket)}`;
}

/** A dependency as text; with `run` each `:=` names the slot it is built against. */
export function dependencyText(run: Run | null, root: Root, nodes: EvaluatedDependency): string {
  const words = nodes.map((node: DepTree<AtomLeaf>): string => {
    if (!isDepGroup(node)) return run === null ? node.atom.text : bind(run, root, node.atom);
    return `${node.kind === 'any' ? '|| ' : ''}( ${dependencyText(run, root, node.children)} )`;
  });
  return words.join(' ');
}
