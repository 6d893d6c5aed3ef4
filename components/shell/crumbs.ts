import { viewsOfWorkspace } from './views';

export interface Crumb {
  readonly href: string;
  readonly label: string;
  /** shown small behind the label: the board of a prefix */
  readonly note?: string;
}

// a map: an address may say `__proto__`
const fixed: ReadonlyMap<string, string> = new Map([
  ['new', 'New prefix'],
  ['packages', 'Packages'],
  ['builds', 'Builds'],
  ['runner', 'Runner'],
  ['help', 'Help'],
]);

/** A step as a person wrote it; one with broken escapes as it stands, on the page that says that nothing is there. */
function readable(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** The way from Home to a path, with the board behind a prefix's name. */
export function crumbsOf(
  pathname: string,
  prefixes: readonly { readonly name: string; readonly board: string }[],
): Crumb[] {
  const [first, second, third] = pathname
    .split('/')
    .filter((step) => step !== '')
    .map(readable);
  const home = { href: '/', label: 'Prefixes' };
  if (first === undefined) return [home];
  if (first === 'p' && second !== undefined) {
    const base = `/p/${encodeURIComponent(second)}`;
    const prefix = { href: base, label: second, note: prefixes.find((row) => row.name === second)?.board };
    const view = viewsOfWorkspace.find((known) => known.segment === (third ?? ''));
    if (third === undefined || !view) return [home, prefix];
    return [home, prefix, { href: `${base}/${third}`, label: view.label }];
  }
  // a tree is listed on the page of packages
  if (first === 'trees' && second !== undefined) {
    return [
      { href: '/packages#trees', label: 'Packages' },
      { href: pathname, label: second },
    ];
  }
  const label = fixed.get(first) ?? first;
  const section = { href: `/${first}`, label };
  if (first === 'new') return [home, section];
  if (second === undefined) return [section];
  return [
    section,
    { href: pathname, label: first === 'builds' ? `Build ${second}` : [second, third].filter(Boolean).join('/') },
  ];
}
