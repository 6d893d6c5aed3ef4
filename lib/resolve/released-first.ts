import { isLiveVersion } from '../pms';
import type { Candidate } from './provider';

/** Live versions behind all others, each in the order that it came in. */
export const releasedFirst = <T extends Pick<Candidate, 'version'>>(candidates: readonly T[]): readonly T[] =>
  candidates.toSorted((a, b) => Number(isLiveVersion(a.version)) - Number(isLiveVersion(b.version)));
