import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { childEnvironment } from '../host/child-environment';
import { diskOf, sharingOf } from '../host/disk';
import { processSpace } from '../host/process-state';
import { EngineError } from './errors';
import { toolMissing } from './tool-missing';

/** Who holds a lock, as far as it wrote that down: for messages. */
export interface LockHolder {
  readonly host: string;
  /** boot of its machine and PID namespace; the number means something only there */
  readonly space: string;
  readonly pid: number;
  readonly purpose: string;
  /** another lock that it holds as long as this one, which then is in no kernel: a path */
  readonly under?: string;
}

export interface FileLock {
  release(): Promise<void>;
}

export type LockAttempt =
  | { readonly kind: 'locked'; readonly lock: FileLock }
  | { readonly kind: 'busy'; readonly holder: LockHolder };

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** default: what the file system at the lock is */
  readonly sharing?: ReturnType<typeof sharingOf>;
  /** a lock that the caller holds until it has given this one back: a path */
  readonly under?: string;
}

/** Exit status of flock(1) when somebody else has the lock and it was told not to wait. */
const heldElsewhere = 7;

/**
 * Locks an open file for this process by the kernel (flock(2)): flock(1) is given our descriptor, and a lock belongs to what
 * is open and not to who asked for it. The kernel gives it back when this process ends, however it ends; names of hosts,
 * process numbers, zombies and clocks do not come into it. Other containers see it, and so do other machines over NFS.
 */
function flock(handle: FileHandle, waits: boolean, signal?: AbortSignal): Promise<boolean> {
  const how = waits ? [] : ['-n', '-E', `${heldElsewhere}`];
  return new Promise((resolve, reject) => {
    const child = spawn('flock', ['-x', ...how, '3'], {
      stdio: ['ignore', 'ignore', 'pipe', handle.fd],
      env: childEnvironment(),
      signal,
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? toolMissing('flock', error) : error),
    );
    child.on('close', (status) => {
      if (status === 0) resolve(true);
      else if (!waits && status === heldElsewhere) resolve(false);
      else reject(new EngineError('TOOL_FAILED', `\`flock\` ended with status ${status}: ${said.trim()}`));
    });
  });
}

async function readHolder(path: string): Promise<LockHolder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as LockHolder;
  } catch {
    return null;
  }
}

const unknownHolder: LockHolder = { host: 'unknown', space: '', pid: 0, purpose: 'unknown' };

/** Is what was locked still what the path names? Its last holder may have removed it in between. */
async function isAt(handle: FileHandle, path: string): Promise<boolean> {
  const [own, there] = await Promise.all([handle.stat(), stat(path).catch(() => null)]);
  return there !== null && there.ino === own.ino && there.dev === own.dev;
}

/**
 * A holder that the kernel here cannot know of. Only where locks do not reach other machines: what is written in the file has
 * to do then. A holder of an earlier boot of this machine is gone.
 */
function foreignHolder(holder: LockHolder | null, sharing: ReturnType<typeof sharingOf>): LockHolder | null {
  if (sharing !== 'unlocked' || holder === null) return null;
  return holder.host === hostname() || bootOf(holder.space) === bootOf(processSpace()) ? null : holder;
}

const bootOf = (space: string): string => space.split('/')[0] ?? '';

/** Does somebody hold it by another lock that is held? The caller, who holds that one, knows that it does not. */
async function isHeldUnder(holder: LockHolder | null, own: string | undefined): Promise<boolean> {
  const under = holder?.under;
  if (typeof under !== 'string' || under === own) return false;
  const handle = await open(under, 'r').catch(() => null);
  if (handle === null) return false;
  try {
    return !(await flock(handle, false));
  } finally {
    await handle.close();
  }
}

/**
 * Takes a lock for as long as the caller holds another: the file appears at once with what is in it, and no program is
 * started. null: there is a file already, whoever has or had it.
 */
async function lockByName(path: string, purpose: string, under: string): Promise<FileLock | null> {
  const named = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
  const holder: LockHolder = { ...ownHolder(purpose), under };
  try {
    await writeFile(named, JSON.stringify(holder), { flag: 'wx' });
    await link(named, path);
    return { release: () => rm(path, { force: true }) };
  } catch {
    return null;
  } finally {
    await rm(named, { force: true });
  }
}

/** Null: somebody else has it. */
async function lockOnce(path: string, purpose: string, waits: boolean, options: LockOptions): Promise<FileLock | null> {
  for (;;) {
    const handle = await open(path, 'a+');
    try {
      if (!(await flock(handle, waits, options.signal))) return await closed(handle);
      if (!(await isAt(handle, path))) {
        await handle.close();
        continue;
      }
      const sharing = options.sharing ?? sharingOf(diskOf(path)?.type ?? '');
      const holder = await readHolder(path);
      if (foreignHolder(holder, sharing)) return await closed(handle);
      if (await isHeldUnder(holder, options.under)) return await closed(handle);
      return await hold(handle, path, purpose, sharing === 'unlocked');
    } catch (error) {
      await handle.close().catch(() => {});
      throw error;
    }
  }
}

const ownHolder = (purpose: string): LockHolder => ({
  host: hostname(),
  space: processSpace(),
  pid: process.pid,
  purpose,
});

async function closed(handle: FileHandle): Promise<null> {
  await handle.close();
  return null;
}

async function hold(handle: FileHandle, path: string, purpose: string, isVital: boolean): Promise<FileLock> {
  const holder = ownHolder(purpose);
  try {
    await handle.truncate(0);
    await handle.write(JSON.stringify(holder));
  } catch (error) {
    // where the kernel keeps the lock the text is for people only, and a full disk must not stop who wants to free it
    if (isVital) throw error;
  }
  return {
    // removed while it is held: whoever opened it meanwhile finds that it is no longer there, and opens the next one
    release: async () => {
      await rm(path, { force: true });
      await handle.close();
    },
  };
}

/** Takes the lock file at `path`, or says who has it. The lock of a process that ended is free. */
export async function tryLockFile(path: string, purpose: string, options: LockOptions = {}): Promise<LockAttempt> {
  await mkdir(dirname(path), { recursive: true });
  const named = options.under === undefined ? null : await lockByName(path, purpose, options.under);
  const lock = named ?? (await lockOnce(path, purpose, false, options));
  if (lock) return { kind: 'locked', lock };
  return { kind: 'busy', holder: (await readHolder(path)) ?? unknownHolder };
}

/** Waits until the lock is free. Throws PREFIX_BUSY when it is held where no kernel tells of its end; the signal's reason. */
export async function lockFile(path: string, purpose: string, options: LockOptions = {}): Promise<FileLock> {
  options.signal?.throwIfAborted();
  await mkdir(dirname(path), { recursive: true });
  const lock = await lockOnce(path, purpose, true, options);
  if (lock) return lock;
  throw new EngineError('PREFIX_BUSY', `\`${path}\` is held by another machine: ${(await readHolder(path))?.host}`, {
    hint: 'Locks do not reach other machines on this file system. If that one is gone, delete the file.',
  });
}

/** Runs `work` while holding the lock. */
export async function withFileLock<T>(
  path: string,
  purpose: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const lock = await lockFile(path, purpose, { signal });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
