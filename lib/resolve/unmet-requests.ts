import { type Atom, matchesSlot, matchesVersion, tryParseAtom } from '../pms';
import { noMatch, noSuchPackage } from './derive';
import type { PlanFailure } from './plan';
import type { Candidate, RootConfiguration } from './provider';
import { releasedFirst } from './released-first';

const bareSets = new Set(['system', 'world']);

/** The first set that does not exist, among a set and those inside it; null: all do. Without the `@`. */
function unknownSet(root: RootConfiguration, name: string): string | null {
  const entries = root.set(name);
  if (entries === null) return name;
  return entries.find((entry) => entry.startsWith('@'))?.slice(1) ?? null;
}

/**
 * Why nothing can ever meet a request, whatever else is planned: no such set, package, version or USE flag. null:
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
  const fitting = candidates.filter(
    ({ version, slot, subSlot, repository }) =>
      matchesVersion(atom, version) &&
      matchesSlot(atom, slot, subSlot) &&
      (atom.repository === null || atom.repository === repository),
  );
  if (fitting.length === 0) return noMatch(root, request, atom, candidates);
  const unknown = unknownFlags(root, atom, releasedFirst(fitting));
  return unknown && { kind: 'use_dependency', atom: request, changes: {}, ...unknown };
}

/** Flags that a request wants and none of these versions has, beside the version that lacks the fewest; null: one has all. */
function unknownFlags(
  root: RootConfiguration,
  atom: Atom,
  candidates: readonly Candidate[],
): { readonly cpv: string; readonly unknown: readonly string[] } | null {
  const wanted = atom.useDeps.filter((dep) => dep.default === null).map(({ flag }) => flag);
  let least: { readonly cpv: string; readonly unknown: readonly string[] } | null = null;
  for (const candidate of wanted.length === 0 ? [] : candidates) {
    const unknown = wanted.filter((flag) => !root.isEffectiveFlag(candidate, flag));
    if (unknown.length === 0) return null;
    if (least === null || unknown.length < least.unknown.length) least = { cpv: candidate.cpv, unknown };
  }
  return least;
}

/** The requests that nothing can meet, all of them, in their order. */
export const unmetRequests = (root: RootConfiguration, requests: readonly string[]): readonly PlanFailure[] =>
  requests.flatMap((request) => unmet(root, request) ?? []);
