import { posix } from 'node:path';
import type { Board } from '../layout/names';
import { boards } from '../layout/names';
import { designFile } from './design-file';
import type { PackageTree } from './package-tree';
import { designReposConf } from './user-environment';

/** What a design says about the configuration of its roots; a design is one. */
export interface PrefixSettings {
  readonly board: Board;
  readonly path: string;
  readonly use: readonly string[];
  readonly package_use: Readonly<Record<string, readonly string[]>>;
  readonly accept_keywords: readonly string[];
  readonly package_accept_keywords: Readonly<Record<string, readonly string[]>>;
  readonly accept_license: readonly string[];
  readonly package_license: Readonly<Record<string, readonly string[]>>;
  readonly package_mask: readonly string[];
  readonly package_unmask: readonly string[];
  readonly make_conf: Readonly<Record<string, string>>;
  /** exact versions (`=virtual/mta-9999`) that the system on which the prefix runs has */
  readonly target_provides: readonly string[];
  /** `keep` says what the image packs although nothing needs it to run */
  readonly sysext?: false | { readonly keep: readonly string[] };
}

/** The two roots of a prefix: one to build in, one that ships. */
export type PrefixPlace = 'staging' | 'final';

/** What is only needed to build; left out of the root that ships. Source: portage make.conf(5) INSTALL_MASK. */
export const developmentFiles =
  '/usr/include /usr/lib64/pkgconfig /usr/share/pkgconfig /usr/share/aclocal /usr/lib64/cmake *.a *.la';

/** What a design's `make_conf` says of these comes behind what we say; of INSTALL_MASK the last pattern that names a file decides. */
const addedTo: ReadonlySet<string> = new Set(['INSTALL_MASK']);

const wordsOf = (value: string | undefined): readonly string[] => (value ?? '').split(/\s+/).filter(Boolean);

export interface PrefixConfiguration {
  /** directory that `make.profile` leads to */
  readonly profile: string;
  /** path below `etc/portage` -> text */
  readonly files: ReadonlyMap<string, string>;
}

/** A value between double quotes of make.conf. */
const quoted = (value: string): string => `"${value.replace(/[\\"$`]/g, '\\$&')}"`;

function makeConf(settings: PrefixSettings, tree: PackageTree, place: PrefixPlace): string {
  const { chost, keyword } = boards[settings.board];
  // of the same variable the design's own keys come last: fixes write them
  const { USE, ACCEPT_KEYWORDS, ACCEPT_LICENSE, ...others } = settings.make_conf;
  const variables: Record<string, string> = {
    CHOST: chost,
    ACCEPT_KEYWORDS: [keyword, `-~${keyword}`, ...wordsOf(ACCEPT_KEYWORDS), ...settings.accept_keywords].join(' '),
    USE: [...tree.defaultUse, ...wordsOf(USE), ...settings.use].join(' '),
  };
  const licenses = [...wordsOf(ACCEPT_LICENSE), ...settings.accept_license];
  if (licenses.length > 0) variables.ACCEPT_LICENSE = licenses.join(' ');
  const keepsDevelopment = settings.sysext !== false && settings.sysext?.keep.includes('development');
  if (place === 'final' && !keepsDevelopment) variables.INSTALL_MASK = developmentFiles;
  for (const [name, value] of Object.entries(others)) {
    // staging needs what the image leaves out
    if (name === 'INSTALL_MASK' && place === 'staging') continue;
    const before = addedTo.has(name) ? variables[name] : undefined;
    variables[name] = before === undefined ? value : `${before} ${value}`;
  }
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join('');
}

/** As the plan takes the repositories: a real Portage on the root has the same masters and names. */
function reposConf(tree: PackageTree): string {
  const { main, ordered } = tree.repositories;
  const blocks = ordered.map(({ name, location, priority, isMain, masters, aliases }) => {
    const lines = [`[${name}]`, `location = ${location}`];
    if (!isMain && priority !== 0) lines.push(`priority = ${priority}`);
    if (!isMain) lines.push(`masters = ${masters.join(' ')}`.trimEnd());
    if (aliases.length > 0) lines.push(`aliases = ${aliases.join(' ')}`);
    return lines.join('\n');
  });
  return `${[...(main ? [`[DEFAULT]\nmain-repo = ${main.name}`] : []), ...blocks].join('\n\n')}\n`;
}

const table = (record: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(record)
    .map(([atom, words]) => `${[atom, ...words].join(' ')}\n`)
    .join('');

/** The `etc/portage` of a root of a prefix. Plan and build read the same text. */
export function prefixConfigurationFiles(
  settings: PrefixSettings,
  tree: PackageTree,
  place: PrefixPlace = 'staging',
): PrefixConfiguration {
  const files = new Map(tree.skeleton);
  files.set('make.conf', makeConf(settings, tree, place));
  files.set(designReposConf, reposConf(tree));
  const own: Readonly<Record<string, string>> = {
    'package.use': table(settings.package_use),
    'package.accept_keywords': table(settings.package_accept_keywords),
    'package.license': table(settings.package_license),
    'package.mask': settings.package_mask.map((atom) => `${atom}\n`).join(''),
    'package.unmask': settings.package_unmask.map((atom) => `${atom}\n`).join(''),
    'profile/package.provided': settings.target_provides.map((atom) => `${atom.replace(/^=/, '')}\n`).join(''),
  };
  for (const [name, text] of Object.entries(own)) if (text !== '') files.set(posix.join(name, designFile), text);
  return { profile: tree.profileOf(settings.board), files };
}
