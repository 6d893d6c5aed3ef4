import { configFiles } from './config-lines';
import type { FileTree } from './file-tree';

/** One section of repos.conf: key -> value as written. */
export type Section = Record<string, string>;

/** Name and value of a line, trimmed; null without a name. Takes linear time, which a pattern for the whole would not. */
export function splitPair(line: string, separator: RegExp): readonly [name: string, value: string] | null {
  const at = line.search(separator);
  const name = at < 0 ? '' : line.slice(0, at).trim();
  return name === '' ? null : [name, line.slice(at + 1).trim()];
}

/** The value before a `#` or `;` that stands behind white space. */
function withoutComment(value: string): string {
  const at = value.search(/\s[#;]/);
  return at < 0 ? value : value.slice(0, at).trimEnd();
}

/** Sections of an ini-like text; lines that begin with white space continue the value before. */
export function parseSections(text: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  let section: Section | null = null;
  let last: string | null = null;
  for (const row of text.split('\n')) {
    const line = row.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const header = /^\[([^\]]+)\]$/.exec(line);
    const pair = splitPair(line, /[=:]/);
    if (header) {
      const name = header[1] as string;
      section = sections.get(name) ?? {};
      sections.set(name, section);
      last = null;
    } else if (/^\s/.test(row) && section && last !== null) section[last] += `\n${line}`;
    else if (pair && section) {
      last = pair[0];
      section[last] = withoutComment(pair[1]);
    }
  }
  return sections;
}

/** Reads repos.conf, a file or a folder of files; later files add to sections of the same name. */
export function readReposConf(tree: FileTree, path: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  for (const file of configFiles(tree, path, true)) {
    for (const [name, section] of parseSections(tree.readText(file) ?? '')) {
      sections.set(name, { ...sections.get(name), ...section });
    }
  }
  return sections;
}
