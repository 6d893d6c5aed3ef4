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
  /** searched in directories outside of the prefix, or nowhere */
  | { readonly kind: 'missing' };

/** Resolves links inside the tree; null when the path is not there or leaves the prefix. */
export function followInTree(subject: ProofSubject, path: string): FileEntry | null {
  let current = posix.normalize(path);
  for (let links = 0; links < 40; links++) {
    const entry = lookUp(subject, current);
    if (entry === null) return null;
    if (entry.kind !== 'link') return entry;
    current = posix.resolve(posix.dirname(entry.path), entry.target ?? '');
  }
  return null;
}

/** The entry at a path whose parents may be links, itself not followed. */
function lookUp(subject: ProofSubject, path: string): FileEntry | null {
  let current = path;
  for (let links = 0; links < 40; links++) {
    const direct = subject.byPath.get(current);
    if (direct) return direct;
    const parent = linkedParent(subject, current);
    if (parent === null) return null;
    current = parent;
  }
  return null;
}

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
