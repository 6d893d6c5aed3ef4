import { describe, expect, it } from 'vitest';
import { eapi } from './eapi';
import { checkRequiredUse, parseRequiredUse, requiredUseFlags } from './required-use';

const check = (text: string, flags: string, name?: string): string => {
  const row = name === undefined ? undefined : eapi(name);
  const { satisfied, violated } = checkRequiredUse(
    parseRequiredUse(text, { eapi: row }),
    new Set(flags.split(' ')),
    row,
  );
  return satisfied ? 'satisfied' : violated;
};

describe('REQUIRED_USE (PMS 7.3, 8.2)', () => {
  it.each([
    ['|| ( a b )', '', '|| ( a b )'],
    ['|| ( a b )', 'b', 'satisfied'],
    ['^^ ( a b )', 'a b', '^^ ( a b )'],
    ['?? ( a b )', '', 'satisfied'],
    ['?? ( a b )', 'a b', '?? ( a b )'],
    ['a? ( !b )', 'a b', 'a? ( !b )'],
    ['a? ( !b )', 'b', 'satisfied'],
    ['a? ( ( c e ) ( b d ) )', 'a c e', 'a? ( b d )'],
    ['bindist? ( !amr !faac ) cdio? ( !cdparanoia !cddb ) dvdnav? ( dvd )', 'cdio cdparanoia', 'cdio? ( !cdparanoia )'],
    ['^^ ( ( a b c ) ( b c !d ) )', 'a b c', '^^ ( ( a b c ) ( b c !d ) )'],
    ['( ( ( a ) ) ( ( ( b c ) ) ) )', '', 'a b c'],
    ['a ?? ( b )', '', 'a'],
  ])('%s with "%s": %s', (text, flags, answer) => {
    expect(check(text, flags)).toBe(answer);
  });

  it('lets groups without members match up to EAPI 6', () => {
    expect(check('^^ ( a? ( b ) )', '', '6')).toBe('satisfied');
    expect(check('^^ ( a? ( b ) ) c', '', '7')).toBe('c');
    expect(checkRequiredUse(parseRequiredUse('|| ( )'), new Set(), eapi('7')).satisfied).toBe(false);
  });

  it('knows at-most-one-of from EAPI 5 on', () => {
    expect(() => parseRequiredUse('?? ( a b )', { eapi: eapi('4') })).toThrow(/not allowed here/);
    expect(check('?? ( a b )', 'a', '5')).toBe('satisfied');
  });

  it('refuses flags that the package does not have, and what is no flag', () => {
    expect(() => parseRequiredUse('a b', { validFlags: new Set(['a']) })).toThrow(/`b` is not in IUSE/);
    expect(() => parseRequiredUse('-a')).toThrow(/not a USE flag/);
  });

  it('lists the flags it depends on', () => {
    expect([...requiredUseFlags(parseRequiredUse('a? ( ^^ ( !b !d? ( c ) ) )'))].sort()).toEqual(['a', 'b', 'c', 'd']);
  });
});
