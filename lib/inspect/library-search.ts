import { posix } from 'node:path';
import type { ElfFile, ProofSubject } from './subject';
import type { FileEntry } from './tree';

/** Where the loader finds a NEEDED library. Source: ld.so(8) */
export type LibraryVerdict =
  | { readonly kind: 'own-path'; readonly path: string }
  /** found only because the program that loads it passes its DT_RPATH on */
  | { readonly kind: 'inherited'; readonly path: string }
  /** it is the loader itself, already in memory */
  | { readonly kind: 'loader' }
  /** searched in directories outside the prefix, or nowhere */
  | { readonly kind: 'missing' };

/** So many the kernel follows on the way to one file. Source: path_resolution(7) */
const mostLinks = 40;

/** Resolves links inside the tree; null when the path is not there or leaves the prefix. */
export function followInTree(subject: ProofSubject, path: string): FileEntry | null {
  let current = posix.normalize(path);
  for (let links = 0; links < mostLinks; links++) {
    const entry = subject.byPath.get(current);
    if (entry && entry.kind !== 'link') return entry;
    const next = entry ? posix.resolve(posix.dirname(entry.path), entry.target ?? '') : linkedParent(subject, current);
    if (next === null) return null;
    current = next;
  }
  return null;
}

/** Where a path leads whose parents are links, of which the first is followed; null: none is. */
function linkedParent(subject: ProofSubject, path: string): string | null {
  const parts = path.split('/');
  for (let length = 2; length < parts.length; length++) {
    const entry = subject.byPath.get(parts.slice(0, length).join('/'));
    if (!entry) return null;
    if (entry.kind !== 'link') continue;
    const target = posix.resolve(posix.dirname(entry.path), entry.target ?? '');
    return posix.join(target, ...parts.slice(length));
  }
  return null;
}

/** Is the file at this path inside the prefix, links followed? */
export function isInsidePrefix(subject: ProofSubject, path: string): boolean {
  const entry = followInTree(subject, path);
  return entry !== null && (entry.path === subject.eprefix || entry.path.startsWith(`${subject.eprefix}/`));
}

export function findLibrary(subject: ProofSubject, file: ElfFile, name: string): LibraryVerdict {
  if (name === subject.board.loader) return { kind: 'loader' };
  if (name.includes('/')) return isInsidePrefix(subject, name) ? { kind: 'own-path', path: name } : { kind: 'missing' };
  // a link may lead to a file of another name, but is itself called so
  if (!namesOf(subject).has(posix.basename(name))) return { kind: 'missing' };
  const own = searchIn(subject, ownDirectories(file), name);
  if (own !== null) return { kind: 'own-path', path: own };
  if (file.facts.runpath.length === 0) {
    const inherited = searchIn(subject, programDirectories(subject), name);
    if (inherited !== null) return { kind: 'inherited', path: inherited };
  }
  return { kind: 'missing' };
}

/** DT_RUNPATH switches DT_RPATH off; `$ORIGIN` is the directory of the file. */
function ownDirectories({ entry, facts }: ElfFile): string[] {
  const paths = facts.runpath.length > 0 ? facts.runpath : facts.rpath;
  return paths.map((path) => posix.normalize(path.replaceAll(/\$ORIGIN|\$\{ORIGIN\}/g, posix.dirname(entry.path))));
}

const names = new WeakMap<ProofSubject, ReadonlySet<string>>();

/** What files, folders and links of a prefix are called. */
function namesOf(subject: ProofSubject): ReadonlySet<string> {
  const known = names.get(subject);
  if (known) return known;
  const found = new Set(subject.tree.entries.map(({ path }) => posix.basename(path)));
  names.set(subject, found);
  return found;
}

const programPaths = new WeakMap<ProofSubject, readonly string[]>();

/** DT_RPATH directories of all programs of the prefix. */
function programDirectories(subject: ProofSubject): readonly string[] {
  const known = programPaths.get(subject);
  if (known) return known;
  const programs = subject.elfs.filter(({ facts }) => facts.interpreter !== null && facts.runpath.length === 0);
  const found = [...new Set(programs.flatMap(ownDirectories))];
  programPaths.set(subject, found);
  return found;
}

function searchIn(subject: ProofSubject, directories: readonly string[], name: string): string | null {
  for (const directory of directories) {
    const path = posix.join(directory, name);
    if (path.startsWith(`${subject.eprefix}/`) && isInsidePrefix(subject, path)) return path;
  }
  return null;
}
