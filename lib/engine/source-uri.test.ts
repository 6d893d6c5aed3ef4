import { describe, expect, it } from 'vitest';
import { mirrorPath, parseMirrorLayouts } from './mirrors';
import { evaluateSourceUri, evaluateWords } from './source-uri';

const names = (text: string, flags: readonly string[] | null): readonly string[] =>
  evaluateSourceUri(text, flags && new Set(flags)).map(({ name }) => name);

describe('SRC_URI', () => {
  it('takes groups and conditionals with the flags given', () => {
    const text =
      'https://a.invalid/x-1.tar.gz ssl? ( https://a.invalid/s.tgz !gnutls? ( https://a.invalid/o.tgz ) ) ( plain.tgz )';
    expect(names(text, [])).toEqual(['x-1.tar.gz', 'plain.tgz']);
    expect(names(text, ['ssl'])).toEqual(['x-1.tar.gz', 's.tgz', 'o.tgz', 'plain.tgz']);
    expect(names(text, ['ssl', 'gnutls'])).toEqual(['x-1.tar.gz', 's.tgz', 'plain.tgz']);
    expect(names(text, null)).toEqual(['x-1.tar.gz', 's.tgz', 'o.tgz', 'plain.tgz']);
  });

  it('renames with arrows and gathers URIs of one name', () => {
    expect(
      evaluateSourceUri('https://a.invalid/v1.tgz -> x-1.tgz https://b.invalid/x-1.tgz local.tgz', new Set()),
    ).toEqual([
      { name: 'x-1.tgz', uris: ['https://a.invalid/v1.tgz', 'https://b.invalid/x-1.tgz'], liftsRestriction: null },
      { name: 'local.tgz', uris: [], liftsRestriction: null },
    ]);
  });

  it('knows the prefixes of EAPI 8', () => {
    expect(evaluateSourceUri('fetch+https://a.invalid/x.tgz mirror+https://a.invalid/y.tgz', new Set())).toMatchObject([
      { name: 'x.tgz', uris: ['https://a.invalid/x.tgz'], liftsRestriction: 'fetch' },
      { name: 'y.tgz', liftsRestriction: 'mirror' },
    ]);
  });

  it.each([
    '( https://a.invalid/x',
    'x )',
    'ssl? https://a.invalid/x',
    'https://a.invalid/x ->',
    'https://a.invalid/',
    'https://a.invalid/x -> a/b',
  ])('refuses %s', (text) => {
    expect(() => evaluateSourceUri(text, new Set())).toThrow(expect.objectContaining({ code: 'SRC_URI_INVALID' }));
  });
});

it('evaluates RESTRICT', () => {
  expect(evaluateWords('mirror !test? ( test ) bindist? ( fetch )', new Set(['bindist']))).toEqual([
    'mirror',
    'test',
    'fetch',
  ]);
});

it('finds a distfile on a mirror as its layout.conf says', () => {
  const layouts = parseMirrorLayouts(
    '[structure]\n0=filename-hash BLAKE2B 8\n1=content-hash SHA512 8\n2=filename-hash SHA512 8:16\n3=flat\n',
  );
  expect(layouts.map((layout) => mirrorPath(layout, 'foo.tar.gz'))).toEqual([
    'f2/foo.tar.gz',
    expect.stringMatching(/^[0-9a-f]{2}\/[0-9a-f]{4}\/foo\.tar\.gz$/),
    'foo.tar.gz',
  ]);
  expect(parseMirrorLayouts('')).toEqual([{ kind: 'flat' }]);
});
