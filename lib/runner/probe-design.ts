import { type Design, designSchema } from '../design/index';
import { knownTrees, listTrees, type RegisteredTree, treeNames } from '../plan/trees';

/** A design that asks for nothing, to look into a tree with. */
export function probeDesign(tree: string): Design {
  return designSchema.parse({ name: 'probe', board: 'amd64-usr', path: '/opt/probe', packages: [], tree });
}

/**
 * The same for what is registered under a name: an overlay is looked into on the first tree of Flatcar's, since overlays
 * build on Gentoo's ebuilds, else on the starter tree. Only for an overlay are folders looked into.
 */
export function probeOf(name: string, home: string): Design {
  const isOverlay = treeNames(home).includes(name) && !knownTrees(home).some((tree) => tree.name === name);
  if (!isOverlay) return probeDesign(name);
  const isBase = ({ kind, usable }: RegisteredTree): boolean => kind === 'flatcar' && usable;
  return { ...probeDesign(listTrees(home).find(isBase)?.name ?? 'starter'), repositories: [{ name }] };
}
