import { evaluateDependency, isDepGroup, parseAtom } from '../pms';
import type { AtomLeaf, EvaluatedDependency } from './evaluated-dependency';
import type { Package, Root } from './package';
import type { Run } from './run';

const virtualLibc = parseAtom('virtual/libc');

function namesOf(run: Run, root: Root, nodes: EvaluatedDependency): string[] {
  return nodes.flatMap((node): string[] => {
    if (!isDepGroup(node)) return node.atom.blocker === null ? [node.atom.qualifiedName] : [];
    if (node.kind !== 'any') return namesOf(run, root, node.children);
    const isInstalled = (leaf: EvaluatedDependency[number]): boolean =>
      namesOf(run, root, [leaf]).every((name) => run.frozen.installed(root, name).length > 0);
    const chosen = node.children.find(isInstalled) ?? node.children[0];
    return chosen === undefined ? [] : namesOf(run, root, [chosen]);
  });
}

const known = new WeakMap<Run['frozen'], Map<Root, ReadonlySet<string>>>();

/** Names of the C library of a root: packages are built with it in their dependencies, whatever their ebuild says. */
function libcNames(run: Run, root: Root): ReadonlySet<string> {
  let byRoot = known.get(run.frozen);
  if (byRoot === undefined) {
    byRoot = new Map();
    known.set(run.frozen, byRoot);
  }
  let names = byRoot.get(root);
  if (names === undefined) {
    const libc: Package | undefined = run.frozen.installedMatching(root, virtualLibc).at(-1);
    names =
      libc === undefined
        ? new Set([virtualLibc.qualifiedName])
        : new Set(
            namesOf(run, root, evaluateDependency(libc.candidate.dependency('RDEPEND'), libc.use.enabled).children),
          );
    byRoot.set(root, names);
  }
  return names;
}

/** The dependency without what stands for the C library. */
export function withoutLibc(run: Run, root: Root, nodes: EvaluatedDependency): EvaluatedDependency {
  const names = libcNames(run, root);
  return nodes.filter((node) => isDepGroup(node) || !names.has((node as AtomLeaf).atom.qualifiedName));
}
