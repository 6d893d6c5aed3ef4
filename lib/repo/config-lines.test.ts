import { describe, expect, it } from 'vitest';
import { commentOf, parseConfigLines, readConfigLines } from './config-lines';
import { memoryTree } from './file-tree';

const mask = `# Copyright

# Ann Author <ann@example.org> (2026-01-01)
# Breaks with the new libc.
# See bug 1.
=app-misc/a-1
app-misc/b # own reason
app-misc/c

app-misc/d
`;

describe('lines of configuration files', () => {
  it('splits words and leaves comments out', () => {
    expect(parseConfigLines('  a b # c\n#d\n\ne#f g\n', 'file')).toEqual([
      { words: ['a', 'b'], file: 'file', line: 1 },
      { words: ['e#f', 'g'], file: 'file', line: 4 },
    ]);
  });

  it('finds the comment that belongs to a line', () => {
    const block = 'Ann Author <ann@example.org> (2026-01-01)\nBreaks with the new libc.\nSee bug 1.';
    expect(commentOf(mask, 6)).toBe(block);
    expect(commentOf(mask, 7)).toBe('own reason');
    expect(commentOf(mask, 8)).toBe(block);
    expect(commentOf(mask, 10)).toBe('');
  });

  it('reads folders only where they are allowed', () => {
    const tree = memoryTree(
      new Map([
        ['/p/package.mask/b', 'b/b'],
        ['/p/package.mask/a', 'a/a'],
        ['/p/package.mask/.git/x', 'x/x'],
      ]),
    );
    expect(readConfigLines(tree, '/p/package.mask', true).map((line) => line.words[0])).toEqual(['a/a', 'b/b']);
    expect(readConfigLines(tree, '/p/package.mask', false)).toEqual([]);
  });
});
