import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mendLibraryModes } from './library-modes';
import { readImage } from './read-image';

let image: string;
beforeEach(() => {
  image = mkdtempSync(join(tmpdir(), 'modes-'));
});
afterEach(() => rmSync(image, { recursive: true, force: true }));

it.each([
  ['/opt/x/usr/lib64/libone.so.1.2', 0o644, 0o755],
  ['/opt/x/lib64/libtwo.so', 0o755, 0o755],
  ['/opt/x/usr/lib64/libthree.a', 0o755, 0o644],
  ['/opt/x/usr/lib/libfour.la', 0o755, 0o644],
  ['/opt/x/usr/lib64/python3.13/plugin.so', 0o644, 0o644],
  ['/opt/x/usr/share/notes.a', 0o755, 0o755],
])('gives %s of mode %o the mode %o', async (path, before, after) => {
  mkdirSync(dirname(join(image, path)), { recursive: true });
  writeFileSync(join(image, path), 'x');
  chmodSync(join(image, path), before);
  expect(mendLibraryModes(image, await readImage(image), '/opt/x')).toBe(before === after ? 0 : 1);
  expect(statSync(join(image, path)).mode & 0o7777).toBe(after);
});
