import { createHash } from 'node:crypto';

/** Lines `name url…` of `profiles/thirdpartymirrors`; comments and empty lines are skipped. Source: PMS 4.4.2. */
export function parseThirdPartyMirrors(text: string): ReadonlyMap<string, readonly string[]> {
  const mirrors = new Map<string, readonly string[]>();
  for (const line of text.split('\n')) {
    const [name, ...urls] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (name && urls.length > 0) mirrors.set(name, [...(mirrors.get(name) ?? []), ...urls]);
  }
  return mirrors;
}

/** `mirror://name/path` as real URLs, others as they are. An unknown mirror name gives none. */
export function expandMirrorUri(uri: string, mirrors: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found = /^mirror:\/\/([^/]+)\/(.*)$/.exec(uri);
  if (!found) return [uri];
  return (mirrors.get(found[1] as string) ?? []).map((base) => `${base.replace(/\/$/, '')}/${found[2]}`);
}

/** How a distfile mirror names its files: flat, or in folders named by a hash of the file name. Source: GLEP 75. */
export type MirrorLayout =
  | { readonly kind: 'flat' }
  | { readonly kind: 'filename-hash'; readonly algorithm: string; readonly cutoffs: readonly number[] };

const hashNames: Readonly<Record<string, string>> = {
  BLAKE2B: 'blake2b512',
  SHA512: 'sha512',
  SHA256: 'sha256',
  MD5: 'md5',
};

/** Layouts of a mirror's layout.conf that we can follow, best first; `flat` when it names none. */
export function parseMirrorLayouts(text: string): readonly MirrorLayout[] {
  const layouts: MirrorLayout[] = [];
  let section = '';
  for (const raw of text.split('\n')) {
    const line = raw.replace(/[#;].*/, '').trim();
    const header = /^\[(.*)\]$/.exec(line);
    if (header) section = header[1] as string;
    const value = /^\d+\s*=(.*)$/.exec(line)?.[1]?.trim();
    if (section !== 'structure' || value === undefined) continue;
    const [kind, algorithm = '', cutoffs = ''] = value.split(/\s+/);
    if (kind === 'flat') layouts.push({ kind });
    if (kind === 'filename-hash' && algorithm in hashNames && /^\d+(:\d+)*$/.test(cutoffs)) {
      layouts.push({ kind, algorithm, cutoffs: cutoffs.split(':').map(Number) });
    }
  }
  return layouts.length > 0 ? layouts : [{ kind: 'flat' }];
}

/** Path of a distfile below a mirror's `distfiles/`. Cutoffs count bits of the hash, four to a hex digit. */
export function mirrorPath(layout: MirrorLayout, name: string): string {
  if (layout.kind === 'flat') return encodeURIComponent(name);
  let digits = createHash(hashNames[layout.algorithm] as string)
    .update(name)
    .digest('hex');
  const folders = layout.cutoffs.map((bits) => {
    const folder = digits.slice(0, bits / 4);
    digits = digits.slice(bits / 4);
    return folder;
  });
  return [...folders, encodeURIComponent(name)].join('/');
}
