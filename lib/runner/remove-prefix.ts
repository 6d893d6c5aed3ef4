import { join } from 'node:path';
import type { RemoveAnswer } from '../api/wire';
import { deletePrefix, getPrefix, listRuns, lockHolder, openDatabase, type StudioDatabase } from '../db/index';
import { prefixPlace, removeWrapperLinks, wrapperPaths } from '../engine/index';
import { homeLayout } from '../home';
import { isOutOfRoom } from '../host/disk-error';
import { removeTree } from '../host/remove-tree';
import { checkDesign } from './design-check';
import { folderSizeBytes } from './folder-size';
import { busy } from './run-requests';

/** Removes the design, its runs with their logs, staging, final, image and the ebuilds taken home. Throws PREFIX_UNKNOWN, PREFIX_BUSY. */
export async function removePrefix(studio: StudioDatabase, name: string, home: string): Promise<RemoveAnswer> {
  const row = await getPrefix(studio, name);
  const [open] = await listRuns(studio, { prefix: name, states: ['queued', 'running'], limit: 1 });
  const holder = open?.id ?? (await lockHolder(studio, name));
  if (holder) throw busy(name, holder);
  const runs = await listRuns(studio, { prefix: name, limit: 100_000 });
  const { design } = checkDesign({ text: row.text }, home);
  const layout = homeLayout(home);
  const places = design ? [prefixPlace(design, home)] : [];
  const folders = [
    ...places.flatMap((place) => [place.stagingDir, place.finalDir, ...wrapperPaths(place, home)]),
    join(layout.images, name),
    join(layout.overlays, name),
    ...runs.map((run) => join(layout.runs, run.id)),
  ];
  for (const place of places) removeWrapperLinks(place, home);
  let freedBytes = 0;
  const removed: string[] = [];
  for (const folder of folders) {
    const sizeBytes = await folderSizeBytes(folder);
    if (sizeBytes === null) continue;
    await removeTree(folder);
    freedBytes += sizeBytes;
    removed.push(folder);
  }
  await deletePrefix(studio, name);
  return { name, removed, freedBytes };
}

/**
 * Opens the database and removes a prefix, on a full disk too: what is to be removed is then read from a copy of the database, and
 * there is room for the database itself once that is gone. Throws as `removePrefix` and `openDatabase` do.
 */
export async function removeFromHome(name: string, home: string): Promise<RemoveAnswer> {
  let removed: RemoveAnswer | null = null;
  let studio: StudioDatabase;
  try {
    studio = await openDatabase({ home });
  } catch (error) {
    if (!isOutOfRoom(error)) throw error;
    const copy = await openDatabase({ home, inMemory: true });
    try {
      removed = await removePrefix(copy, name, home);
    } finally {
      await copy.close();
    }
    studio = await openDatabase({ home });
  }
  try {
    const last = await removePrefix(studio, name, home);
    return removed ?? last;
  } finally {
    await studio.close();
  }
}
