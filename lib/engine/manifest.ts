import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { EngineError } from './errors';

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

/** Reads a Manifest; an OpenPGP frame around it and unknown kinds are skipped. Throws MANIFEST_INVALID. Source: GLEP 74. */
export function parseManifest(text: string): readonly ManifestEntry[] {
  const entries: ManifestEntry[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [kind, name, size, ...rest] = line.trim().split(/\s+/);
    if (!isManifestKind(kind)) continue;
    const sizeBytes = Number(size);
    if (!name || !/^\d+$/.test(size ?? '') || rest.length % 2 !== 0) {
      throw new EngineError('MANIFEST_INVALID', `Manifest line ${index + 1} is not valid: \`${line}\``, {
        details: { line: index + 1 },
      });
    }
    const hashes: Record<string, string> = {};
    for (let i = 0; i < rest.length; i += 2) hashes[rest[i] as string] = (rest[i + 1] as string).toLowerCase();
    entries.push({ kind, name, sizeBytes, hashes });
  }
  return entries;
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

/** Size and hex digests of a file, one pass over it. `names` are Manifest hash names. */
export async function digestFile(
  path: string,
  names: readonly string[] = ['BLAKE2B', 'SHA512'],
): Promise<{ readonly sizeBytes: number; readonly hashes: Readonly<Record<string, string>> }> {
  const running = names.map((name) => {
    const algorithm = algorithms[name];
    if (!algorithm) throw new EngineError('MANIFEST_INVALID', `the hash \`${name}\` is not supported`);
    return { name, hash: createHash(algorithm) };
  });
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    sizeBytes += (chunk as Buffer).length;
    for (const { hash } of running) hash.update(chunk as Buffer);
  }
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
export async function verifyFile(path: string, entry: ManifestEntry): Promise<FileVerdict> {
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
  const { hashes } = await digestFile(path, names);
  for (const name of names) {
    const expected = entry.hashes[name] ?? '';
    const actual = hashes[name] ?? '';
    if (expected !== actual) return { kind: 'differs', property: name, expected, actual };
  }
  return { kind: 'matches' };
}
