import { type DependencyNode, type DepTree, evaluateDependency, formatDependency, isDepGroup } from '../pms';
import { equivalentEbuild } from './available';
import { allClasses, runtimeClasses } from './dependencies';
import type { Package } from './package';
import type { AtomLeaf, Run } from './run';

/** Slots and their operators play no part: a built package names the ones it was built against. */
function withoutSlots(nodes: readonly DepTree<AtomLeaf>[]): DependencyNode {
  return {
    kind: 'all',
    children: nodes.map((node): DependencyNode => {
      if (isDepGroup(node)) return { ...node, children: withoutSlotsList(node.children) } as DependencyNode;
      const { text } = node.atom;
      const bracket = text.indexOf('[');
      const head = (bracket < 0 ? text : text.slice(0, bracket)).replace(/:(?!:)[^:]*/, '');
      return { kind: 'atom', atom: { ...node.atom, text: head + (bracket < 0 ? '' : text.slice(bracket)) } };
    }),
  };
}

function withoutSlotsList(nodes: readonly DepTree<AtomLeaf>[]): readonly DependencyNode[] {
  const all = withoutSlots(nodes);
  return isDepGroup(all) ? all.children : [all];
}

/** Does the ebuild of a built package have other dependencies today than the package recorded? */
export function hasChangedDependencies(run: Run, pkg: Package): boolean {
  const ebuild = equivalentEbuild(run, pkg);
  if (ebuild === null) return false;
  const classes = run.frozen.parameters.withBdeps ? allClasses : runtimeClasses;
  const use = pkg.use.enabled;
  return classes.some((dependencyClass) => {
    const before = pkg.candidate.dependency(dependencyClass);
    const after = ebuild.candidate.dependency(dependencyClass);
    return (
      formatDependency(withoutSlots(evaluateDependency(before, use, pkg.eapi).children)) !==
      formatDependency(withoutSlots(evaluateDependency(after, use, ebuild.eapi).children))
    );
  });
}
