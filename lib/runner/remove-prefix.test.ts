import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPrefix, getPrefix, openDatabase, type StudioDatabase } from '../db/index';
import { lockPrefix, prefixPlace } from '../engine/index';
import { removeFromHome, removePrefix } from './remove-prefix';
import { emptyTrash, throwAway } from './trash';

const starter = resolve(import.meta.dirname, '../../public/starters/tree.yaml');
const folder = mkdtempSync(join(tmpdir(), 'remove-full-'));

/** A disk of its own, which only root can make. */
const hasDisk = ((): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,nr_inodes=256', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

afterAll(() => {
  if (hasDisk) execFileSync('umount', ['-l', folder]);
  rmdirSync(folder);
});

describe('removing a prefix', () => {
  const design = { name: 'tree', board: 'amd64-usr', path: '/opt/tree' } as const;
  let home: string;
  let studio: StudioDatabase;
  const place = () => prefixPlace(design, home);

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'remove-'));
    studio = await openDatabase({ home, url: null });
    const text = 'name: tree\nboard: amd64-usr\npath: /opt/tree\npackages: [app-text/tree]\n';
    await createPrefix(studio, { name: 'tree', text, now: new Date(0).toISOString() });
    mkdirSync(place().stagingDir, { recursive: true });
    writeFileSync(join(place().stagingDir, 'file'), '12345');
  });
  afterEach(async () => {
    await studio.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('answers when all is out of the way, and the command line when it is deleted', async () => {
    const { stagingDir } = place();
    expect(await removePrefix(studio, 'tree', home)).toEqual({ name: 'tree', removed: [stagingDir], freedBytes: null });
    expect(existsSync(stagingDir)).toBe(false);
    expect(await getPrefix(studio, 'tree').catch(({ code }) => code)).toBe('PREFIX_UNKNOWN');
  });

  it('is a no while somebody builds it in a terminal', async () => {
    const lock = await lockPrefix(place(), 'build');
    await expect(removePrefix(studio, 'tree', home)).rejects.toMatchObject({ code: 'PREFIX_BUSY' });
    expect(existsSync(join(place().stagingDir, 'file'))).toBe(true);
    await lock.release();
    expect(await removeFromHome('tree', home)).toMatchObject({ removed: [place().stagingDir], freedBytes: 5 });
    expect(readdirSync(join(home, 'trash'))).toEqual([]);
  });

  it('is finished by whoever comes next when it was ended in between', async () => {
    expect(await throwAway(place().stagingDir, home)).toBe(true);
    expect(await throwAway(place().stagingDir, home)).toBe(false);
    expect(await getPrefix(studio, 'tree')).toMatchObject({ name: 'tree' });
    expect(readdirSync(join(home, 'trash'))).toHaveLength(1);
    await emptyTrash(home);
    expect(readdirSync(join(home, 'trash'))).toEqual([]);
  });
});

const untilFull = (take: (count: number) => void): void => {
  try {
    for (let count = 0; ; count++) take(count);
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
  }
};

describe.skipIf(!hasDisk)('removing a prefix from a full disk', () => {
  it.each([
    [
      'without a byte',
      'DISK_FULL',
      (place: string): void => {
        for (const size of [65_536, 4096, 1]) {
          untilFull(() => appendFileSync(join(place, 'bytes'), Buffer.alloc(size)));
        }
      },
    ],
    [
      'without an inode',
      'DISK_INODES_FULL',
      (place: string): void => untilFull((count) => writeFileSync(join(place, `${count}`), '')),
    ],
  ])('%s succeeds, and makes room', async (_, code, fill) => {
    const [made, home] = ['made', 'home'].map((name) => join(folder, `${name}-${code}`)) as [string, string];
    const rest = join(folder, 'rest');
    const before = await openDatabase({ home: made, url: null });
    await createPrefix(before, { name: 'tree', text: readFileSync(starter, 'utf8'), now: new Date(0).toISOString() });
    await sql`pragma wal_checkpoint(truncate)`.execute(before.db);
    // as another process leaves it: without files beside it
    mkdirSync(home);
    copyFileSync(join(made, 'studio.db'), join(home, 'studio.db'));
    await before.close();
    rmSync(made, { recursive: true });
    const staging = join(home, 'build/prefix-amd64-usr/tree/');
    mkdirSync(staging, { recursive: true });
    for (let count = 0; count < 8; count++) writeFileSync(join(staging, `${count}`), Buffer.alloc(200_000));
    mkdirSync(rest);
    fill(rest);

    await expect(openDatabase({ home, url: null })).rejects.toMatchObject({ code });
    expect(await removeFromHome('tree', home)).toMatchObject({ name: 'tree', removed: [staging] });
    expect(existsSync(staging)).toBe(false);
    await expect(removeFromHome('tree', home)).rejects.toMatchObject({ code: 'PREFIX_UNKNOWN' });
    for (const path of [home, rest]) rmSync(path, { recursive: true });
  });
});
