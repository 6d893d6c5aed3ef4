import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeldDirectories, inDirectory } from './held-directories';

describe('held directories', () => {
  let base: string;
  let held: HeldDirectories;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'held-'));
    mkdirSync(join(base, 'root/a/b'), { recursive: true });
    mkdirSync(join(base, 'outside'));
    held = new HeldDirectories(join(base, 'root'));
  });
  afterEach(() => {
    held.release();
    rmSync(base, { recursive: true });
  });

  it('lead to files at any depth, one after the other', () => {
    for (const path of ['/top', '/a/one', '/a/b/two', '/a/three']) writeFileSync(held.at(path) as string, '');
    expect(readdirSync(join(base, 'root'), { recursive: true }).sort()).toEqual(
      ['a', 'a/b', 'a/b/two', 'a/one', 'a/three', 'top'].sort(),
    );
  });

  it.each([
    ['a link', () => symlinkSync('../outside', join(base, 'root/way'))],
    ['a link within', () => symlinkSync('a', join(base, 'root/way'))],
    ['a link to itself', () => symlinkSync('way', join(base, 'root/way'))],
    ['a file', () => writeFileSync(join(base, 'root/way'), '')],
    ['nothing', () => undefined],
  ])('lead nowhere over %s', (_, make) => {
    make();
    expect(held.at('/way/file')).toBeNull();
    expect(inDirectory(join(base, 'root/way'), () => expect.unreachable())).toBe(false);
  });

  it.each(['/', '/..', '/a/../../outside/file', '/a/..'])('lead nowhere for the path %s', (path) => {
    expect(held.at(path)).toBeNull();
  });

  it('stay where they are when a link is put in their place', () => {
    const file = held.at('/a/b/file') as string;
    renameSync(join(base, 'root/a'), join(base, 'root/moved'));
    symlinkSync('../outside', join(base, 'root/a'));
    writeFileSync(file, '');
    expect(lstatSync(join(base, 'root/moved/b/file')).isFile()).toBe(true);
    held.release();
    expect(held.at('/a/b/file')).toBeNull();
    expect(readdirSync(join(base, 'outside'))).toEqual([]);
  });
});
