import { describe, expect, it } from 'vitest';
import { compareVersions, isVersion, parseVersion } from './version';

const compare = (a: string, b: string): number => compareVersions(parseVersion(a), parseVersion(b));

describe('valid versions (PMS 3.2)', () => {
  it.each([
    '0',
    '1',
    '1.2.3',
    '1a',
    '1.2b',
    '1_p',
    '1_alpha2_beta_p3',
    '9999',
    '1-r0',
    '1.2_rc3-r04',
    '20240101',
    `1${'0'.repeat(400)}`,
  ])('%s', (text) => {
    expect(isVersion(text)).toBe(true);
    expect(parseVersion(text).text).toBe(text);
  });

  it.each([
    '',
    '.1',
    '1.',
    '1..2',
    '1ab',
    '1A',
    '1_foo',
    '1-r',
    '1-1',
    '1-r1-r2',
    'v1',
    '1 ',
    '1\n',
    '1_alpha-1',
    '1.a',
    '１',
  ])('not %j', (text) => {
    expect(isVersion(text)).toBe(false);
    expect(() => parseVersion(text)).toThrow(/is not a version/);
  });

  it('splits off the revision', () => {
    expect(parseVersion('1.2_rc3-r04')).toMatchObject({ base: '1.2_rc3', revision: '04' });
    expect(parseVersion('1.2')).toMatchObject({ base: '1.2', revision: null });
  });
});

describe('order (PMS 3.3)', () => {
  it.each([
    ['first component is an integer', '1.3', '02.3'],
    ['first component is an integer', '9', '10'],
    ['later components without leading zero are integers', '1.9', '1.10'],
    ['a leading zero makes a fraction', '1.01', '1.1'],
    ['a leading zero makes a fraction', '1.02', '1.1'],
    ['a zero is a leading zero', '1.0', '1.1'],
    ['more components are more', '1', '1.0'],
    ['more components are more', '1.0', '1.0.0'],
    ['more components beat a letter', '12.2b', '12.2.5'],
    ['no letter before a letter', '1.2', '1.2a'],
    ['letters in order', '1.2a', '1.2b'],
    ['alpha before beta', '1_alpha', '1_beta'],
    ['beta before pre', '1_beta', '1_pre'],
    ['pre before rc', '1_pre', '1_rc'],
    ['rc before none', '1_rc', '1'],
    ['none before p', '1', '1_p'],
    ['none before p0', '1', '1_p0'],
    ['suffix numbers are integers', '1_p9', '1_p10'],
    ['a further p is more', '1_alpha', '1_alpha_p1'],
    ['any other further suffix is less', '1_alpha_beta', '1_alpha'],
    ['revisions are integers', '1-r9', '1-r10'],
    ['no fixed length', `1.${'9'.repeat(400)}`, `1.1${'0'.repeat(400)}`],
  ])('%s: %s < %s', (_why, older, newer) => {
    expect(compare(older, newer)).toBe(-1);
    expect(compare(newer, older)).toBe(1);
  });

  it.each([
    ['1', '1-r0'],
    ['1', '01'],
    ['1.0', '1.00'],
    ['1.010', '1.01'],
    ['1_p', '1_p0'],
    ['1_p1', '1_p01'],
    ['1-r1', '1-r01'],
  ])('%s = %s', (a, b) => {
    expect(compare(a, b)).toBe(0);
    expect(compare(b, a)).toBe(0);
  });
});
