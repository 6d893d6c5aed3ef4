import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContainedFolder, readContained } from './contained-file';

let base: string;
let inside: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'contained-')));
  inside = join(base, 'tree');
  mkdirSync(join(inside, 'sub'), { recursive: true });
  writeFileSync(join(base, 'secret'), 'secret');
  writeFileSync(join(inside, 'sub/plain'), 'plain');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const answer = (path: string, most = 100) => {
  const read = readContained(inside, path, most);
  return read.kind === 'content' ? read.data.toString() : read.kind === 'refused' ? `! ${read.reason}` : null;
};

describe('a file that a stranger wrote', () => {
  const kinds: readonly [what: string, make: () => void, path: string, expected: string | RegExp | null][] = [
    ['a regular file', () => {}, 'sub/plain', 'plain'],
    ['an empty file', () => writeFileSync(join(inside, 'x'), ''), 'x', ''],
    ['nothing', () => {}, 'x', null],
    ['a file used as a folder', () => {}, 'sub/plain/x', null],
    ['a folder', () => {}, 'sub', null],
    ['a path with a NUL', () => {}, 'sub/\0', null],
    ['a link within', () => symlinkSync('sub/plain', join(inside, 'x')), 'x', 'plain'],
    ['an absolute link within', () => symlinkSync(join(inside, 'sub/plain'), join(inside, 'x')), 'x', 'plain'],
    ['a linked folder within', () => symlinkSync('sub', join(inside, 'x')), 'x/plain', 'plain'],
    ['a link out and back in', () => symlinkSync('../tree/sub', join(inside, 'x')), 'x/plain', 'plain'],
    ['a link out', () => symlinkSync('../secret', join(inside, 'x')), 'x', /^! .*leads out of/],
    ['an absolute link out', () => symlinkSync(join(base, 'secret'), join(inside, 'x')), 'x', /^! .*leads out of/],
    ['a folder that is a link out', () => symlinkSync('..', join(inside, 'x')), 'x/secret', /^! .*leads out of/],
    ['dots', () => {}, '../secret', /^! .*leads out of/],
    ['a neighbour with the same beginning', () => makeNeighbour(), '../tree-2/x', /^! .*leads out of/],
    ['a link to nowhere', () => symlinkSync('gone', join(inside, 'x')), 'x', null],
    ['a link to itself', () => symlinkSync('x', join(inside, 'x')), 'x', /^! .*leads to itself/],
    ['a FIFO', () => execFileSync('mkfifo', [join(inside, 'x')]), 'x', '! is not a regular file'],
    ['a link to a device', () => symlinkSync('/dev/zero', join(inside, 'x')), 'x', '! is not a regular file'],
    ['a file of the kernel', () => symlinkSync('/proc/self/environ', join(inside, 'x')), 'x', /^! .*leads out of/],
    ['one byte too many', () => writeFileSync(join(inside, 'x'), 'x'.repeat(101)), 'x', /^! is too large/],
    ['a sparse giant', () => makeGiant(), 'x', '! is too large: 1 TiB, at most 100 bytes are read'],
    ['a name that is too long', () => {}, 'x'.repeat(300), /^! .*too long/],
  ];

  function makeNeighbour(): void {
    mkdirSync(join(base, 'tree-2'));
    writeFileSync(join(base, 'tree-2/x'), 'neighbour');
  }
  function makeGiant(): void {
    writeFileSync(join(inside, 'x'), '');
    truncateSync(join(inside, 'x'), 2 ** 40);
  }

  it.each(kinds)('%s', (_what, make, path, expected) => {
    make();
    const found = answer(path);
    if (expected instanceof RegExp) expect(found).toMatch(expected);
    else expect(found).toBe(expected);
  });

  it('is found through a folder that is itself reached by a link', () => {
    symlinkSync('tree', join(base, 'link'));
    expect(readContained(join(base, 'link'), 'sub/plain', 100)).toMatchObject({ kind: 'content' });
  });
});

describe('a folder that a stranger filled', () => {
  it('gives its names, sorted', () => {
    writeFileSync(join(inside, 'sub/b'), '');
    writeFileSync(join(inside, 'sub/a'), '');
    expect(new ContainedFolder(inside).list(join(inside, 'sub'), 3)).toEqual({
      kind: 'content',
      names: ['a', 'b', 'plain'],
    });
  });

  it('is refused when it holds too many, or is a link out', () => {
    const folder = new ContainedFolder(inside);
    for (const name of ['a', 'b', 'c']) writeFileSync(join(inside, 'sub', name), '');
    expect(folder.list(join(inside, 'sub'), 3)).toMatchObject({ kind: 'refused', reason: 'holds more than 3 files' });
    symlinkSync('/etc', join(inside, 'out'));
    expect(folder.list(join(inside, 'out'), 1000)).toMatchObject({ kind: 'refused' });
    expect(folder.list(join(inside, 'sub/plain'), 3)).toEqual({ kind: 'missing' });
  });
});
