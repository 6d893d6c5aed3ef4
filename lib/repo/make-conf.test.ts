import { describe, expect, it } from 'vitest';
import { RepoError } from './errors';
import { expandVariables } from './expand-variables';
import { memoryTree } from './file-tree';
import { parseMakeConf, readMakeConf } from './make-conf';

/** `name` as make.conf writes a reference to it */
const braced = (name: string): string => `$\{${name}}`;

const failure = (text: string): RepoError => {
  try {
    parseMakeConf(text, 'make.conf');
  } catch (error) {
    if (error instanceof RepoError) return error;
    throw error;
  }
  throw new Error('was accepted');
};

describe('make.conf', () => {
  it.each([
    ['USE="a b"', { USE: 'a b' }],
    ["USE='$a'", { USE: '' }],
    [`A=1\nB="${braced('A')}2"`, { A: '1', B: '12' }],
    ['A="x\\\ny"', { A: 'xy' }],
    ['A="x\ny"', { A: 'x y' }],
    ['export A=1', { A: '1' }],
    ['A=a#rest', { A: 'a' }],
    ['A', null],
    ['A="#" # told', { A: '#' }],
    ["A=it'\"s'", { A: 'it"s' }],
    ['A = 1', { A: '1' }],
  ])('reads %j', (text, expected) => {
    if (expected === null) expect(failure(text).code).toBe('CONFIG_SYNTAX');
    else expect(parseMakeConf(text, 'make.conf')).toEqual(expected);
  });

  it('names the line of an unclosed quote', () => {
    expect(failure('A=1\nB="open\n').message).toContain('is not closed');
    expect(failure('A=1\n2B=1\n').message).toBe('`make.conf`, line 2: `2B` is not a variable name');
  });

  it('reads the file behind source, relative to its own folder', () => {
    const tree = memoryTree(
      new Map([
        ['/etc/portage/make.conf', `DIR=parts\nsource ${braced('DIR')}/use.conf\nUSE="${braced('USE')} b"\n`],
        ['/etc/portage/parts/use.conf', 'USE="a"'],
      ]),
    );
    const found = readMakeConf(tree, '/etc/portage/make.conf', { expand: {}, recursive: true, sourcing: true });
    expect(found?.USE).toBe('a b');
  });

  it('joins a folder of files in the order of their names', () => {
    const tree = memoryTree(
      new Map([
        ['/m/10-a', 'A=1'],
        ['/m/20-b', `A="${braced('A')}2"`],
        ['/m/.hidden', 'A=no'],
        ['/m/old~', 'A=no'],
      ]),
    );
    expect(readMakeConf(tree, '/m', { expand: {}, recursive: true, sourcing: false })).toEqual({ A: '12' });
  });
});

describe('variables in text', () => {
  it.each([
    ['$a', '5'],
    [`${braced('a')}b`, '5b'],
    ['\\$a', '$a'],
    ["'$a'", "'$a'"],
    ['$', '$'],
    [braced('a').slice(0, -1), ''],
    ['$ a', ''],
    ['x$unknown', 'x'],
  ])('%j becomes %j', (text, expected) => {
    expect(expandVariables(text, { a: '5' })).toBe(expected);
  });
});
