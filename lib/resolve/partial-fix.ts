import { tryParseAtom, tryParseCpv } from '../pms';
import { lower } from './edit-phrases';
import { titleOfFailure } from './explain';
import { listWords } from './explain-words';
import { lossesOf, titlesOf } from './fix-words';
import { combine, type FixAnswer, type FixProblem, searchFixes, undoneWords } from './fixes';
import { whyNoFix } from './no-fix';
import type { Derivation, DesignEdit, PlanFailure } from './plan';

/** For one request; it is planned alone, so that a plan costs little. */
const limits = { effort: 40, fixes: 1 };

/** Requests that are looked at. */
const mostRequests = 12;

/** What still fails with edits; null: they cannot be applied. Empty: there is a plan. */
export type WhatRemains = (edits: readonly DesignEdit[]) => readonly Derivation[] | null;

const askedBy = (failure: PlanFailure): string | null =>
  failure.kind === 'no_such_set' ? failure.request : 'atom' in failure ? failure.atom : null;

/** The request that a failure comes from; null: none that the design names. */
function requestOf({ failure, chain }: Derivation, requests: readonly string[]): string | null {
  const top = chain.at(-1);
  if (top === undefined) {
    const asked = askedBy(failure);
    return requests.find((request) => request === asked) ?? null;
  }
  const name = tryParseCpv(top.parent)?.qualifiedName;
  return requests.find((request) => tryParseAtom(request, { allowRepository: true })?.qualifiedName === name) ?? null;
}

const textOf = ({ failure }: Derivation): string => JSON.stringify(failure);

/**
 * For a design of which no change makes a plan: the changes that cure requests of their own, as one fix that says what
 * remains, and why nothing was found for that. null: there is none.
 */
export function partialFix(
  problem: FixProblem,
  derivations: readonly Derivation[],
  remainsWith: WhatRemains,
): FixAnswer | null {
  if (problem.requests.length < 2) return null;
  const base = problem.atoms.filter((atom) => !problem.requests.includes(atom));
  const byRequest = new Map<string, Derivation[]>();
  for (const derivation of derivations) {
    const request = requestOf(derivation, problem.requests);
    if (request !== null) byRequest.set(request, [...(byRequest.get(request) ?? []), derivation]);
  }
  let edits: readonly DesignEdit[] = [];
  let remains = derivations;
  for (const [request, causes] of [...byRequest].slice(0, mostRequests)) {
    const alone = { ...problem, atoms: [...base, request], requests: [request] };
    const [found] = searchFixes(alone, causes, limits).fixes;
    const more = found === undefined ? null : combine(edits, found.edits);
    const after = more === null ? null : remainsWith(more);
    if (more === null || after === null) continue;
    // planned alone is not yet planned beside the others
    const left = new Set(after.map(textOf));
    if (after.length === 0 || causes.some((cause) => left.has(textOf(cause)))) continue;
    edits = more;
    remains = after;
  }
  if (edits.length === 0) return null;
  const titles = [...new Set(remains.map(({ failure }) => titleOfFailure(failure)))];
  const rest = listWords(titles.map((title) => (/^[A-Z][a-z]/.test(title) ? lower(title) : title)));
  const undone = edits.flatMap((edit) => problem.undone?.(edit) ?? []);
  const cost = [...undoneWords(undone), ...lossesOf(edits), `It helps in part: then ${rest}.`].join(' ');
  const noFix = remains.flatMap((derivation) => whyNoFix(problem, [derivation], []));
  return { fixes: [{ edits, title: titlesOf([edits])[0] ?? '', cost, remains: titles }], noFix };
}
