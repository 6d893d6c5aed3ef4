import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWritableFolder } from './writable-folder';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'writable-'));
  writeFileSync(join(base, 'file'), '');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

it('makes a folder with all above it, once and again', () => {
  for (let time = 0; time < 2; time += 1) makeWritableFolder(join(base, 'a/b/c'));
  expect(existsSync(join(base, 'a/b/c'))).toBe(true);
});

describe('a place that cannot hold a folder', () => {
  it.each([
    ['a file', () => join(base, 'file')],
    ['below a file', () => join(base, 'file/home/deep')],
  ])('is told: %s', (_, path) => {
    expect(() => makeWritableFolder(path())).toThrow(expect.objectContaining({ code: 'NOT_A_FOLDER' }));
  });

  it.each(['/proc/no/home', '/proc/self/home', '/sys/no/home', '/dev/null', '/dev/null/home'])(
    'is told in one line: a place of the kernel, where making folders may never end: %s',
    (path) => {
      expect(() => makeWritableFolder(path, 'opening the database')).toThrow(
        expect.objectContaining({
          name: 'DiskError',
          message: expect.stringMatching(/^[^\n]*`\/(?:proc|sys|dev)[^\n]*$/),
        }),
      );
    },
  );

  // root may write everywhere
  it.runIf(process.getuid?.() !== 0).each([
    ['what belongs to somebody else', '/'],
    ['what has a parent that cannot be written', '/no-home-of-ours/deep'],
  ])('is told: %s', (_, path) => {
    expect(() => makeWritableFolder(path)).toThrow(expect.objectContaining({ code: 'DISK_DENIED' }));
  });
});
