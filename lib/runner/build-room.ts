import type { RunEvent } from '../api/events';
import { finishedPackages, type StudioDatabase } from '../db/index';
import { type Disk, diskOf, isUsedUp } from '../host/disk';
import { nameOfDisk } from '../host/disk-error';
import { formatBytes } from '../host/units';
import type { BuildObstacle } from '../plan/build-obstacle';
import type { Plan } from '../resolve/plan';
import { whatCanGoNow } from './what-can-go';

/** What the packages of a plan take on the disk once they are merged, as far as earlier builds here tell. */
export interface RoomNeed {
  readonly sizeBytes: number;
  readonly files: number;
  /** packages that were never built here */
  readonly unknown: number;
}

/** A disk on which a build is likely to end early; `isUsedUp`: nothing at all can be written. */
export interface ScarceRoom extends Omit<BuildObstacle, 'packages'> {
  readonly isUsedUp: boolean;
}

/** Less than this is little for any build: a compiler's work folder alone may need it. */
const littleBytes = 1e9;
const littleInodes = 10_000;

/** The work folder and the binary package of what is being built come on top of what is merged. */
const meanwhile = 2;

export const unknownNeed: RoomNeed = { sizeBytes: 0, files: 0, unknown: 0 };

/** What the builds of this machine tell of a plan's packages. */
export async function roomNeed(studio: StudioDatabase, { packages }: Pick<Plan, 'packages'>): Promise<RoomNeed> {
  const known = new Map<string, RunEvent & { readonly kind: 'package_finished' }>();
  for (const body of await finishedPackages(studio)) {
    const event = JSON.parse(body) as RunEvent & { readonly kind: 'package_finished' };
    if (!known.has(event.id)) known.set(event.id, event);
  }
  const work = packages.filter(({ action }) => action === 'build' || action === 'install');
  const found = work.flatMap(({ id }) => known.get(id) ?? []);
  return {
    sizeBytes: found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    files: found.reduce((sum, { files }) => sum + files, 0),
    unknown: work.length - found.length,
  };
}

/** Is there little room on the disk of the home for what a build needs? Null: enough, or nobody knows. */
export async function scarceRoom(home: string, need: RoomNeed, disk = diskOf(home)): Promise<ScarceRoom | null> {
  if (disk === null || disk.sizeBytes === 0 || !isScarce(disk, need)) return null;
  const full = isUsedUp(disk);
  const name = nameOfDisk(disk, home);
  const message = `${name.charAt(0).toUpperCase()}${name.slice(1)} is ${full ? 'full' : 'nearly full'}: ${freeOf(disk)}. ${needOf(need)}`;
  return { message: message.trim(), hint: `Make room first: ${await whatCanGoNow(home)}`, isUsedUp: full };
}

function isScarce({ freeBytes, inodes, freeInodes }: Disk, { sizeBytes, files }: RoomNeed): boolean {
  if (freeBytes < Math.max(littleBytes, sizeBytes * meanwhile)) return true;
  return inodes > 0 && freeInodes < Math.max(littleInodes, files * meanwhile);
}

function freeOf({ freeBytes, sizeBytes, inodes, freeInodes }: Disk): string {
  const files = inodes > 0 ? `, and ${freeInodes} of ${inodes} inodes` : '';
  return `${formatBytes(freeBytes)} of ${formatBytes(sizeBytes)} are free${files}`;
}

function needOf({ sizeBytes, files, unknown }: RoomNeed): string {
  if (files === 0) return '';
  const others = unknown > 0 ? `, without ${unknown} packages that were never built here` : '';
  return `If everything is built again, it takes ${formatBytes(sizeBytes)} in ${files} files${others}, and more while packages are being built.`;
}
