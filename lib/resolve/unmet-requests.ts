import { matchesSlot, matchesVersion, tryParseAtom } from '../pms';
import { movedWords, noSuchPackage } from './derive';
import type { PlanFailure } from './plan';
import type { RootConfiguration } from './provider';

const bareSets = new Set(['system', 'world']);

/** The first set that does not exist, among a set and those inside it; null: all do. Without the `@`. */
function unknownSet(root: RootConfiguration, name: string): string | null {
  const entries = root.set(name);
  if (entries === null) return name;
  return entries.find((entry) => entry.startsWith('@'))?.slice(1) ?? null;
}

/**
 * Why nothing can ever meet a request, whatever else is planned: no such set, no such package, no such version. null:
 * something may. A name without its category is left to the resolver.
 */
function unmet(root: RootConfiguration, request: string): PlanFailure | null {
  if (request.startsWith('@') || bareSets.has(request)) {
    const set = unknownSet(root, request.replace(/^@/, ''));
    if (set === null) return null;
    const setClass = root.setClass?.(set) ?? null;
    const known = root.sets?.() ?? [];
    return { kind: 'no_such_set', request, set, known, ...(setClass !== null && { class: setClass }) };
  }
  const atom = request.includes('/') ? tryParseAtom(request, { allowRepository: true }) : null;
  if (atom === null || root.provided(atom.qualifiedName).length > 0) return null;
  const candidates = root.candidates(atom.qualifiedName);
  if (candidates.length === 0) return noSuchPackage(root, request, atom);
  const fits = candidates.some(
    ({ version, slot, subSlot, repository }) =>
      matchesVersion(atom, version) &&
      matchesSlot(atom, slot, subSlot) &&
      (atom.repository === null || atom.repository === repository),
  );
  if (fits) return null;
  const available = [...new Set(candidates.map(({ cpv }) => cpv))];
  return { kind: 'no_match', atom: request, available, ...movedWords(root, atom) };
}

/** The requests that nothing can meet, all of them, in their order. */
export const unmetRequests = (root: RootConfiguration, requests: readonly string[]): readonly PlanFailure[] =>
  requests.flatMap((request) => unmet(root, request) ?? []);
