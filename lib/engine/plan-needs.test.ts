import { expect, it } from 'vitest';
import { neededAmong } from './plan-needs';

it('finds what a package waits for over others, in circles too', () => {
  const needs = new Map([
    ['user', ['library', 'tool']],
    ['library', ['base']],
    ['base', ['library']],
    ['alone', []],
  ]);
  expect(neededAmong(needs, 'user', new Set(['base']))).toBe('base');
  expect(neededAmong(needs, 'user', new Set(['tool', 'base']))).toBe('tool');
  expect(neededAmong(needs, 'alone', new Set(['base']))).toBeNull();
  // what failed does not wait for itself
  expect(neededAmong(needs, 'tool', new Set(['tool']))).toBeNull();
});
