import { PmsError } from './errors';

/** A version with its optional revision. Source: PMS 3.2. */
export interface Version {
  /** as written, with revision: PVR (`1.2_rc3-r1`) */
  readonly text: string;
  /** without revision: PV (`1.2_rc3`) */
  readonly base: string;
  /** the digits behind `-r` as written; null when there is no `-r` part */
  readonly revision: string | null;
  /** Two versions compare as their `order` strings do; equal strings, equal versions. */
  readonly order: string;
  /** the same without the revision: what `~` compares */
  readonly baseOrder: string;
}

const pattern = /^([0-9]+)((?:\.[0-9]+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|p)[0-9]*)*)(?:-r([0-9]+))?$/;

// What may follow a number part or a suffix, in the order PMS 3.3 puts it.
const endOfNumbers = '\x20';
const suffixRank: Readonly<Record<string, string>> = { alpha: '0', beta: '1', pre: '2', rc: '3', p: '5' };
const endOfSuffixes = '4';

const longest = 0x7000;

/** An unsigned integer of any length as text that sorts by value: its length, then its digits. */
function integerOrder(digits: string): string {
  let start = 0;
  while (start < digits.length && digits.charCodeAt(start) === 48) start += 1;
  const significant = start === 0 ? digits : digits.slice(start);
  let length = significant.length;
  let prefix = '';
  for (; length >= longest; length -= longest) prefix += '\u7fff';
  return prefix + String.fromCharCode(0x80 + length) + significant;
}

/** A component after the first: with a leading zero it is compared as a fraction. Source: PMS 3.3, algorithm 3.3. */
function componentOrder(digits: string): string {
  if (digits.charCodeAt(0) !== 48) return `B${integerOrder(digits)}`;
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 48) end -= 1;
  return `A${digits.slice(0, end)}\x01`;
}

function orderOfBase(first: string, rest: string, letter: string, suffixes: string): string {
  let order = integerOrder(first);
  if (rest !== '') for (const digits of rest.slice(1).split('.')) order += componentOrder(digits);
  order += endOfNumbers + (letter === '' ? endOfNumbers : letter);
  if (suffixes !== '') {
    for (const suffix of suffixes.slice(1).split('_')) {
      const type = suffix.replace(/[0-9]+$/, '');
      order += suffixRank[type] + integerOrder(suffix.slice(type.length));
    }
  }
  return order + endOfSuffixes;
}

const known = new Map<string, Version>();
const cacheLimit = 100_000;
/** Characters of a version; file names end at 255. */
const longestVersion = 1024;

/** The version, or null when the text is none. Equal text gives the same object. Source: PMS 3.2. */
export function tryParseVersion(text: string): Version | null {
  const cached = known.get(text);
  if (cached !== undefined) return cached;
  const match = text.length > longestVersion ? null : pattern.exec(text);
  if (match === null) return null;
  const [, first = '', rest = '', letter = '', suffixes = '', revision] = match;
  const baseOrder = orderOfBase(first, rest, letter, suffixes);
  const version: Version = {
    text,
    base: revision === undefined ? text : text.slice(0, text.length - revision.length - 2),
    revision: revision ?? null,
    order: baseOrder + integerOrder(revision ?? '0'),
    baseOrder,
  };
  if (known.size >= cacheLimit) known.clear();
  known.set(text, version);
  return version;
}

/** Is the text a version with an optional revision? Source: PMS 3.2. */
export function isVersion(text: string): boolean {
  return tryParseVersion(text) !== null;
}

/** Parses a version. Throws INVALID_VERSION. Source: PMS 3.2. */
export function parseVersion(text: string): Version {
  const version = tryParseVersion(text);
  if (version === null) {
    throw new PmsError('INVALID_VERSION', `\`${text.slice(0, 300)}\` is not a version`, {
      hint: 'A version is numbers with dots, then optionally one letter, suffixes such as `_rc1` and a revision such as `-r2`.',
      details: { text },
    });
  }
  return version;
}

/** Orders two versions. Negative: `a` is older. Numeric parts may have any length. Source: PMS 3.3. */
export function compareVersions(a: Version, b: Version): number {
  return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
}

/** Is it made of whatever a repository of sources holds just then? Such versions hold `9999` by custom; no metadata says it everywhere. */
export const isLiveVersion = ({ text }: Version): boolean => text.includes('9999');
