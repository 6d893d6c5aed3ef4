import { describe, expect, it } from 'vitest';
import { changeAtom, evaluateUseDeps, formatAtom, parseAtom, tryParseAtom } from './atom';
import { eapi } from './eapi';
import { PmsError } from './errors';

describe('valid atoms (PMS 8.3)', () => {
  it.each([
    'sys-apps/portage',
    '=sys-apps/portage-2.1',
    '=sys-apps/portage-2.1-r1*',
    '~sys-apps/portage-2.1',
    '>=sys-apps/portage-2.1_rc3-r4',
    '!dev-libs/A',
    '!!<dev-libs/A-1',
    'dev-libs/A:0',
    'dev-libs/A:0/1.3',
    'dev-libs/A:=',
    'dev-libs/A:*',
    'dev-libs/A:0=',
    'dev-libs/A:0/1.3=',
    'dev-libs/A[foo]',
    'dev-libs/A[a,-b,c=,!d=,e?,!f?]',
    'dev-libs/A:2[a(+),b(-)=,!c(+)=,d(-)?,!e(+)?,-f(-)]',
    'dev-libs/A::repo_123-name',
    '=dev-libs/A-1:0/1=::repo[x]',
    '=dev-libs/A-1-3',
    'foo/666',
    '=foo/bar-baz---1-r1',
    'app-text/7plus',
  ])('%s comes back as written', (text) => {
    expect(formatAtom(parseAtom(text))).toBe(text);
  });

  it.each(['*/*', 'sys-apps/*', '*/portage:1', 's*s-*/po*ge', '=*/*-*9999*', '=*/*-*_beta*:0::repo'])(
    '%s only where wildcards are allowed',
    (text) => {
      expect(formatAtom(parseAtom(text, { allowWildcard: true }))).toBe(text);
      expect(tryParseAtom(text)).toBeNull();
    },
  );

  it('takes the parts apart', () => {
    expect(parseAtom('!!>=sys-libs/zlib-1.3.1-r1:0/1=::gentoo[static-libs(-)?]')).toMatchObject({
      blocker: '!!',
      operator: '>=',
      category: 'sys-libs',
      pn: 'zlib',
      qualifiedName: 'sys-libs/zlib',
      version: { text: '1.3.1-r1' },
      slot: '0',
      subSlot: '1',
      slotOperator: '=',
      repository: 'gentoo',
      useDeps: [{ flag: 'static-libs', kind: 'if-enabled', default: '-' }],
    });
  });

  it('gives the same object for the same text', () => {
    expect(parseAtom('dev-libs/A')).toBe(parseAtom('dev-libs/A'));
  });
});

describe('invalid atoms', () => {
  it.each([
    ['', 'Write a package'],
    ['nano', 'Write category and name'],
    ['app-editors/nano-7.2', '`=app-editors/nano-7.2`'],
    ['>=app-editors/nano', 'needs a version behind the name'],
    ['>=app-editors/nano-7*', '`*` behind a version goes only with `=`'],
    ['app-editors/nano vim', 'no spaces'],
    ['app-editors/nano:', 'A slot is'],
    ['app-editors/nano:0*', 'A slot is'],
    ['app-editors/nano[]', 'separated by commas'],
    ['app-editors/nano[a(+),a]', 'one default at most'],
    ['app-editors/nano[-a?]', 'separated by commas'],
    ['app-editors/nano[a]:0', 'comes last'],
    ['app-editors/-nano', 'begin with'],
  ])('%j gets a hint: %s', (text, hint) => {
    const refusal = () => parseAtom(text);
    expect(refusal).toThrow(PmsError);
    try {
      refusal();
    } catch (error) {
      expect((error as PmsError).code).toBe('INVALID_ATOM');
      expect((error as PmsError).hint).toContain(hint);
    }
  });

  it.each([
    'dev-libs/A-1',
    '=dev-libs/A',
    '>~dev-libs/A-1',
    '!!!dev-libs/A',
    '=foo/bar-1-r1-1-r1',
    'foo/bar-1',
    'sys-apps/portage:::repo',
    'sys-apps/portage[a][b]',
    'sys-apps/portage[a,,b]',
    'sys-apps/portage::-r',
    'a/b/c',
    'a/*',
    '=a/*-1',
    '**/a',
  ])('%s', (text) => {
    expect(tryParseAtom(text)).toBeNull();
  });
});

describe('what an EAPI allows', () => {
  it.each([
    ['!!a/b', '1', '2'],
    ['a/b:0', '0', '1'],
    ['a/b:=', '4', '5'],
    ['a/b:0/1', '4', '5'],
    ['a/b[x]', '1', '2'],
    ['a/b[x(+)]', '3', '4'],
  ])('%s not in EAPI %s, but in %s', (text, before, since) => {
    expect(() => parseAtom(text, { eapi: eapi(before) })).toThrow(/which EAPI . does not have/);
    expect(parseAtom(text, { eapi: eapi(since) }).text).toBe(text);
  });

  it('allows repositories and build ids only outside of ebuilds', () => {
    expect(tryParseAtom('a/b::r', { eapi: eapi('8') })).toBeNull();
    expect(tryParseAtom('a/b::r', { eapi: eapi('8'), allowRepository: true })).not.toBeNull();
    expect(tryParseAtom('=a/b-1-2', { eapi: eapi('8') })).toBeNull();
    expect(parseAtom('=a/b-1-2')).toMatchObject({ version: { text: '1' }, buildId: 2 });
  });

  it('checks the flags of conditional USE deps', () => {
    const options = { validFlags: new Set(['x']) };
    expect(parseAtom('a/b[x?,y]', options).useDeps).toHaveLength(2);
    expect(() => parseAtom('a/b[y?]', options)).toThrow(/USE flag `y`/);
  });
});

describe('evaluating USE deps for a parent (PMS 8.3.4)', () => {
  it.each([
    ['a/b[x?]', 'a/b[x]', 'a/b'],
    ['a/b[!x?]', 'a/b', 'a/b[-x]'],
    ['a/b[x=]', 'a/b[x]', 'a/b[-x]'],
    ['a/b[!x=]', 'a/b[-x]', 'a/b[x]'],
    ['!a/b:0[x(+)=,y]', '!a/b:0[x(+),y]', '!a/b:0[-x(+),y]'],
  ])('%s is %s with the flag and %s without', (text, enabled, disabled) => {
    const atom = parseAtom(text);
    expect(evaluateUseDeps(atom, new Set(['x'])).text).toBe(enabled);
    expect(evaluateUseDeps(atom, new Set()).text).toBe(disabled);
    expect(evaluateUseDeps(atom, new Set()).unevaluated).toBe(atom);
  });

  it('leaves an atom without conditions alone', () => {
    const atom = parseAtom('a/b[x,-y]');
    expect(evaluateUseDeps(atom, new Set())).toBe(atom);
  });

  it('keeps text and parts together when one is changed', () => {
    expect(changeAtom(parseAtom('>=a/b-1:0[x]'), { category: 'c', slot: null })).toMatchObject({
      text: '>=c/b-1[x]',
      qualifiedName: 'c/b',
    });
  });
});
