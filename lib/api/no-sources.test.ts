import { expect, it } from 'vitest';
import type { PackageOrigin } from '../engine/describe-origins';
import { compiledOf, noSourcesWords } from './no-sources';

const origins = (...all: readonly PackageOrigin[]) => ({
  packages: all.map((origin, at) => ({ id: `staging|a/b${at}-1`, cpv: `a/b${at}-1`, origin })),
  troubles: [],
});
const source = { kind: 'source', reason: null } as const;

it.each([
  ['none are needed, everything is built already', origins()],
  [
    'none are needed, everything is built already',
    origins({ kind: 'here' }, { kind: 'shared' }, { kind: 'own', reason: 'x', isHere: true }),
  ],
  ['none are needed: of what is compiled here, a/b0-1 has no source files', origins(source, { kind: 'shared' })],
  [
    'none are needed: of what is compiled here, a/b0-1, a/b1-1 have no source files',
    origins(source, { kind: 'own', reason: 'x', isHere: false }),
  ],
  [
    'none are needed: of what is compiled here, a/b0-1, a/b1-1, a/b2-1, a/b3-1 and 1 more have no source files',
    origins(source, source, source, source, source),
  ],
])('%s', (words, given) => {
  expect(noSourcesWords(compiledOf(given))).toBe(words);
});
