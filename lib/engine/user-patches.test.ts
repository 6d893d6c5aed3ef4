import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { patchFoldersOf, patchRecord, userPatches } from './user-patches';

describe('patches of the user', () => {
  let eroot = '';
  beforeEach(() => {
    eroot = mkdtempSync(join(tmpdir(), 'user-patches-'));
  });
  afterEach(() => rmSync(eroot, { recursive: true, force: true }));

  const patch = (path: string, text: string): void => {
    const full = join(eroot, 'etc/portage/patches', path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  };
  const names = (slot = '0'): string[] =>
    userPatches(eroot, 'sys-libs/zlib-1.3.1-r1', slot).map(({ name, data }) => `${name}=${data}`);

  it('are looked for by revision, version and name, in the slot first', () => {
    expect(patchFoldersOf('dev-lang/lua-5.4.6', '5.4/5.4')).toEqual([
      'dev-lang/lua-5.4.6-r0:5.4',
      'dev-lang/lua-5.4.6-r0',
      'dev-lang/lua-5.4.6:5.4',
      'dev-lang/lua-5.4.6',
      'dev-lang/lua:5.4',
      'dev-lang/lua',
    ]);
  });

  it('come in the order of their names, whatever folder they stand in', () => {
    patch('sys-libs/zlib/b.patch', 'b');
    patch('sys-libs/zlib-1.3.1/a.diff', 'a');
    patch('sys-libs/zlib/notes.txt', 'no patch');
    patch('sys-libs/zlib-9/c.patch', 'of another version');
    expect(names()).toEqual(['a.diff=a', 'b.patch=b']);
  });

  it('of equal names the closer one counts, and an empty one takes it away', () => {
    patch('sys-libs/zlib/same.patch', 'far');
    patch('sys-libs/zlib-1.3.1-r1/same.patch', 'near');
    patch('sys-libs/zlib/gone.patch', 'far');
    patch('sys-libs/zlib:0/gone.patch', '');
    expect(names('0/1')).toEqual(['same.patch=near']);
    expect(names('2')).toEqual(['gone.patch=far', 'same.patch=near']);
  });

  it('are refused when they lead out of the configuration', () => {
    patch('sys-libs/zlib/good.patch', 'good');
    symlinkSync('/etc/passwd', join(eroot, 'etc/portage/patches/sys-libs/zlib/bad.patch'));
    expect(() => names()).toThrow(/leads out/);
  });

  it('have a record that changes with each of them', () => {
    patch('sys-libs/zlib/a.patch', 'a');
    const one = patchRecord(userPatches(eroot, 'sys-libs/zlib-1', '0'));
    patch('sys-libs/zlib/a.patch', 'b');
    const other = patchRecord(userPatches(eroot, 'sys-libs/zlib-1', '0'));
    expect(one).toMatch(/^a\.patch [0-9a-f]{64}$/);
    expect(other).not.toBe(one);
    expect(patchRecord([])).toBe('');
  });
});
