import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDesign } from '../design/index';
import {
  EngineError,
  lockPrefix,
  PackageStore,
  type PrefixPlace,
  prefixPlace,
  type StoredPackage,
} from '../engine/index';
import { liveFolder } from '../engine/network-wish';
import { readEntryFile } from '../engine/vdb';
import { heldWork } from '../engine/work-record';
import { homeLayout } from '../home';
import { removeTree } from '../host/remove-tree';
import { folderSizeBytes } from './folder-size';

/** What can go without losing a prefix: the next build makes or fetches it again when it needs it. */
export const cleanable = ['work', 'packages', 'distfiles', 'ccache'] as const;
export type Cleanable = (typeof cleanable)[number];

/** What each kind is, for people. */
export const cleanableWords: Readonly<Record<Cleanable, string>> = {
  work: 'work folders that failed builds left, and what is left of removed prefixes',
  packages: 'binary packages that are merged nowhere, and those that prefixes share',
  distfiles: 'source files and checkouts of live ebuilds, fetched again when a build needs them',
  ccache: 'what ccache keeps of compilations',
};

/** One thing that can go. */
export interface Leftover {
  readonly kind: Cleanable;
  readonly path: string;
  readonly sizeBytes: number;
  /** prefix that it belongs to; null: all share it */
  readonly prefix: string | null;
}

export interface CleanAnswer {
  readonly removed: readonly Leftover[];
  readonly freedBytes: number;
  /** prefixes that are being built, or have somebody in a shell, and were left alone */
  readonly busy: readonly string[];
}

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

/** The prefixes that were ever set up below the home, whether or not the database knows them. */
async function placesBelow(home: string): Promise<readonly PrefixPlace[]> {
  const places: PrefixPlace[] = [];
  const build = join(home, 'build');
  for (const board of await namesIn(build)) {
    for (const name of await namesIn(join(build, board))) {
      const text = await readFile(join(build, board, name, 'prefix.yaml'), 'utf8').catch(() => '');
      const parsed = parseDesign(text);
      if (parsed.ok) places.push(prefixPlace(parsed.design, home));
    }
  }
  return places;
}

async function measured(
  kind: Cleanable,
  path: string,
  prefix: string | null,
  signal?: AbortSignal,
): Promise<readonly Leftover[]> {
  const sizeBytes = await folderSizeBytes(path, signal).catch(() => null);
  return sizeBytes === null ? [] : [{ kind, path, sizeBytes, prefix }];
}

/** Work folders that failed and interrupted builds left. */
async function workOf(place: PrefixPlace, signal?: AbortSignal): Promise<readonly Leftover[]> {
  const folders = [place.stagingDir, place.finalDir].map((folder) => join(folder, 'tmp', 'portage'));
  return (await Promise.all(folders.map((folder) => measured('work', folder, place.name, signal)))).flat();
}

/** What ebuilds with PROPERTIES=live fetched and keep for their next build. */
const liveOf = ({ stagingDir, name }: PrefixPlace, signal?: AbortSignal): Promise<readonly Leftover[]> =>
  measured('distfiles', join(stagingDir, liveFolder), name, signal);

/** Binary packages that are merged neither in staging nor in final. */
async function unusedBuilds(place: PrefixPlace, signal?: AbortSignal): Promise<readonly StoredPackage[]> {
  const store = new PackageStore(place.pkgDir);
  const unused: StoredPackage[] = [];
  for (const cpv of await store.all()) {
    if (signal?.aborted) break;
    const merged = await Promise.all([place.staging, place.final].map((root) => readEntryFile(root, cpv, 'BUILD_ID')));
    unused.push(...(await store.builds(cpv)).filter(({ buildId }) => !merged.includes(`${buildId}`)));
  }
  return unused;
}

async function leftoversOf(place: PrefixPlace, signal?: AbortSignal): Promise<readonly Leftover[]> {
  const builds = await unusedBuilds(place, signal);
  const packages = await Promise.all(builds.map(({ path }) => measured('packages', path, place.name)));
  return [...(await workOf(place, signal)), ...packages.flat(), ...(await liveOf(place, signal))];
}

async function distfilesOf(home: string): Promise<readonly Leftover[]> {
  const { distfiles } = homeLayout(home);
  const found = await Promise.all(
    (await namesIn(distfiles)).map((name) => measured('distfiles', join(distfiles, name), null)),
  );
  return found.flat();
}

/** Packages that prefixes share: built again when another prefix needs them. */
const sharedOf = (home: string): Promise<readonly Leftover[]> => measured('packages', homeLayout(home).shared, null);

const ccacheOf = (home: string): Promise<readonly Leftover[]> =>
  measured('ccache', homeLayout(home).compileCache, null);

/** What a removal left that was ended before all was deleted. */
async function trashOf(home: string, signal?: AbortSignal): Promise<readonly Leftover[]> {
  const { trash } = homeLayout(home);
  const found = (await namesIn(trash)).map((name) => measured('work', join(trash, name), null, signal));
  return (await Promise.all(found)).flat();
}

/** What can go below the home, with its size. Aborted: what was found until then. */
export async function findLeftovers(home: string, signal?: AbortSignal): Promise<readonly Leftover[]> {
  const places = await placesBelow(home);
  const ofPrefixes = await Promise.all(places.map((place) => leftoversOf(place, signal)));
  const trash = await trashOf(home, signal);
  return [
    ...ofPrefixes.flat(),
    ...trash,
    ...(await sharedOf(home)),
    ...(await distfilesOf(home)),
    ...(await ccacheOf(home)),
  ];
}

/** Removes what can go, of the given kinds. Prefixes that are being built are left alone. */
export async function cleanHome(home: string, kinds: readonly Cleanable[]): Promise<CleanAnswer> {
  const removed: Leftover[] = [];
  const busy: string[] = [];
  for (const place of await placesBelow(home)) {
    try {
      removed.push(...(await cleanPrefix(place, kinds)));
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'PREFIX_BUSY') throw error;
      busy.push(place.name);
    }
  }
  if (kinds.includes('work')) removed.push(...(await removeAll(await trashOf(home))));
  if (kinds.includes('packages') && busy.length === 0) removed.push(...(await removeAll(await sharedOf(home))));
  if (kinds.includes('ccache') && busy.length === 0) removed.push(...(await removeAll(await ccacheOf(home))));
  // a build may be about to unpack one
  if (kinds.includes('distfiles') && busy.length === 0) removed.push(...(await removeAll(await distfilesOf(home))));
  return { removed, busy, freedBytes: removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

async function cleanPrefix(place: PrefixPlace, kinds: readonly Cleanable[]): Promise<readonly Leftover[]> {
  const lock = await lockPrefix(place, 'clean');
  try {
    const [held] = kinds.includes('work') ? await heldWork(place.stagingDir) : [];
    if (held) throw new EngineError('PREFIX_BUSY', `the prefix \`${place.name}\` is in use: ${held}`);
    const removed = [
      ...(kinds.includes('work') ? await removeAll(await workOf(place)) : []),
      ...(kinds.includes('distfiles') ? await removeAll(await liveOf(place)) : []),
    ];
    if (!kinds.includes('packages')) return removed;
    const builds = await unusedBuilds(place);
    const gone = (await Promise.all(builds.map(({ path }) => measured('packages', path, place.name)))).flat();
    if (builds.length > 0) await new PackageStore(place.pkgDir).remove(builds);
    return [...removed, ...gone];
  } finally {
    await lock.release();
  }
}

async function removeAll(leftovers: readonly Leftover[]): Promise<readonly Leftover[]> {
  for (const { path } of leftovers) await removeTree(path);
  return leftovers;
}
