import { PmsError } from './errors';
import { tryParseVersion, type Version } from './version';

/** A package with its version, in the words of PMS 11.1. */
export interface Cpv {
  /** CATEGORY */
  readonly category: string;
  /** PN, `vim` */
  readonly pn: string;
  readonly version: Version;
  /** PV, `7.0.174` */
  readonly pv: string;
  /** PR, `r0` when the version has no revision */
  readonly pr: string;
  /** PVR as written, `7.0.174-r1` */
  readonly pvr: string;
  /** P, `vim-7.0.174` */
  readonly p: string;
  /** PF, `vim-7.0.174-r1` */
  readonly pf: string;
  /** `app-editors/vim` */
  readonly qualifiedName: string;
  /** as written */
  readonly text: string;
}

const categoryPattern = /^[A-Za-z0-9_][A-Za-z0-9+_.-]*$/;
const packagePattern = /^[A-Za-z0-9_][A-Za-z0-9+_-]*$/;

/** Source: PMS 3.1.1. */
export function isCategory(text: string): boolean {
  return categoryPattern.test(text);
}

/** Source: PMS 3.1.2: must not end in a hyphen and a version. */
export function isPackageName(text: string): boolean {
  return packagePattern.test(text) && splitVersion(text) === null;
}

/** Cuts `name-version` at the hyphen before the version; null when no version ends the text. The name is not judged. */
export function splitVersion(text: string): { readonly name: string; readonly version: Version } | null {
  const last = text.lastIndexOf('-');
  if (last <= 0) return null;
  const tail = text.slice(last + 1);
  if (/^r[0-9]+$/.test(tail)) {
    const before = text.lastIndexOf('-', last - 1);
    const version = before > 0 ? tryParseVersion(text.slice(before + 1)) : null;
    return version && { name: text.slice(0, before), version };
  }
  const version = tryParseVersion(tail);
  return version && { name: text.slice(0, last), version };
}

/** The cpv, or null when the text is none. */
export function tryParseCpv(text: string): Cpv | null {
  const slash = text.indexOf('/');
  if (slash < 0) return null;
  const category = text.slice(0, slash);
  const pf = text.slice(slash + 1);
  const split = splitVersion(pf);
  if (split === null || !isCategory(category) || !isPackageName(split.name)) return null;
  const { name: pn, version } = split;
  return {
    category,
    pn,
    version,
    pv: version.base,
    pr: `r${version.revision ?? '0'}`,
    pvr: version.text,
    p: `${pn}-${version.base}`,
    pf,
    qualifiedName: `${category}/${pn}`,
    text,
  };
}

/** Parses `category/PN-PVR`. Throws INVALID_CPV. Source: PMS 3.1, 3.2. */
export function parseCpv(text: string): Cpv {
  const cpv = tryParseCpv(text);
  if (cpv === null) {
    throw new PmsError('INVALID_CPV', `\`${text}\` is not a package with its version`, {
      hint: 'Write category, name and version without an operator, for instance `sys-libs/zlib-1.3.1-r1`.',
      details: { text },
    });
  }
  return cpv;
}
