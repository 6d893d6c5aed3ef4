import {
  atomsOf,
  dependencyClasses,
  type Eapi,
  eapi,
  isKnownEapi,
  PmsError,
  parseDependency,
  parseDepString,
  parseRequiredUse,
} from '../pms';

/** Variables of an ebuild as the md5-cache, a VDB entry or a `Packages` index holds them. */
export type Metadata = Readonly<Record<string, string>>;

/** Reads `KEY=value` lines of one md5-cache entry. Source: PMS 14.3. */
export function parseCacheEntry(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const row of text.split('\n')) {
    const at = row.indexOf('=');
    if (at > 0) found[row.slice(0, at)] = row.slice(at + 1);
  }
  return found;
}

/** Writes an entry the way Portage does: keys sorted, empty values left out, `_md5_` last. */
export function formatCacheEntry(metadata: Metadata): string {
  const keys = Object.keys(metadata).sort();
  return keys.flatMap((key) => (metadata[key] === '' ? [] : [`${key}=${metadata[key]}\n`])).join('');
}

/** Flags of IUSE with their defaults; a flag that is there twice keeps the default that one of them gives. */
export function parseIuse(text: string): Map<string, boolean> {
  const flags = new Map<string, boolean>();
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    const sign = word.charCodeAt(0);
    if (sign === 43) flags.set(word.slice(1), true);
    else if (sign === 45) flags.set(word.slice(1), false);
    else if (!flags.has(word)) flags.set(word, false);
  }
  return flags;
}

/** What is wrong with metadata, found once and kept in the index. */
export interface MetadataCheck {
  /** null: nothing, apart from flags */
  readonly problem: string | null;
  /** flags of conditionals that IUSE does not have; valid only when they are in the profile's part of IUSE_EFFECTIVE */
  readonly foreignFlags: readonly string[];
}

const wordLeaf = (token: string) => ({ kind: 'word' as const, token });

/** Far above any that is used; it becomes the part of a file's name. */
const longestSlot = 100;

const slotPattern = /^[A-Za-z0-9_][A-Za-z0-9+_.-]*$/;

/** Is the text a SLOT in this EAPI? Source: PMS 7.2. */
export function isSlot(slot: string, row: Eapi): boolean {
  const parts = slot.split('/');
  return (
    parts.length <= (row.hasSubSlots ? 2 : 1) &&
    parts.every((part) => part.length <= longestSlot && slotPattern.test(part))
  );
}

/** Checks every string a plan depends on against the EAPI. `built`: a VDB or binary package, where rules are looser. */
export function checkMetadata(metadata: Metadata, built: boolean): MetadataCheck {
  const name = metadata.EAPI || '0';
  if (!isKnownEapi(name)) return { problem: null, foreignFlags: [] };
  const row = eapi(name);
  const problems: string[] = [];
  if (!isSlot(metadata.SLOT ?? '', row))
    problems.push(`SLOT: \`${(metadata.SLOT ?? '').slice(0, 120)}\` is not a slot`);
  if (!built && !row.hasIuseDefaults && /(?:^|\s)[+-]/.test(metadata.IUSE ?? '')) {
    problems.push(`IUSE: \`${metadata.IUSE}\` has defaults, which EAPI ${row.name} does not have`);
  }
  const iuse = parseIuse(metadata.IUSE ?? '');
  const foreign = new Set<string>();
  const validFlags = {
    has(flag: string) {
      if (!iuse.has(flag)) foreign.add(flag);
      return true;
    },
  };
  const attempt = (key: string, check: (text: string) => void): void => {
    const text = metadata[key];
    if (!text) return;
    try {
      check(text);
    } catch (error) {
      if (!(error instanceof PmsError)) throw error;
      problems.push(`${key}: ${error.message}`);
    }
  };
  for (const key of dependencyClasses) {
    attempt(key, (text) => {
      const node = parseDependency(text, built ? {} : { eapi: row, validFlags });
      if (built) return;
      for (const { atom } of atomsOf(node)) {
        if (atom.slotOperator === '=' && atom.slot !== null && atom.subSlot !== null) {
          problems.push(`${key}: \`${atom.text}\` carries a bound slot, which only built packages have`);
        }
      }
    });
  }
  for (const key of ['LICENSE', 'PROPERTIES', 'RESTRICT']) {
    attempt(key, (text) =>
      parseDepString(text, wordLeaf, { ...(built ? {} : { validFlags }), allowEmptyGroups: true }),
    );
  }
  if (!built) {
    attempt('REQUIRED_USE', (text) => {
      if (row.hasRequiredUse) parseRequiredUse(text, { eapi: row, validFlags });
      else problems.push(`REQUIRED_USE is set, which EAPI ${row.name} does not have`);
    });
  }
  return { problem: problems[0] ?? null, foreignFlags: built ? [] : [...foreign] };
}
