import { describe, expect, it } from 'vitest';
import { StudioError } from '../errors';
import { diskErrorOf, diskErrorOfLine, tellsFullDisk } from './disk-error';

const use = { path: '/tmp/home', doing: '`app/x-1` was in compile' };
const system = (code: string, more: object = {}): Error => Object.assign(new Error(`${code}: no`), { code, ...more });

describe('what a disk refused', () => {
  it.each([
    ['ENOSPC', /^DISK_(INODES_)?FULL$/],
    ['EDQUOT', /^DISK_QUOTA$/],
    ['EROFS', /^DISK_READ_ONLY$/],
    ['EIO', /^DISK_BROKEN$/],
    ['EMFILE', /^FILES_OPEN_LIMIT$/],
    ['ENFILE', /^FILES_OPEN_LIMIT$/],
    ['SQLITE_FULL', /^DISK_(INODES_)?FULL$/],
    ['SQLITE_IOERR_WRITE', /^DISK_BROKEN$/],
    ['SQLITE_READONLY_DBMOVED', /^DISK_READ_ONLY$/],
  ])('%s is told with what was done and what to do', (code, told) => {
    const error = diskErrorOf(system(code), use);
    expect(error?.code).toMatch(told);
    expect(error?.message).toContain('while `app/x-1` was in compile');
    expect(error?.message).not.toContain(code);
    expect(error?.hint).toMatch(/\.$/);
  });

  it('names the disk, what is free, what is needed, and the way on', () => {
    const error = diskErrorOf(system('ENOSPC'), { ...use, needBytes: 5_000_000 });
    expect(error?.message).toMatch(
      /^the disk at `\/\S*` \(\S+, \w+\) is full .*: \S+ \w+ of \S+ \w+ are free, 5.0 MB are/,
    );
    expect(error?.hint).toContain('prefix-studio clean');
  });

  it.each(['EROFS', 'EACCES', 'ENOTDIR'])('%s: speaks of the data folder only where it is about that', (code) => {
    expect(diskErrorOf(system(code, { path: '/x/y' }), use)?.hint).toContain('PREFIX_STUDIO_HOME');
    const named = diskErrorOf(system(code, { path: '/x/y' }), { ...use, isNamed: true });
    expect(named?.hint).not.toContain('PREFIX_STUDIO_HOME');
    expect(named?.hint).toMatch(/ame (another|a) folder/);
  });

  it('believes the path of the error more than the one it was told', () => {
    expect(diskErrorOf(system('EACCES', { path: '/proc/1/x' }), use)?.message).toContain('`/proc/1/x`');
    expect(diskErrorOf(system('EROFS', { path: '/proc/x' }), use)?.details.type).toBe('proc');
  });

  it('is found below an error that wraps it, and in what a tool printed', () => {
    expect(diskErrorOf(new Error('outer', { cause: system('ENOSPC') }), use)?.code).toMatch(/FULL/);
    const said = new StudioError('TOOL_FAILED', '`tar` ended with status 2: x: Cannot write: No space left on device');
    expect(diskErrorOf(said, use)?.code).toMatch(/FULL/);
    const inDetails = new StudioError('TOOL_FAILED', 'no', { details: { stderr: 'a: Disk quota exceeded\nexiting' } });
    expect(diskErrorOf(inDetails, use)?.code).toBe('DISK_QUOTA');
  });

  it('stays as it is when it was told before', () => {
    const first = diskErrorOf(system('ENOSPC'), use);
    expect(diskErrorOf(first, { path: '/' })).toBe(first);
  });

  it.each([
    ['ENOENT', { path: '/x' }],
    ['EACCES', { syscall: 'listen', port: 80 }],
    ['EPERM', { syscall: 'kill' }],
    ['EACCES', { syscall: 'spawn foo', path: 'foo' }],
    ['SQLITE_CONSTRAINT_PRIMARYKEY', {}],
    ['SQLITE_BUSY', {}],
  ])('%s %o is something else', (code, more) => {
    expect(diskErrorOf(system(code, more), use)).toBeNull();
  });

  it.each([null, undefined, 'ENOSPC', 7, {}, new Error('no')])('%s is something else', (error) => {
    expect(diskErrorOf(error, use)).toBeNull();
  });
});

describe('what a tool prints', () => {
  it.each([
    'cc1: fatal error: error writing to /build/t.o: No space left on device',
    'tar: x: Cannot write: No space left on device',
    '/usr/bin/ld: final link failed: No space left on device',
    'cp: error writing x: Disk quota exceeded',
    "E: You don't have enough free space in /x/.",
  ])('%s', (line) => {
    expect(tellsFullDisk(line)).toBe(true);
    expect(diskErrorOfLine(line, use)?.code).toMatch(/^DISK_/);
  });

  it('is left alone when it tells of other things', () => {
    expect(diskErrorOfLine('checking for space... no', use)).toBeNull();
  });
});
