import { describe, expect, it } from 'vitest';
import { isCategory, isPackageName, parseCpv, splitVersion, tryParseCpv } from './cpv';

describe('cpv (PMS 3.1, 3.2, 11.1)', () => {
  it('gives every part its own name', () => {
    expect(parseCpv('app-editors/vim-7.0.174-r1')).toMatchObject({
      category: 'app-editors',
      pn: 'vim',
      pv: '7.0.174',
      pr: 'r1',
      pvr: '7.0.174-r1',
      p: 'vim-7.0.174',
      pf: 'vim-7.0.174-r1',
      qualifiedName: 'app-editors/vim',
    });
    expect(parseCpv('app-editors/vim-7').pr).toBe('r0');
  });

  it.each([
    ['dev-libs/poppler-qt3-0.11', 'poppler-qt3'],
    ['a/b--c-1', 'b--c'],
    ['a/x264-20060810', 'x264'],
    ['a/foo-r1-1', 'foo-r1'],
    ['c++.x/9-1', '9'],
    ['a/gtk+-2_p1-r3', 'gtk+'],
  ])('%s is a version of %s', (text, pn) => {
    expect(parseCpv(text).pn).toBe(pn);
  });

  it.each([
    'a/b',
    'b-1',
    'a/b-1-2',
    'a/b-1-r1-1-r1',
    '-a/b-1',
    '.a/b-1',
    '+a/b-1',
    'a/-b-1',
    'a/+b-1',
    'a/b/c-1',
    'a/b-1-',
    '=a/b-1',
    'a/b-1:0',
  ])('not %s', (text) => {
    expect(tryParseCpv(text)).toBeNull();
    expect(() => parseCpv(text)).toThrow(/not a package with its version/);
  });

  it('knows names', () => {
    expect([isCategory('dev-libs'), isCategory('_x.y+z'), isCategory('')]).toEqual([true, true, false]);
    expect([isPackageName('foo-bar'), isPackageName('foo-1'), isPackageName('foo.bar')]).toEqual([true, false, false]);
    expect(splitVersion('zlib-1.3.1-r1')).toMatchObject({ name: 'zlib', version: { text: '1.3.1-r1' } });
    expect(splitVersion('zlib')).toBeNull();
  });
});
