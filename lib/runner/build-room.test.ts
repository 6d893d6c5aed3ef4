import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendEvents, createRun, openDatabase, type StudioDatabase } from '../db/index';
import type { Disk } from '../host/disk';
import { DiskError, diskErrorOf, whatCanGo } from '../host/disk-error';
import { roomNeed, scarceRoom, unknownNeed } from './build-room';
import { hintWithSizes, whatCanGoNow } from './what-can-go';

const home = mkdtempSync(join(tmpdir(), 'room-'));
const disk = (freeBytes: number, freeInodes = 900_000): Disk => ({
  mountPoint: '/data',
  source: '/dev/sdb1',
  type: 'ext4',
  sizeBytes: 100e9,
  freeBytes,
  inodes: 1_000_000,
  freeInodes,
});

beforeAll(() => {
  mkdirSync(join(home, 'distfiles'));
  writeFileSync(join(home, 'distfiles/x-1.tgz'), '12345');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('room for a build', () => {
  const need = { sizeBytes: 4e9, files: 60_000, unknown: 2 };

  it.each([
    ['much', disk(50e9), unknownNeed, null],
    ['few bytes', disk(0.9e9), unknownNeed, 'nearly full: 900 MB of 100 GB are free'],
    ['few inodes', disk(50e9, 900), unknownNeed, '900 of 1000000 inodes'],
    ['much, and less than it needs', disk(7e9), need, 'it takes 4.0 GB in 60000 files, without 2 packages'],
    ['fewer inodes than it needs', disk(50e9, 100_000), need, '100000 of 1000000 inodes'],
    ['a disk that counts no inodes', { ...disk(50e9, 0), inodes: 0 }, need, null],
    ['no byte', disk(0), unknownNeed, 'is full: 0 B of 100 GB'],
  ])('%s', async (_, there, needed, said) => {
    const scarce = await scarceRoom(home, needed, there);
    if (said === null) return expect(scarce).toBeNull();
    expect(scarce?.message).toContain(said);
    expect(scarce?.message).toMatch(/^The disk at `\/data` \(\/dev\/sdb1, ext4\)/);
    expect(scarce?.isUsedUp).toBe(said.startsWith('is full'));
    expect(scarce?.hint).toContain('`prefix-studio clean --distfiles` frees 5 B');
  });
});

describe('what a build takes', () => {
  let studio: StudioDatabase;
  beforeAll(async () => {
    studio = await openDatabase({ home: join(home, 'db'), url: null });
  });
  afterAll(() => studio.close());

  it('is known from the newest build of each package', async () => {
    const finished = (id: string, sizeBytes: number) =>
      JSON.stringify({ kind: 'package_finished', id, durationMs: 1, sizeBytes, files: 2 });
    for (const [run, sizeBytes] of [
      ['1', 10],
      ['2', 20],
    ] as const) {
      const row = { id: run, prefix: 'p', board: 'amd64-usr' as const, text: '', revision: 1, summary: '{}' };
      await createRun(studio, { ...row, origin: 'command', jobs: null, retry_of: null, queued_at: '' });
      const event = { seq: 1, at: '', kind: 'package_finished', body: finished('staging|a/b-1', sizeBytes) };
      await appendEvents(studio, run, [event], { seq: 1 });
    }
    const packages = [
      { id: 'staging|a/b-1', action: 'build' },
      { id: 'final|a/b-1', action: 'install' },
      { id: 'host|c/d-1', action: 'provided' },
    ];
    expect(await roomNeed(studio, { packages } as never)).toEqual({ sizeBytes: 20, files: 2, unknown: 1 });
  });
});

describe('the error of a full disk', () => {
  it('names what can go with sizes, when the home is on that disk', async () => {
    const full = diskErrorOf(Object.assign(new Error('x'), { code: 'ENOSPC' }), { path: home }) as DiskError;
    expect(await hintWithSizes(full, home)).toContain('`prefix-studio clean --distfiles` frees 5 B (5 B source files');
    const elsewhere = new DiskError('DISK_FULL', 'x', { hint: whatCanGo, details: { mountPoint: '/elsewhere' } });
    expect(await hintWithSizes(elsewhere, home)).toBe(whatCanGo);
  });

  it('says that nothing can go, and never measures longer than it may', async () => {
    expect(await whatCanGoNow(join(home, 'nowhere'))).toContain('remove NAME');
    expect(await whatCanGoNow(join(home, 'nowhere'), AbortSignal.abort())).toBe(whatCanGo);
    expect(await whatCanGoNow(home, AbortSignal.abort())).toMatch(
      /frees at least 5 B .*; `prefix-studio remove NAME` removes/,
    );
  });
});
