import type { Place } from '@/components/place/place';
import type { DerivedNames } from '@/lib/layout/names';
import type { RootInput } from '@/lib/layout/roots-input';

/** The values of the table as the address holds them: a variable left out is unset, an empty one is empty. */
export interface RootsState {
  readonly root: string | null;
  readonly sysroot: string | null;
  readonly eprefix: string | null;
  readonly broot: string | null;
  readonly eapi: string;
  readonly usePackagesOnly: boolean;
}

export type RootsStep = 'staging' | 'final';

/** What the two steps of a prefix set, as its wrapper does. */
export function rootsOfStep(step: RootsStep, names: DerivedNames, path: string): RootsState {
  return step === 'staging'
    ? {
        root: names.stagingRoot,
        sysroot: names.stagingRoot,
        eprefix: path,
        broot: null,
        eapi: '8',
        usePackagesOnly: false,
      }
    : { root: names.finalRoot, sysroot: null, eprefix: path, broot: null, eapi: '8', usePackagesOnly: true };
}

const keys = ['root', 'sysroot', 'eprefix', 'broot'] as const;

/** Reads the values from an address; null when it names none. */
export function rootsFromQuery(query: URLSearchParams): RootsState | null {
  if (!query.has('eapi')) return null;
  const [root, sysroot, eprefix, broot] = keys.map((key) => query.get(key));
  return {
    root: root ?? null,
    sysroot: sysroot ?? null,
    eprefix: eprefix ?? null,
    broot: broot ?? null,
    eapi: query.get('eapi') ?? '8',
    usePackagesOnly: query.get('binary') === '1',
  };
}

export function rootsToQuery(state: RootsState): URLSearchParams {
  const query = new URLSearchParams();
  for (const key of keys) if (state[key] !== null) query.set(key, state[key]);
  query.set('eapi', state.eapi);
  if (state.usePackagesOnly) query.set('binary', '1');
  return query;
}

export const toInput = (state: RootsState): RootInput => state;

/** Which of the user's places a base path is. */
export function placeOfRoot(root: string, names: DerivedNames): Place {
  const bare = root.replace(/\/+$/, '');
  if (bare === names.stagingRoot.replace(/\/+$/, '')) return 'staging';
  if (bare === names.finalRoot.replace(/\/+$/, '')) return 'final';
  return 'host';
}
