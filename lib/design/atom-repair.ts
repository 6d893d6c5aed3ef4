import { tryParseAtom } from '../pms/atom';

/** Small slips that leave the rest of an atom as it is. */
const cleaners: readonly ((text: string) => string)[] = [
  (text) => text.trim(),
  (text) => text.replace(/\s+#.*$/, ''),
  (text) => text.replace(/^(["'`])(.*)\1$/, '$2'),
  (text) => text.replace(/[,;]+$/, ''),
  (text) => text.replace(/\/{2,}/, '/'),
  (text) => text.replace(/:+$/, ''),
  (text) => text.replace(/\[\s*\]$/, ''),
  (text) => (text.includes('[') && !text.includes(']') ? `${text}]` : text),
  (text) => text.replace(/\[\]$/, ''),
];

/** Other ways in which people write a version, as Portage does. */
const rewrites: readonly ((text: string) => string)[] = [
  // pip, npm, and a blank between name and version
  (text) => text.replace(/^([^<>=~\s@]+\/[^\s@=]+?)\s*(?:==|=|@|\s)\s*v?(\d\S*)$/, '=$1-$2'),
  (text) => text.replace(/^([^<>=~!]+\/.+-v?\d.*)$/, '=$1'),
  (text) => text.replace(/^(?:[<>]=?|~)(.+\*)$/, '=$1'),
  (text) => text.replace(/^(=[^*]+\*).+$/, '$1'),
  // an operator without a version
  (text) => text.replace(/^[<>=~]+/, ''),
];

const isAtom = (text: string): boolean => tryParseAtom(text, { allowRepository: true }) !== null;

/** What somebody who wrote a text that is no atom probably meant; null: no idea. */
export function repairedAtom(text: string): string | null {
  const clean = cleaners.reduce((cleaned, step) => step(cleaned), text);
  const ways = [clean, ...rewrites.map((rewrite) => rewrite(clean))];
  return ways.find((way) => way !== text && way.includes('/') && isAtom(way)) ?? null;
}

/** What to do about texts that are no atoms for a reason of their own; null: nothing special. */
export function oddAtomHint(text: string): string | null {
  if (/^[a-z]+:\/\//i.test(text) || /\.ebuild$/.test(text) || /^[./~]/.test(text))
    return 'A design names packages. An ebuild of your own goes into an overlay (`repositories`, or `prefix-studio overlay`); the design then names its package.';
  if (/^-[A-Za-z0-9]/.test(text)) return `To keep a package out, write \`${text.slice(1)}\` in \`package_mask\`.`;
  if (/^[<>=~]/.test(text)) return /\*./.test(text) ? '`*` goes at the end of a version: `=app-misc/jq-1*`.' : null;
  if (text.includes('*'))
    return 'A design asks for packages one by one, or for a set (`@name`); `*` in names goes with `package_use` and masks.';
  return null;
}
