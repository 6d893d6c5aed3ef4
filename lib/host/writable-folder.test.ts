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

  it('is told: a file system of the kernel, where making folders never ends', () => {
    expect(() => makeWritableFolder('/proc/no/home')).toThrow(/\/proc/);
  });
});
