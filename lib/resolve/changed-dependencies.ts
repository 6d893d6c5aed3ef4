import { type DependencyNode, type DepTree, evaluateDependency, formatDependency, isDepGroup } from '../pms';
import { equivalentEbuild } from './available';
import { allClasses, runtimeClasses } from './dependencies';
import type { AtomLeaf, EvaluatedDependency } from './evaluated-dependency';
import { withoutLibc } from './libc-names';
import type { Package } from './package';
import type { Run } from './run';

/** `cat/pkg:0/1.3=` as the ebuild may have written it: a built package names the slot it was built against. */
function withoutBoundSlots(nodes: EvaluatedDependency): EvaluatedDependency {
  return nodes.map((node): DepTree<AtomLeaf> => {
    if (isDepGroup(node)) return { ...node, children: withoutBoundSlots(node.children) } as DepTree<AtomLeaf>;
    const { text, slot, slotOperator } = node.atom;
    if (slotOperator !== '=' || slot === null) return node;
    const bracket = text.indexOf('[');
    const head = (bracket < 0 ? text : text.slice(0, bracket)).replace(/:(?!:)[^:]*/, ':=');
    return { kind: 'atom', atom: { ...node.atom, text: head + (bracket < 0 ? '' : text.slice(bracket)) } };
  });
}

const asText = (nodes: EvaluatedDependency): string =>
  formatDependency({ kind: 'all', children: nodes as readonly DependencyNode[] });

/** Does the ebuild of a built package have other dependencies today than the package recorded? */
export function hasChangedDependencies(run: Run, pkg: Package): boolean {
  const ebuild = equivalentEbuild(run, pkg);
  if (ebuild === null) return false;
  const classes = run.frozen.parameters.withBdeps ? allClasses : runtimeClasses;
  return classes.some((dependencyClass) => {
    const text = (of: Package): string => {
      const { children } = evaluateDependency(of.candidate.dependency(dependencyClass), pkg.use.enabled, of.eapi);
      return asText(withoutLibc(run, pkg.root, withoutBoundSlots(children)));
    };
    return text(pkg) !== text(ebuild);
  });
}

/**
 * Would merging the package record the dependencies that the installed one has? Slots that `:=` is going to be bound to
 * are not known here, so a package with such a dependency never would.
 */
export function wouldRecordTheSame(run: Run, pkg: Package, installed: Package): boolean {
  return allClasses.every((dependencyClass) => {
    const text = (of: Package, use: ReadonlySet<string>): string => {
      const { children } = evaluateDependency(of.candidate.dependency(dependencyClass), use, pkg.eapi);
      return asText(withoutLibc(run, pkg.root, children));
    };
    return text(installed, pkg.use.enabled) === text(pkg, run.useOf(pkg));
  });
}
