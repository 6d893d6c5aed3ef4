import type { PackageTree } from '../repo';

/** More are counted only. */
const mostTold = 50;

/** A path as a person may see it: a stranger chose it. */
const shown = (path: string): string => path.replace(/\p{C}/gu, '\ufffd');

/**
 * What was left out of a tree, and why, a sentence each: repositories that do not fit, files that were refused. Complete
 * once the configurations of the roots are read.
 */
export function treeNotices(tree: PackageTree): readonly string[] {
  const refused = [...tree.files.refusals(), ...tree.indexes.flatMap((index) => index.refused)];
  const told = [...new Set(refused.map(({ path, reason }) => `\`${shown(path)}\` is left out: it ${reason}`))];
  const more = told.length - mostTold;
  return [
    ...tree.repositories.notices,
    ...told.slice(0, mostTold),
    ...(more > 0 ? [`${more} more files are left out`] : []),
  ];
}
