import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listPrefixes, openDatabase } from './index';

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

const script = `
  const database = new (require('libsql'))(process.argv[1]);
  database.exec('pragma journal_mode = wal; create table earlier (x)');
  database.close();`;

/** One that another process used before: it has no files beside it now. */
function databaseIn(home: string): void {
  mkdirSync(home);
  execFileSync(process.execPath, ['-e', script, join(home, 'studio.db')]);
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

describe.skipIf(!hasDisk)('an embedded database on a full disk', () => {
  it('is told as such, with its place, what it needs and what can go, when there is no room beside it', async () => {
    const home = join(folder, 'home');
    databaseIn(home);
    fill('rest');
    const full = {
      code: 'DISK_FULL',
      message: expect.stringMatching(/ is full while using the database `\/\S+\/home\/studio\.db`: .* are needed$/),
      hint: expect.stringContaining('prefix-studio clean'),
    };
    await expect(openDatabase({ home, url: null })).rejects.toMatchObject(full);
    execFileSync('rm', [join(folder, 'rest')]);
    const studio = await openDatabase({ home, url: null });
    expect(await listPrefixes(studio)).toEqual([]);
    await studio.close();
  });

  it('is told as such when there is no inode for a file beside it', async () => {
    const home = join(folder, 'other');
    databaseIn(home);
    const files = (run: string): void =>
      void execFileSync('bash', ['-c', run], { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] });
    files('for ((i = 0; i < 100; i++)); do : > "n$i" || exit 0; done');
    await expect(openDatabase({ home, url: null })).rejects.toMatchObject({ code: 'DISK_INODES_FULL' });
    files('rm n*');
  });
});
