import { describe, expect, it } from 'vitest';
import { oddAtomHint, repairedAtom } from './atom-repair';
import { checkPackage } from './fields';

describe('texts that are no atoms', () => {
  it.each([
    ['app-misc/jq-1.8.2', '=app-misc/jq-1.8.2'],
    ['app-misc/jq-1.8.2-r1', '=app-misc/jq-1.8.2-r1'],
    ['>=app-misc/jq', 'app-misc/jq'],
    ['=app-misc/jq:0', 'app-misc/jq:0'],
    ['app-misc/jq 1.8', '=app-misc/jq-1.8'],
    ['app-misc/jq==1.8', '=app-misc/jq-1.8'],
    ['app-misc/jq@v1.8', '=app-misc/jq-1.8'],
    ['app-misc/jq:', 'app-misc/jq'],
    ['app-misc/jq::', 'app-misc/jq'],
    ['app-misc/jq[', 'app-misc/jq'],
    ['app-misc/jq[test', 'app-misc/jq[test]'],
    ['"app-misc/jq",', null],
    ['"app-misc/jq"', 'app-misc/jq'],
    ['app-misc/jq,', 'app-misc/jq'],
    ['app-misc//jq', 'app-misc/jq'],
    [' app-misc/jq # for scripts', 'app-misc/jq'],
    ['>app-misc/jq-1.8*', '=app-misc/jq-1.8*'],
    ['=app-misc/jq-1*.2', '=app-misc/jq-1*'],
    ['jq-1.8', null],
    ['https://example.org/x', null],
    ['', null],
  ])('%j was meant as %j', (text, meant) => {
    expect(repairedAtom(text)).toBe(meant);
  });

  it.each([
    ['https://example.org/jq.git', 'overlay'],
    ['./jq-1.8.ebuild', 'overlay'],
    ['-app-misc/jq', 'package_mask'],
    ['app-misc/*', 'one by one'],
    ['*/jq', 'one by one'],
    ['=app-misc/jq-1*.2', 'at the end of a version'],
    ['app-misc/jq-1.8', null],
  ])('%j has advice of its own: %j', (text, words) => {
    if (words === null) expect(oddAtomHint(text)).toBeNull();
    else expect(oddAtomHint(text)).toContain(words);
  });

  it('carry the repair and the advice to the field', () => {
    expect(checkPackage('app-misc/jq-1.8', 'packages.0')).toMatchObject({
      suggestion: '=app-misc/jq-1.8',
      hint: expect.stringContaining('`=app-misc/jq-1.8`'),
    });
    expect(checkPackage('nano', 'packages.0')?.hint).toContain('The Packages page shows the category of `nano`.');
    expect(checkPackage(`${'a'.repeat(5000)}/b`, 'packages.0')?.hint.length).toBeLessThan(700);
  });
});
