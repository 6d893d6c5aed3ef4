import { expect, it } from 'vitest';
import type { PackageOrigin } from '../engine/describe-origins';
import { countOrigins, originReasons } from './origin-words';

const at = (cpv: string, origin: PackageOrigin) => ({ id: `staging|${cpv}`, cpv, origin });
const own = (reason: string): PackageOrigin => ({ kind: 'own', reason, isHere: false });

it('counts where packages come from, and puts those that no other prefix takes together by reason', () => {
  const builtWith = { gcc: '12.2.0', glibc: '2.99', system: 'Debian' };
  const origins = {
    packages: [
      at('a/a-1', { kind: 'prebuilt', place: '/p', builtWith, sizeBytes: 1 }),
      at('a/b-1', own('it is built with `a/x-1`, which fits this path only')),
      at('a/x-1', own('`usr/lib/x` has a piece of the path only')),
      at('a/c-1', own('it is built with `a/x-1`, which fits this path only')),
      at('a/d-1', { kind: 'source', reason: 'it was built with glibc 2.99, this machine has 2.36' }),
      at('a/e-1', { kind: 'source', reason: null }),
      at('a/h-1', { kind: 'source', reason: null, configuration: ['bashrc', 'patches/a/h/x.patch'] }),
    ],
    troubles: [],
  };
  expect(countOrigins(origins)).toEqual([
    { kind: 'prebuilt', packages: 1 },
    { kind: 'source', packages: 3 },
    { kind: 'own', packages: 3 },
  ]);
  expect(originReasons(origins)).toEqual([
    'a/b-1, a/c-1: for this path only: it is built with `a/x-1`, which fits this path only',
    'a/x-1: for this path only: `usr/lib/x` has a piece of the path only',
    'a/d-1: not prebuilt: it was built with glibc 2.99, this machine has 2.36',
    'a/h-1: only prefixes with the same bashrc, patches/a/h/x.patch share it',
  ]);
});
