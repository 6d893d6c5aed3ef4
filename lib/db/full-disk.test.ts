import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { createPrefix, listPrefixes, openDatabase } from './index';

const folder = mkdtempSync(join(tmpdir(), 'studio-full-'));

/** A disk of its own, which only root can make. */
const hasDisk = ((): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,nr_inodes=64', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

afterAll(() => {
  if (hasDisk) execFileSync('umount', ['-l', folder]);
  rmdirSync(folder);
});

/** As another process left it: there are no files beside it now. */
async function databaseIn(home: string): Promise<void> {
  const made = mkdtempSync(join(tmpdir(), 'studio-made-'));
  const studio = await openDatabase({ home: made, url: null });
  await createPrefix(studio, { name: 'kept', text: 'name: kept\n', now: '2026-01-01' });
  await sql`pragma wal_checkpoint(truncate)`.execute(studio.db);
  mkdirSync(home);
  copyFileSync(join(made, 'studio.db'), join(home, 'studio.db'));
  await studio.close();
  rmSync(made, { recursive: true });
}

const fill = (name: string): void => {
  for (const size of [65_536, 4096, 1]) {
    try {
      for (;;) appendFileSync(join(folder, name), Buffer.alloc(size));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
  }
};

/** By who only reads it, and nothing of the copy stays. */
async function isRead(home: string): Promise<void> {
  const copies = (): readonly string[] => readdirSync('/dev/shm').filter((name) => name.startsWith('prefix-studio-'));
  const before = copies();
  const studio = await openDatabase({ home, url: null, onlyReads: true });
  expect(await listPrefixes(studio)).toMatchObject([{ name: 'kept' }]);
  await studio.close();
  expect(copies()).toEqual(before);
}

describe.skipIf(!hasDisk)('an embedded database on a full disk', () => {
  it('is told as such, with its place, what it needs and what can go, when there is no room beside it', async () => {
    const home = join(folder, 'home');
    await databaseIn(home);
    fill('rest');
    const full = {
      code: 'DISK_FULL',
      message: expect.stringMatching(/ is full while using the database `\/\S+\/home\/studio\.db`: .* are needed$/),
      hint: expect.stringMatching(/`prefix-studio clean`.*`prefix-studio remove NAME`/),
    };
    await expect(openDatabase({ home, url: null })).rejects.toMatchObject(full);
    await isRead(home);
    execFileSync('rm', [join(folder, 'rest')]);
    const studio = await openDatabase({ home, url: null });
    expect(await listPrefixes(studio)).toMatchObject([{ name: 'kept' }]);
    await studio.close();
  });

  it('is told as such when there is no inode for a file beside it', async () => {
    const home = join(folder, 'other');
    await databaseIn(home);
    const files = (run: string): void =>
      void execFileSync('bash', ['-c', run], { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] });
    files('for ((i = 0; i < 100; i++)); do : > "n$i" || exit 0; done');
    await expect(openDatabase({ home, url: null })).rejects.toMatchObject({ code: 'DISK_INODES_FULL' });
    await isRead(home);
    files('rm n*');
  });
});
