import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who holds a lock. `startTicks` tells a process from a later one with the same id (field 22 of /proc/PID/stat). */
export interface LockHolder {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  readonly startTicks: string;
  readonly purpose: string;
}

export interface FileLock {
  release(): Promise<void>;
}

export type LockAttempt =
  | { readonly kind: 'locked'; readonly lock: FileLock }
  | { readonly kind: 'busy'; readonly holder: LockHolder };

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive(holder: LockHolder): boolean {
  if (holder.host !== hostname()) return true;
  return holder.boot === bootId() && startTicksOf(holder.pid) === holder.startTicks;
}

async function readHolder(path: string): Promise<LockHolder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as LockHolder;
  } catch {
    return null;
  }
}

/**
 * Takes the lock file at `path` or says who has it. The file appears complete (written aside, then hard-linked), so a
 * reader never sees half of it; the lock of a process that no longer lives is taken over.
 */
export async function tryLockFile(path: string, purpose: string): Promise<LockAttempt> {
  await mkdir(dirname(path), { recursive: true });
  const holder: LockHolder = {
    host: hostname(),
    boot: bootId(),
    pid: process.pid,
    startTicks: startTicksOf(process.pid) ?? '',
    purpose,
  };
  const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(own, JSON.stringify(holder));
  try {
    for (;;) {
      try {
        await link(own, path);
        return { kind: 'locked', lock: { release: () => rm(path, { force: true }) } };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const current = await readHolder(path);
      if (current && isAlive(current)) return { kind: 'busy', holder: current };
      // one of several waiters wins the rename; the others find either no file or the winner's
      await rename(path, `${own}.stale`).catch(() => undefined);
      const moved = await readHolder(`${own}.stale`);
      if (moved && isAlive(moved)) await link(`${own}.stale`, path).catch(() => undefined);
      await rm(`${own}.stale`, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Waits until the lock is free. Throws the signal's reason when it is aborted. */
export async function lockFile(path: string, purpose: string, signal?: AbortSignal): Promise<FileLock> {
  for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, 500)) {
    const attempt = await tryLockFile(path, purpose);
    if (attempt.kind === 'locked') return attempt.lock;
    await sleep(waitMs, undefined, { signal });
  }
}

/** Runs `work` while holding the lock. */
export async function withFileLock<T>(
  path: string,
  purpose: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const lock = await lockFile(path, purpose, signal);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
