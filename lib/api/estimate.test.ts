import { expect, it } from 'vitest';
import { expectedTime } from './estimate';

const takes = (id: string, expectedMs: number | null, ...needs: string[]) => ({ id, needs, expectedMs });

it('expects the time of packages beside and behind each other', () => {
  const packages = [
    takes('base', 10),
    takes('one', 30, 'base'),
    takes('two', 20, 'base'),
    takes('end', 5, 'one', 'two'),
  ];
  expect(expectedTime(packages, 1)).toEqual({ totalMs: 65, unknown: 0 });
  expect(expectedTime(packages, 2)).toEqual({ totalMs: 45, unknown: 0 });
});

it('counts what was never built, and says nothing when that is all', () => {
  expect(expectedTime([takes('a', 10), takes('b', null, 'a')], 2)).toEqual({ totalMs: 10, unknown: 1 });
  expect(expectedTime([takes('a', null)], 2)).toEqual({ totalMs: null, unknown: 1 });
  expect(expectedTime([], 2)).toEqual({ totalMs: null, unknown: 0 });
});
