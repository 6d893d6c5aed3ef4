import { expect, it } from 'vitest';
import { asClause } from './errors';

it.each([
  ['The disk is full.', 'The disk is full'],
  ['  it ended...; \n', 'it ended'],
  ['not 1.5.2', 'not 1.5.2'],
  ['.', ''],
  ['', ''],
])('%j is the clause %j', (said, clause) => {
  expect(asClause(said)).toBe(clause);
});
