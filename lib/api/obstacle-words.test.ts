import { describe, expect, it } from 'vitest';
import type { BuildObstacle, PackageObstacle } from '../plan/build-obstacle';
import { bySameReason, obstacleLines, obstacleWords } from './obstacle-words';

const lacks = (cpv: string, message: string, hint: string): PackageObstacle => ({ id: cpv, cpv, message, hint });

describe('an obstacle in words', () => {
  it('says one reason once, and names the packages behind it', () => {
    const packages = ['a/a-1', 'b/b-1', 'c/c-1'].map((cpv) => lacks(cpv, 'It has no ebuild.', 'Add a checkout.'));
    const obstacle: BuildObstacle = { message: '3 of 3 packages have none.', hint: 'Add a checkout.', packages };
    expect(obstacleLines(obstacle)).toEqual([
      '3 of 3 packages have none.',
      '  Add a checkout.',
      '  Packages: a/a-1, b/b-1, c/c-1',
    ]);
  });

  it('gives each of several reasons its own hint, and names a package under each of its reasons', () => {
    const obstacle: BuildObstacle = {
      message: '2 of 2 packages cannot be built: `a/a-1` needs ragel.',
      hint: 'apt install ragel. pip install sphinx.',
      packages: [
        lacks('a/a-1', 'It needs ragel.', 'apt install ragel.'),
        lacks('b/b-1', 'It needs ragel.', 'apt install ragel.'),
        lacks('b/b-1', 'It needs sphinx.', 'pip install sphinx.'),
      ],
    };
    expect(obstacleLines(obstacle)).toEqual([
      '2 of 2 packages cannot be built: `a/a-1` needs ragel.',
      '  - a/a-1, b/b-1',
      '    It needs ragel. apt install ragel.',
      '  - b/b-1',
      '    It needs sphinx. pip install sphinx.',
    ]);
  });

  it('adds nothing to a sentence that names the only package, or that is about the machine', () => {
    const one = [lacks('a/a-1', 'It needs ragel.', 'apt install ragel.')];
    expect(obstacleLines({ message: '`a/a-1` needs ragel.', hint: 'Get it.', packages: one })).toEqual([
      '`a/a-1` needs ragel.',
      '  Get it.',
    ]);
    expect(obstacleWords({ message: 'No compiler.', hint: 'Get one.', packages: [] })).toEqual({
      message: 'No compiler.',
      hint: 'Get one.',
      reasons: [],
    });
  });
});

it('keeps the order in which reasons are said first', () => {
  const groups = bySameReason(['b1', 'a1', 'b2'], ([letter = '']) => letter);
  expect(groups).toEqual([
    { message: 'b', items: ['b1', 'b2'] },
    { message: 'a', items: ['a1'] },
  ]);
});
