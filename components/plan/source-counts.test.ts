import { expect, it } from 'vitest';
import { countSources } from './source-counts';

it('counts files and bytes by state, what wants somebody to act first', () => {
  const files = [
    { state: 'here', sizeBytes: 5 },
    { state: 'nowhere', sizeBytes: 7 },
    { state: 'here', sizeBytes: 6 },
  ] as const;
  expect(countSources(files)).toEqual([
    { state: 'nowhere', files: 1, sizeBytes: 7 },
    { state: 'here', files: 2, sizeBytes: 11 },
  ]);
  expect(countSources([])).toEqual([]);
});
