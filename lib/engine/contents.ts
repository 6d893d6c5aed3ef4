import { assertNever } from '../errors';
import { EngineError } from './errors';

/** A line of CONTENTS. Paths are absolute within ROOT and include EPREFIX; `mtime` in whole seconds. */
export type ContentsEntry =
  | { readonly kind: 'dir'; readonly path: string }
  | { readonly kind: 'obj'; readonly path: string; readonly md5: string; readonly mtime: number }
  | { readonly kind: 'sym'; readonly path: string; readonly target: string; readonly mtime: number }
  | { readonly kind: 'fif' | 'dev'; readonly path: string };

function parseLine(line: string): ContentsEntry | null {
  const space = line.indexOf(' ');
  const kind = line.slice(0, space);
  const rest = line.slice(space + 1);
  if (kind === 'dir' || kind === 'fif' || kind === 'dev') return rest.startsWith('/') ? { kind, path: rest } : null;
  if (kind === 'obj') {
    // the path may hold spaces, so the two last words are taken off from the right
    const found = /^(\/.*) ([0-9a-f]{32}) (\d+)$/.exec(rest);
    return found ? { kind, path: found[1] as string, md5: found[2] as string, mtime: Number(found[3]) } : null;
  }
  if (kind === 'sym') {
    const [, link = '', mtime] = /^(\/.*) (\d+)$/.exec(rest) ?? [];
    const arrow = link.indexOf(' -> ');
    return arrow > 0 ? { kind, path: link.slice(0, arrow), target: link.slice(arrow + 4), mtime: Number(mtime) } : null;
  }
  return null;
}

/** Reads a CONTENTS file. Throws CONTENTS_INVALID with the line. */
export function parseContents(text: string): readonly ContentsEntry[] {
  const entries: ContentsEntry[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const entry = parseLine(line);
    if (!entry) {
      throw new EngineError('CONTENTS_INVALID', `CONTENTS line ${index + 1} is not valid: \`${line}\``, {
        details: { line: index + 1 },
      });
    }
    entries.push(entry);
  }
  return entries;
}

function formatLine(entry: ContentsEntry): string {
  switch (entry.kind) {
    case 'dir':
    case 'fif':
    case 'dev':
      return `${entry.kind} ${entry.path}`;
    case 'obj':
      return `obj ${entry.path} ${entry.md5} ${entry.mtime}`;
    case 'sym':
      return `sym ${entry.path} -> ${entry.target} ${entry.mtime}`;
    default:
      return assertNever(entry);
  }
}

/** Writes entries in the given order, one per line. */
export function formatContents(entries: readonly ContentsEntry[]): string {
  return entries.map((entry) => `${formatLine(entry)}\n`).join('');
}
