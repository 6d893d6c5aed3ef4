import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { type ManifestEntry, parseManifest } from '../engine/manifest';
import { evaluateSourceUri } from '../engine/source-uri';
import { homeLayout } from '../home';
import { ContainedFolder } from '../host/contained-file';
import { isCategory, tryParseCpv } from '../pms';
import { limits } from '../repo/limits';

/** Where the ebuilds stand that were taken home for a prefix. */
export interface OverlayPlaces {
  /** name of the repository, as its `profiles/repo_name` has it */
  readonly name: string;
  readonly folder: string;
  /** the overlay itself: an ebuild repository like any other */
  readonly repository: string;
  /** each taken ebuild with all of its files as it was then, and `origin.json`: `CATEGORY/PF/` */
  readonly origin: string;
}

/** Names and folders of the overlay of a prefix; nothing needs to be there. */
export function overlayPlaces(home: string, prefix: string): OverlayPlaces {
  const folder = join(homeLayout(home).overlays, prefix);
  return {
    // the word behind it keeps `demo-1` from ending like a version, which no repository may. Source: PMS 3.1.5
    name: `${prefix.replace(/[^A-Za-z0-9_-]/g, '-')}-overlay`,
    folder,
    repository: join(folder, 'repository'),
    origin: join(folder, 'origin'),
  };
}

const originSchema = z.strictObject({
  cpv: z.string(),
  /** what it was there, when it was taken as another version; null: the same */
  takenFrom: z.string().nullable().default(null),
  /** repository and the tree it is part of; null: it belongs to none that has a name */
  repository: z.string(),
  tree: z.string().nullable(),
  /** folder of that repository */
  location: z.string(),
  commit: z.string().nullable(),
  takenAt: z.string(),
  /** eclasses that had to come along */
  eclasses: z.array(z.string()),
  /** where a distfile of the overlay's own Manifest came from, by its name */
  sources: z.record(z.string(), z.string()).default({}),
});

/** Where an ebuild of the overlay came from, written when it was taken. */
export type TakenOrigin = z.output<typeof originSchema>;

/** A taken ebuild, and how it stands beside what it was. Paths are relative to the repository. */
export interface TakenEbuild extends TakenOrigin {
  readonly category: string;
  readonly pn: string;
  readonly pf: string;
  /** files that differ from those taken, that came since, or that are gone */
  readonly changed: readonly string[];
  /** distfiles that its Manifest lists otherwise than the tree's */
  readonly otherSources: readonly string[];
}

const mostOriginBytes = 1024 * 1024;

const originOf = (origins: ContainedFolder, folder: string): TakenOrigin | null => {
  const answer = origins.read(join(folder, 'origin.json'), mostOriginBytes);
  if (answer.kind !== 'content') return null;
  try {
    return originSchema.parse(JSON.parse(answer.data.toString('utf8')));
  } catch {
    return null;
  }
};

const names = (folder: ContainedFolder, path: string): readonly string[] => {
  const answer = folder.list(path, limits.folderEntries);
  return answer.kind === 'content' ? answer.names : [];
};

/** Files below a folder with the path from it, sorted; links are read where they lead, inside of `contained`. */
export function filesBelow(contained: ContainedFolder, top: string): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  let leftBytes: number = limits.packageFilesBytes;
  const walk = (path: string, depth: number): void => {
    for (const name of depth > limits.configDepth ? [] : names(contained, join(top, path))) {
      const below = path === '' ? name : `${path}/${name}`;
      if (contained.kind(join(top, below)) === 'directory') walk(below, depth + 1);
      else {
        const answer = found.size < limits.configFiles ? contained.read(join(top, below), leftBytes) : null;
        if (answer?.kind !== 'content') continue;
        leftBytes -= answer.data.length;
        found.set(below, answer.data);
      }
    }
  };
  walk('', 0);
  return found;
}

/** Path in the repository of a file that is kept in the folder of an origin. */
export function pathInRepository(qualifiedName: string, kept: string): string {
  return kept.startsWith('eclass/') ? kept : `${qualifiedName}/${kept}`;
}

/** DIST entries of a Manifest; of one that cannot be read none. */
export function distEntries(text: string): ReadonlyMap<string, ManifestEntry> {
  try {
    return new Map(parseManifest(text).flatMap((entry) => (entry.kind === 'DIST' ? [[entry.name, entry]] : [])));
  } catch {
    return new Map();
  }
}

const formatEntry = ({ sizeBytes, hashes }: ManifestEntry): string =>
  [sizeBytes, ...Object.entries(hashes).sort().flat()].join(' ');

function describe(places: OverlayPlaces, origin: TakenOrigin): TakenEbuild | null {
  const cpv = tryParseCpv(origin.cpv);
  if (cpv === null) return null;
  const { category, pn, pf, qualifiedName } = cpv;
  const repository = new ContainedFolder(places.repository);
  const base = filesBelow(new ContainedFolder(places.origin), join(places.origin, category, pf));
  const changed: string[] = [];
  for (const [kept, data] of base) {
    if (kept === 'origin.json' || kept === 'Manifest') continue;
    const path = pathInRepository(qualifiedName, kept);
    const now = repository.read(join(places.repository, path), limits.packageFilesBytes);
    if (now.kind !== 'content' || !now.data.equals(data)) changed.push(path);
  }
  const own = filesBelow(repository, join(places.repository, qualifiedName, 'files'));
  for (const name of own.keys()) if (!base.has(`files/${name}`)) changed.push(`${qualifiedName}/files/${name}`);
  const manifest = repository.read(join(places.repository, qualifiedName, 'Manifest'), limits.manifestBytes);
  const mine = distEntries(manifest.kind === 'content' ? manifest.data.toString('utf8') : '');
  const theirs = distEntries(base.get('Manifest')?.toString('utf8') ?? '');
  const otherSources = [...mine.values()]
    .filter((entry) => {
      const before = theirs.get(entry.name);
      return before === undefined ? entry.name in origin.sources : formatEntry(before) !== formatEntry(entry);
    })
    .map(({ name }) => name);
  return { ...origin, category, pn, pf, changed: changed.sort(), otherSources: otherSources.sort() };
}

/** The ebuilds that were taken home for a prefix, by name. What somebody else put into the folders is passed over. */
export function readTakenEbuilds(places: OverlayPlaces): readonly TakenEbuild[] {
  const origins = new ContainedFolder(places.origin);
  return names(origins, places.origin).flatMap((category) =>
    isCategory(category)
      ? names(origins, join(places.origin, category)).flatMap((pf) => {
          const origin = originOf(origins, join(places.origin, category, pf));
          const taken = origin?.cpv === `${category}/${pf}` ? describe(places, origin) : null;
          return taken ?? [];
        })
      : [],
  );
}

/** `portage-stable` of tree flatcar at commit 1234567890ab */
export function originText({
  repository,
  tree,
  commit,
  takenFrom = null,
}: Pick<TakenOrigin, 'repository' | 'tree' | 'commit'> & Partial<Pick<TakenOrigin, 'takenFrom'>>): string {
  const place = tree === null || tree === repository ? `\`${repository}\`` : `\`${repository}\` of tree \`${tree}\``;
  const there = takenFrom === null ? place : `${takenFrom} in ${place}`;
  return commit === null ? there : `${there} at commit ${commit.slice(0, 12)}`;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** What has to be said of a package that is built from a taken ebuild, as the end of a sentence that begins with it. */
export function takenText(taken: TakenEbuild): string {
  const parts = [`your own copy of ${originText(taken)}`];
  if (taken.changed.length > 0) parts.push(`changed: ${taken.changed.map(baseName).slice(0, 5).join(', ')}`);
  for (const name of taken.otherSources) {
    const from = taken.sources[name];
    parts.push(`source differs: ${name}${from === undefined ? '' : ` from ${from}`}`);
  }
  return parts.join('; ');
}

/** Digest of everything of a taken ebuild that its owner may change, as it is now; `metadata` is the ebuild's. */
export function takenDigest(
  places: OverlayPlaces,
  { category, pn, pf }: TakenEbuild,
  metadata: Readonly<Record<string, string>>,
): string {
  const repository = new ContainedFolder(places.repository);
  const hash = createHash('sha256');
  let manifest = '';
  for (const [name, data] of filesBelow(repository, join(places.repository, category, pn))) {
    if (name === 'Manifest') manifest = data.toString('utf8');
    if (name !== `${pf}.ebuild` && !name.startsWith('files/')) continue;
    hash.update(`${name}\0${data.length}\0`).update(data);
  }
  const sources = new Set(evaluateSourceUri(metadata.SRC_URI ?? '', null).map(({ name }) => name));
  for (const entry of distEntries(manifest).values()) {
    if (sources.has(entry.name)) hash.update(`${entry.name} ${formatEntry(entry)}\n`);
  }
  return hash.update(metadata._eclasses_ ?? '').digest('hex');
}

/** What an entry of the installed-package database records of a package that was taken home. */
export const takenRecord = (
  places: OverlayPlaces,
  taken: TakenEbuild,
  metadata: Readonly<Record<string, string>>,
): string => `${takenDigest(places, taken, metadata)} ${takenText(taken)}`;
