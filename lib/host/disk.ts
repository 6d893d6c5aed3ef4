import { readFileSync, realpathSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** The file system that holds a path. */
export interface Disk {
  readonly mountPoint: string;
  /** what is mounted there: a device, `host:/export`, or the word that the kernel shows */
  readonly source: string;
  /** `ext4`, `tmpfs`, `nfs4`, `fuse.sshfs` … */
  readonly type: string;
  readonly sizeBytes: number;
  /** what this user may still write */
  readonly freeBytes: number;
  /** how many files it can hold; 0: it does not count them */
  readonly inodes: number;
  readonly freeInodes: number;
}

export interface Mount {
  readonly mountPoint: string;
  readonly type: string;
  readonly source: string;
}

/** mountinfo writes blanks and backslashes as octal numbers. */
const decodeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** The mounts of a process, later ones over earlier ones. Source: proc_pid_mountinfo(5). */
export function parseMountInfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right] = line.split(' - ');
    const mountPoint = left.split(' ')[4];
    const [type, source] = (right ?? '').split(' ');
    if (mountPoint === undefined || type === undefined || source === undefined) return [];
    return [{ mountPoint: decodeOctal(mountPoint), type, source: decodeOctal(source) }];
  });
}

/** The mount that a path without links lies in: the deepest, and of several at one place the last. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | null {
  let best: Mount | null = null;
  for (const mount of mounts) {
    const below = mount.mountPoint === '/' ? '/' : `${mount.mountPoint}/`;
    if (path !== mount.mountPoint && !path.startsWith(below)) continue;
    if (best === null || mount.mountPoint.length >= best.mountPoint.length) best = mount;
  }
  return best;
}

/** The nearest folder upwards that is there, links resolved. */
function nearestExisting(path: string): string {
  for (let current = path; ; current = dirname(current)) {
    try {
      return realpathSync(current);
    } catch {
      if (dirname(current) === current) return current;
    }
  }
}

/** The disk on which a path lies or would lie; null when the kernel does not say. */
export function diskOf(path: string): Disk | null {
  try {
    const existing = nearestExisting(path);
    const mount = mountOf(existing, parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8')));
    const { bsize, blocks, bavail, files, ffree } = statfsSync(existing);
    return {
      mountPoint: mount?.mountPoint ?? existing,
      source: mount?.source ?? 'unknown device',
      type: mount?.type ?? 'unknown type',
      sizeBytes: blocks * bsize,
      freeBytes: bavail * bsize,
      inodes: files,
      freeInodes: ffree,
    };
  } catch {
    return null;
  }
}

/** Is there no room for anything, not even for a note that it is full? */
export const isUsedUp = (disk: Disk | null): boolean =>
  disk !== null && disk.sizeBytes > 0 && (disk.freeBytes < 65_536 || (disk.inodes > 0 && disk.freeInodes < 16));

/**
 * How far a disk can be shared. `local`: one kernel sees all that happens. `network`: other machines may use it at once,
 * and locks reach the server. `unlocked`: other machines may use it at once, and locks do not reach them.
 */
export type DiskSharing = 'local' | 'network' | 'unlocked';

const networkTypes: ReadonlySet<string> = new Set(['nfs', 'nfs4', 'ceph', 'lustre', 'gfs2', 'ocfs2', 'gpfs', 'beegfs']);
const unlockedTypes: ReadonlySet<string> = new Set([
  'cifs',
  'smb3',
  'smbfs',
  '9p',
  'afs',
  'virtiofs',
  'vboxsf',
  'prl_fs',
]);

/** File systems in user space on a disk of this machine. */
const localFuse: ReadonlySet<string> = new Set(['fuseblk', 'fuse.fuse-overlayfs', 'fuse.bindfs', 'fuse.gocryptfs']);

/** What the type of a file system means for locks and shared memory. */
export function sharingOf(type: string): DiskSharing {
  if (networkTypes.has(type)) return 'network';
  if (unlockedTypes.has(type)) return 'unlocked';
  if (type.startsWith('fuse') && !localFuse.has(type)) return 'unlocked';
  return 'local';
}
