/** One line of a VDB entry's CONTENTS. `path` starts with `/` and holds EPREFIX but not ROOT; times are Unix seconds. */
export type ContentsEntry =
  | { readonly kind: 'dir'; readonly path: string }
  | { readonly kind: 'obj'; readonly path: string; readonly md5: string; readonly mtime: number }
  | { readonly kind: 'sym'; readonly path: string; readonly target: string; readonly mtime: number };

/** Reads CONTENTS; paths and link targets may hold spaces. Lines of unknown kind (`fif`, `dev`) are left out. */
export function parseContents(text: string): readonly ContentsEntry[] {
  return text.split('\n').flatMap((line): ContentsEntry[] => {
    const dir = /^dir (.+)$/.exec(line);
    if (dir) return [{ kind: 'dir', path: dir[1]! }];
    const obj = /^obj (.+) ([0-9a-f]+) (\d+)$/.exec(line);
    if (obj) return [{ kind: 'obj', path: obj[1]!, md5: obj[2]!, mtime: Number(obj[3]) }];
    const [, link = '', mtime] = /^sym (.+) (\d+)$/.exec(line) ?? [];
    const arrow = link.indexOf(' -> ');
    if (arrow < 1 || arrow + 4 === link.length) return [];
    return [{ kind: 'sym', path: link.slice(0, arrow), target: link.slice(arrow + 4), mtime: Number(mtime) }];
  });
}

/** Writes CONTENTS, sorted by path, as Portage does. */
export function formatContents(entries: readonly ContentsEntry[]): string {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return sorted
    .map((entry) => {
      if (entry.kind === 'dir') return `dir ${entry.path}\n`;
      if (entry.kind === 'obj') return `obj ${entry.path} ${entry.md5} ${entry.mtime}\n`;
      return `sym ${entry.path} -> ${entry.target} ${entry.mtime}\n`;
    })
    .join('');
}
