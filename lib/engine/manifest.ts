import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { isDistfileName } from './distfile-name';
import { EngineError } from './errors';
import { readPieces } from './file-pieces';

/** Hash names of Manifests that node can compute, strongest first. Source: GLEP 74. */
const algorithms: Readonly<Record<string, string>> = { BLAKE2B: 'blake2b512', SHA512: 'sha512', SHA256: 'sha256' };

export type ManifestKind = 'DIST' | 'EBUILD' | 'AUX' | 'MISC';

/** One line of a Manifest. `hashes` holds lower-case hex by hash name as written. */
export interface ManifestEntry {
  readonly kind: ManifestKind;
  readonly name: string;
  readonly sizeBytes: number;
  readonly hashes: Readonly<Record<string, string>>;
}

function isManifestKind(word: string | undefined): word is ManifestKind {
  return word === 'DIST' || word === 'EBUILD' || word === 'AUX' || word === 'MISC';
}

/** Larger files are in no tree; their size is a lie or a trap. */
const mostBytes = 64 * 2 ** 30;

/** Is the text a path below the folder of a package that leads nowhere else? Source: GLEP 74 (AUX: below `files/`). */
const isPlainPath = (text: string): boolean =>
  text.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\s\p{C}\\]/u.test(part));

function problemOf(kind: ManifestKind, name: string, size: string, hashes: readonly string[]): string | null {
  if (kind === 'DIST' ? !isDistfileName(name) : !isPlainPath(name)) return 'its name is not a plain file name';
  if (!/^\d{1,15}$/.test(size)) return 'its size is not a number of bytes';
  if (Number(size) > mostBytes) return `its size is more than ${mostBytes} bytes`;
  const isPaired =
    hashes.length % 2 === 0 && hashes.every((word, at) => (at % 2 === 0 ? /^[A-Z]\w*$/ : /^\w+$/).test(word));
  return isPaired ? null : 'its size is not followed by pairs of hash name and value';
}

/**
 * Reads a Manifest; an OpenPGP frame around it and unknown kinds are skipped. `file` is named in what it throws:
 * MANIFEST_INVALID for a name with a path, a size that no file has, and for two entries of one name. Source: GLEP 74.
 */
export function parseManifest(text: string, file = 'Manifest'): readonly ManifestEntry[] {
  const entries = new Map<string, ManifestEntry>();
  for (const [index, line] of text.split('\n').entries()) {
    const [kind, name = '', size = '', ...rest] = line.trim().split(/\s+/);
    if (!isManifestKind(kind)) continue;
    const key = `${kind} ${name}`;
    const problem = entries.has(key) ? 'there is another entry of that name' : problemOf(kind, name, size, rest);
    if (problem !== null) throw invalidEntry(file, index + 1, key, problem);
    entries.set(key, { kind, name, sizeBytes: Number(size), hashes: hashesOf(rest) });
  }
  return [...entries.values()];
}

function hashesOf(words: readonly string[]): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (let at = 0; at < words.length; at += 2) hashes[words[at] as string] = (words[at + 1] as string).toLowerCase();
  return hashes;
}

function invalidEntry(file: string, line: number, key: string, problem: string): EngineError {
  const shown = key.replace(/\p{C}/gu, '�').slice(0, 200);
  return new EngineError(
    'MANIFEST_INVALID',
    `\`${file}\`, line ${line}: the entry \`${shown}\` is not valid: ${problem}`,
    {
      hint: 'A Manifest like this is not used. Correct it, or ask whoever keeps the repository.',
      details: { file, line },
    },
  );
}

/** Writes entries as Portage does: sorted by kind and name, one per line. */
export function formatManifest(entries: readonly ManifestEntry[]): string {
  const line = (entry: ManifestEntry): string =>
    [entry.kind, entry.name, entry.sizeBytes, ...Object.entries(entry.hashes).flat()].join(' ');
  const key = (entry: ManifestEntry): string => `${entry.kind} ${entry.name}`;
  return [...entries]
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .map((entry) => `${line(entry)}\n`)
    .join('');
}

/** Size and hex digests of a file, one pass over it. `names` are Manifest hash names. Throws AbortError when cancelled. */
export async function digestFile(
  path: string,
  names: readonly string[] = ['BLAKE2B', 'SHA512'],
  signal?: AbortSignal,
): Promise<{ readonly sizeBytes: number; readonly hashes: Readonly<Record<string, string>> }> {
  const running = names.map((name) => {
    const algorithm = algorithms[name];
    if (!algorithm) throw new EngineError('MANIFEST_INVALID', `the hash \`${name}\` is not supported`);
    return { name, hash: createHash(algorithm) };
  });
  const take = (piece: Buffer): void => {
    for (const { hash } of running) hash.update(piece);
  };
  const sizeBytes = await readPieces(path, take, undefined, signal);
  return { sizeBytes, hashes: Object.fromEntries(running.map(({ name, hash }) => [name, hash.digest('hex')])) };
}

export async function digestEntry(kind: ManifestKind, name: string, path: string): Promise<ManifestEntry> {
  return { kind, name, ...(await digestFile(path)) };
}

/** What differs between a file and its Manifest entry. */
export type FileVerdict =
  | { readonly kind: 'matches' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'differs'; readonly property: string; readonly expected: string; readonly actual: string };

/** Compares a file on disk with its entry: size first, then every hash that we can compute, at least one. */
export async function verifyFile(path: string, entry: ManifestEntry, signal?: AbortSignal): Promise<FileVerdict> {
  const info = await stat(path).catch(() => null);
  if (!info?.isFile()) return { kind: 'missing' };
  if (info.size !== entry.sizeBytes) {
    return { kind: 'differs', property: 'size', expected: `${entry.sizeBytes}`, actual: `${info.size}` };
  }
  const names = Object.keys(entry.hashes).filter((name) => name in algorithms);
  if (names.length === 0) {
    throw new EngineError('MANIFEST_INVALID', `the Manifest has no usable hash for \`${entry.name}\``, {
      hint: 'Write the Manifest again with BLAKE2B and SHA512.',
    });
  }
  const { hashes } = await digestFile(path, names, signal);
  for (const name of names) {
    const expected = entry.hashes[name] ?? '';
    const actual = hashes[name] ?? '';
    if (expected !== actual) return { kind: 'differs', property: name, expected, actual };
  }
  return { kind: 'matches' };
}
