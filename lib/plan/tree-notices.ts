import { ignoredMaskLines, type PackageTree } from '../repo';

/** More are counted only. */
const mostTold = 50;

const longestLine = 80;

/** A path as a person may see it: a stranger chose it. */
const shown = (path: string): string => path.replace(/\p{C}/gu, '\ufffd');

/** Lines of masks that mask nothing; a file with many of them is told once. */
function ignoredMasks({ repositories, files }: PackageTree): readonly string[] {
  const byFile = new Map<string, { readonly line: number; readonly text: string; others: number }>();
  for (const repository of repositories.ordered) {
    for (const { file, line, words } of ignoredMaskLines(files, repository)) {
      const first = byFile.get(file);
      if (first) first.others++;
      else byFile.set(file, { line, text: words.join(' ').slice(0, longestLine), others: 0 });
    }
  }
  return [...byFile].slice(0, mostTold).map(([file, { line, text, others }]) => {
    const more = others === 0 ? '' : `, like ${others === 1 ? 'another line' : `${others} more lines`} of it`;
    return `\`${shown(file)}:${line}\`: \`${shown(text)}\` is not an atom, so this line masks nothing${more}`;
  });
}

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
    ...ignoredMasks(tree),
    ...told.slice(0, mostTold),
    ...(more > 0 ? [`${more} more files are left out`] : []),
  ];
}
