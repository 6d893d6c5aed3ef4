import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RemoveAnswer } from '../api/wire';
import { deletePrefix, getPrefix, listRuns, lockHolder, openDatabase, type StudioDatabase } from '../db/index';
import type { FileLock } from '../engine/file-lock';
import {
  EngineError,
  lockPrefix,
  type PrefixPlace,
  prefixPlace,
  removeWrapperLinks,
  wrapperPaths,
} from '../engine/index';
import { heldWork } from '../engine/work-record';
import { homeLayout } from '../home';
import { diskErrorOf, isOutOfRoom } from '../host/disk-error';
import { checkDesign } from './design-check';
import { folderSizeBytes } from './folder-size';
import { busy } from './run-requests';
import { emptyTrash, throwAway } from './trash';

/**
 * Removes the design, its runs with their logs, staging, final, image and the ebuilds taken home. They are out of the way at
 * once, and deleted in the background: by the next start, if this process ends before. Throws PREFIX_UNKNOWN, PREFIX_BUSY.
 */
export async function removePrefix(studio: StudioDatabase, name: string, home: string): Promise<RemoveAnswer> {
  const removed = await takeAway(studio, name, home);
  // what remains is tried again when the next prefix goes, by `clean` and at the next start
  emptyTrash(home).catch(() => undefined);
  return { name, removed: removed.map(({ path }) => path), freedBytes: null };
}

interface Removed {
  readonly path: string;
  readonly sizeBytes: number;
}

/** `measures`: their sizes, which takes a while; else 0. */
async function takeAway(
  studio: StudioDatabase,
  name: string,
  home: string,
  measures = false,
): Promise<readonly Removed[]> {
  const row = await getPrefix(studio, name);
  const [open] = await listRuns(studio, { prefix: name, states: ['queued', 'running'], limit: 1 });
  const holder = open?.id ?? (await lockHolder(studio, name));
  if (holder) throw busy(name, holder);
  const runs = await listRuns(studio, { prefix: name, limit: 100_000 });
  const { design } = checkDesign({ text: row.text }, home);
  const layout = homeLayout(home);
  const place = design ? prefixPlace(design, home) : null;
  const folders = [
    ...(place ? [place.stagingDir, place.finalDir, ...wrapperPaths(place, home)] : []),
    join(layout.images, name),
    join(layout.overlays, name),
    ...runs.map((run) => join(layout.runs, run.id)),
  ];
  const lock = place && (await lockForRemoval(place));
  const removed: Removed[] = [];
  try {
    if (place) removeWrapperLinks(place, home);
    for (const path of folders) {
      const sizeBytes = measures ? await folderSizeBytes(path) : 0;
      if (await throwAway(path, home)) removed.push({ path, sizeBytes: sizeBytes ?? 0 });
    }
    await deletePrefix(studio, name);
  } finally {
    await lock?.release();
  }
  return removed;
}

/** Keeps out who builds in a terminal; who sits in a shell is not put out. Null: nothing was built, or no lock has room. */
async function lockForRemoval(place: PrefixPlace): Promise<FileLock | null> {
  if (!existsSync(place.stagingDir)) return null;
  const lock = await lockPrefix(place, 'removal').catch((error: unknown) => {
    if (isOutOfRoom(diskErrorOf(error, { path: place.stagingDir }))) return null;
    throw error;
  });
  const [held] = lock ? await heldWork(place.stagingDir) : [];
  if (held === undefined) return lock;
  await lock?.release();
  throw new EngineError('PREFIX_BUSY', `the prefix \`${place.name}\` is in use: ${held}`);
}

/**
 * Opens the database and removes a prefix, on a full disk too: what is to be removed is then read from a copy of the database, and
 * there is room for the database itself once that is gone. Throws as `removePrefix` and `openDatabase` do.
 */
export async function removeFromHome(name: string, home: string): Promise<RemoveAnswer> {
  const removed: Removed[] = [];
  const remove = async (from: StudioDatabase): Promise<void> => {
    removed.push(...(await takeAway(from, name, home, true)));
    await emptyTrash(home);
  };
  let studio: StudioDatabase;
  try {
    studio = await openDatabase({ home });
  } catch (error) {
    if (!isOutOfRoom(error)) throw error;
    const copy = await openDatabase({ home, inMemory: true });
    try {
      await remove(copy);
    } finally {
      await copy.close();
    }
    studio = await openDatabase({ home });
  }
  try {
    await remove(studio);
    const freedBytes = removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return { name, removed: removed.map(({ path }) => path), freedBytes };
  } finally {
    await studio.close();
  }
}
