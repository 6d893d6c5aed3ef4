import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { giveSmallTree, removeSmallTree } from './small-tree';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'small-'));
  mkdirSync(join(base, 'tree/a/b'), { recursive: true });
  mkdirSync(join(base, 'outside'));
  writeFileSync(join(base, 'outside/kept'), 'kept');
  writeFileSync(join(base, 'tree/a/b/file'), '');
  symlinkSync('../../outside', join(base, 'tree/a/link'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe('a folder with few things in it', () => {
  it('is removed with its links, which are not followed', () => {
    expect(removeSmallTree(join(base, 'tree'))).toBe(true);
    expect(existsSync(join(base, 'tree'))).toBe(false);
    expect(readFileSync(join(base, 'outside/kept'), 'utf8')).toBe('kept');
  });

  it('is left to a program when it is large, deep, or a link', () => {
    for (let at = 0; at < 500; at += 1) writeFileSync(join(base, `tree/${at}`), '');
    expect(removeSmallTree(join(base, 'tree'))).toBe(false);
    mkdirSync(join(base, 'deep', ...Array.from({ length: 40 }, () => 'd')), { recursive: true });
    expect(removeSmallTree(join(base, 'deep'))).toBe(false);
    symlinkSync('outside', join(base, 'way'));
    expect(removeSmallTree(join(base, 'way'))).toBe(false);
    expect(readFileSync(join(base, 'outside/kept'), 'utf8')).toBe('kept');
  });

  it.runIf(process.getuid?.() === 0)('is given with its links; what belongs to others stays theirs', () => {
    chownSync(join(base, 'tree/a/b/file'), 7, 7);
    expect(giveSmallTree(join(base, 'tree'), 61000, 61000)).toBe(true);
    expect(['tree', 'tree/a', 'tree/a/b', 'tree/a/link'].map((path) => lstatSync(join(base, path)).uid)).toEqual(
      Array(4).fill(61000),
    );
    expect(lstatSync(join(base, 'tree/a/b/file')).uid).toBe(7);
    expect(lstatSync(join(base, 'outside/kept')).uid).toBe(0);
  });
});
