import { describe, expect, it } from 'vitest';
import { FlagFold } from './flag-fold';

const state = (tokens: string, flag: string): boolean | undefined => FlagFold.of(tokens.split(' ')).get(flag);

describe('folds of USE tokens', () => {
  it.each([
    ['a', 'a', true],
    ['a -a', 'a', false],
    ['a', 'b', undefined],
    ['a -* b', 'a', false],
    ['-*', 'anything', false],
    ['-* a', 'a', true],
    ['python_targets_a -python_targets_*', 'python_targets_a', false],
    ['-python_targets_* python_targets_a', 'python_targets_a', true],
    ['-python_targets_*', 'python_targets_b', false],
    ['python_targets_*', 'python_targets_b', true],
    ['-python_targets_*', 'python', undefined],
    ['+a', 'a', true],
  ])('%j leaves %s %s', (tokens, flag, expected) => {
    expect(state(tokens, flag)).toBe(expected);
  });
});
