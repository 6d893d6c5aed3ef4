import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { canHaveLibrary, makeHostileHost } from './hostile-host';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-of-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each([62, 183] as const)('has libraries of any soname that is a name, and stays whole (machine %i)', (machine) => {
  const good = ['libx.so.1', 'libstdc++.so.6', '...', '-x', 'locale.so', 'a'.repeat(255), 'libnss_foreign.so.2', 'etc'];
  const bad = [
    '',
    '.',
    '..',
    'locale',
    'gconv',
    'x86_64-linux-gnu',
    'aarch64-linux-gnu',
    'a'.repeat(256),
    'a/b',
    '/',
    '../../x',
    'a\n',
    'ä',
    'a b',
  ];
  expect(good.filter((name) => !canHaveLibrary(name))).toEqual([]);
  expect(bad.filter(canHaveLibrary)).toEqual([]);
  const host = makeHostileHost(join(folder, 'host'), machine, [...good, ...bad, ...good], { preloads: true });
  const library = join(folder, 'host/lib');
  expect(good.filter((name) => readFileSync(join(library, name)).readUInt16LE(18) !== machine)).toEqual([]);
  // the foreign library is among them, the loader is not
  expect(host.libraries).toBe(good.length + 1);
  expect(lstatSync(join(library, 'locale/locale-archive')).isFile()).toBe(true);
  expect(lstatSync(join(library, 'gconv/FOREIGN.so')).isFile()).toBe(true);
  expect(readdirSync(folder)).toEqual(['host']);
});
