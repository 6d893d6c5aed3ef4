import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { settleFileModes } from './file-modes';
import { makeWritableFolder } from './writable-folder';

let base: string;
let before: number;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'modes-'));
  before = process.umask();
});
afterEach(() => {
  process.umask(before);
  settleFileModes();
  process.umask(before);
  rmSync(base, { recursive: true, force: true });
});

const modeOf = (name: string): string => (statSync(join(base, name)).mode & 0o777).toString(8);

it.each([
  [0o077, '700'],
  [0o027, '750'],
  [0o002, '755'],
  [0o022, '755'],
])('umask %o holds for the data folder, and not for what is built', (umask, own) => {
  process.umask(umask);
  settleFileModes();
  makeWritableFolder(join(base, 'home'));
  mkdirSync(join(base, 'home/image'));
  expect([modeOf('home'), modeOf('home/image')]).toEqual([own, '755']);
});
