import { posix } from 'node:path';
import type { FileTree } from './file-tree';
import { limits } from './limits';

/** One line of a configuration file that says something. */
export interface ConfigLine {
  /** words before a `#` */
  readonly words: readonly string[];
  readonly file: string;
  /** 1 based */
  readonly line: number;
}

const versionControlFolders = new Set(['CVS', 'RCS', 'SCCS', '.bzr', '.git', '.hg', '.svn']);

/**
 * The file itself, or the files below a directory in the order Portage reads them: sorted, no dot files, no `~` backups.
 * A link to a directory above is passed over, and what has no end is read up to a limit.
 */
export function configFiles(tree: FileTree, path: string, recursive: boolean): string[] {
  const kind = tree.kind(path);
  if (kind === 'file') return [path];
  if (kind !== 'directory' || !recursive) return [];
  const found: string[] = [];
  let left: number = limits.configFiles;
  const walk = (folder: string, above: readonly string[]): void => {
    const real = tree.realPath(folder);
    if (above.includes(real) || above.length === limits.configDepth) return;
    for (const name of tree.list(folder)) {
      if (name.startsWith('.') || name.endsWith('~') || versionControlFolders.has(name)) continue;
      if (left-- <= 0) return;
      const inner = posix.join(folder, name);
      const what = tree.kind(inner);
      if (what === 'file') found.push(inner);
      else if (what === 'directory') walk(inner, [...above, real]);
    }
  };
  walk(path, []);
  return found;
}

const known = new Map<string, { readonly text: string; readonly lines: readonly ConfigLine[] }>();

/**
 * Splits text into lines of words; `#` starts a comment at the beginning of a word. The lines of a file are kept as long
 * as its text is the same: staging, final and every trial of a fix read the same profile.
 */
export function parseConfigLines(text: string, file: string): readonly ConfigLine[] {
  const before = known.get(file);
  if (before && before.text === text) return before.lines;
  const lines = splitLines(text, file);
  known.set(file, { text, lines });
  return lines;
}

/** The same without keeping them, for a text that is read once. */
export function splitLines(text: string, file: string): ConfigLine[] {
  const found: ConfigLine[] = [];
  const rows = text.split('\n');
  for (let row = 0; row < rows.length; row++) {
    const trimmed = (rows[row] as string).trim();
    if (trimmed === '' || trimmed.charCodeAt(0) === 35) continue;
    let words = trimmed.split(/\s+/);
    if (trimmed.includes('#')) {
      const comment = words.findIndex((word) => word.startsWith('#'));
      if (comment >= 0) words = words.slice(0, comment);
    }
    found.push({ words, file, line: row + 1 });
  }
  return found;
}

/** All lines of a file or, if `recursive`, of the files of a directory. Nothing there: no lines. */
export function readConfigLines(tree: FileTree, path: string, recursive: boolean): readonly ConfigLine[] {
  const files = configFiles(tree, path, recursive);
  const [only] = files;
  if (only === undefined) return [];
  if (files.length === 1) return parseConfigLines(tree.readText(only) ?? '', only);
  return files.flatMap((file) => parseConfigLines(tree.readText(file) ?? '', file));
}

/**
 * The comment that belongs to a line: the one behind it, else the block of `#` lines above the paragraph it stands in.
 * Lines are joined by newlines, without the `#`.
 */
export function commentOf(text: string, line: number): string {
  const rows = text.split('\n');
  const own = /(?:^|\s)#\s?(.*)$/.exec(rows[line - 1] ?? '');
  if (own) return (own[1] as string).trim();
  let at = line - 2;
  while (at >= 0 && rows[at]?.trim() !== '' && !rows[at]?.trimStart().startsWith('#')) at--;
  const block: string[] = [];
  for (; at >= 0 && rows[at]?.trimStart().startsWith('#'); at--) {
    block.unshift((rows[at] as string).trim().replace(/^#+\s?/, ''));
  }
  return block.join('\n').trim();
}
