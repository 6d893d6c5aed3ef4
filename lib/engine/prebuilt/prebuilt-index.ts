import { isDistfileName } from '../distfile-name';
import { EngineError } from '../errors';

/** What a package was compiled with. */
export interface BuiltWith {
  readonly gcc: string;
  readonly glibc: string;
  /** the system by name and version, for people */
  readonly system: string;
}

/** A package that was built for any path on some machine. */
export interface PrebuiltEntry {
  /** what was built, without the machine: see `prebuiltKey` */
  readonly key: string;
  /** build key that it had there */
  readonly buildKey: string;
  /** `category/PF` */
  readonly cpv: string;
  /** name of the file in the folder `packages` */
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha512: string;
  readonly builtWith: BuiltWith;
  readonly license: string;
  /** names of its source files */
  readonly sources: readonly string[];
}

/** The file in a folder of prebuilt packages that lists them. */
export const indexName = 'index.json';
export const packagesFolder = 'packages';
export const sourcesFolder = 'sources';

/** More is read from no index. */
export const mostIndexBytes = 16 << 20;
const mostEntries = 20_000;

const version = /^\d+(?:\.\d+)*$/;
const isHex = (value: unknown, digits: number): value is string =>
  typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value);
const isShort = (value: unknown): value is string => typeof value === 'string' && value.length <= 2000;

function entryOf(value: unknown): PrebuiltEntry | null {
  if (typeof value !== 'object' || value === null) return null;
  const { key, buildKey, cpv, file, sizeBytes, sha512, builtWith, license, sources } = value as Record<string, unknown>;
  const { gcc, glibc, system } = (builtWith ?? {}) as Record<string, unknown>;
  if (!isHex(key, 64) || !isHex(buildKey, 64) || !isHex(sha512, 128)) return null;
  if (!isShort(cpv) || !isShort(file) || !isDistfileName(file) || !file.endsWith('.gpkg.tar')) return null;
  if (typeof sizeBytes !== 'number' || !Number.isSafeInteger(sizeBytes) || sizeBytes <= 0) return null;
  if (!isShort(gcc) || !version.test(gcc) || !isShort(glibc) || !version.test(glibc) || !isShort(system)) return null;
  if (!isShort(license) || !Array.isArray(sources) || !sources.every(isShort)) return null;
  return { key, buildKey, cpv, file, sizeBytes, sha512, builtWith: { gcc, glibc, system }, license, sources };
}

/** The entries of an index that anybody may have written. Throws PREBUILT_INVALID; `place` is for the message. */
export function parsePrebuiltIndex(text: string, place: string): readonly PrebuiltEntry[] {
  const invalid = (detail: string): EngineError =>
    new EngineError('PREBUILT_INVALID', `the index of prebuilt packages in \`${place}\` ${detail}`, {
      hint: 'Write it again with `prefix-studio prebuilt export`.',
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid('is no JSON');
  }
  const { format, packages } = (parsed ?? {}) as Record<string, unknown>;
  if (format !== 1) throw invalid('has a format other than 1');
  if (!Array.isArray(packages) || packages.length > mostEntries) throw invalid('has no list of packages');
  return packages.map((value, at) => {
    const entry = entryOf(value);
    if (!entry) throw invalid(`has an entry that is not valid (number ${at + 1})`);
    return entry;
  });
}

export function formatPrebuiltIndex(entries: readonly PrebuiltEntry[]): string {
  const sorted = [...entries].sort((a, b) => (`${a.cpv} ${a.key}` < `${b.cpv} ${b.key}` ? -1 : 1));
  return `${JSON.stringify({ format: 1, packages: sorted }, null, 1)}\n`;
}

/** What the VDB entry of a package that was taken remembers of it. */
export const formatPrebuiltRecord = (entry: PrebuiltEntry): string => JSON.stringify(entry);

/** Null: there is none. */
export function parsePrebuiltRecord(text: string): PrebuiltEntry | null {
  try {
    return entryOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Is a version of digits and dots at least another? */
export function isAtLeast(present: string, wanted: string): boolean {
  const [a, b] = [present, wanted].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Why a package cannot run beside the libraries of a machine; null: it can, as far as versions tell. */
export function whyNotHere({ builtWith }: PrebuiltEntry, machine: BuiltWith | null): string | null {
  if (machine === null) return 'which C library this machine has is not known';
  if (!isAtLeast(machine.glibc, builtWith.glibc)) {
    return `it was built with glibc ${builtWith.glibc}, this machine has ${machine.glibc}`;
  }
  // the libraries of a compiler are used by what an older one compiled, not the other way round
  if (!isAtLeast(machine.gcc.split('.')[0] ?? '0', builtWith.gcc.split('.')[0] ?? '0')) {
    return `it was built with gcc ${builtWith.gcc}, this machine has ${machine.gcc}`;
  }
  return null;
}
