import { tryParseAtom } from '../pms';
import { renamed } from '../resolve/bare-names';
import { explainDerivation } from '../resolve/explain';
import type { Derivation, PlanFailure } from '../resolve/plan';
import { locateProblems } from './design';
import type { DesignProblem, DesignProblemCode } from './errors';

const codes: Partial<Record<PlanFailure['kind'], DesignProblemCode>> = {
  no_such_package: 'UNKNOWN_PACKAGE',
  no_such_set: 'UNKNOWN_SET',
  no_match: 'UNKNOWN_VERSION',
  use_dependency: 'UNKNOWN_FLAG',
};

/** The request with the name that was probably meant, operator, version and slot kept. */
function suggestionFor(failure: PlanFailure): string | undefined {
  if ('moved' in failure && failure.moved !== undefined) return failure.moved.atom;
  // any version will do for who is told that this one is gone
  if (failure.kind === 'no_match') {
    return failure.available.length > 0
      ? tryParseAtom(failure.atom, { allowRepository: true })?.qualifiedName
      : undefined;
  }
  if (failure.kind === 'use_dependency') return tryParseAtom(failure.atom, { allowRepository: true })?.qualifiedName;
  if (failure.kind !== 'no_such_package') return undefined;
  const [name] = failure.similar;
  return name === undefined ? undefined : (renamed(failure.atom, name) ?? undefined);
}

function requestOf(failure: PlanFailure): string | null {
  if (failure.kind === 'no_such_set') return failure.request;
  if (failure.kind === 'use_dependency') return failure.unknown === undefined ? null : failure.atom;
  return failure.kind === 'no_such_package' || failure.kind === 'no_match' ? failure.atom : null;
}

/** Packages, versions, USE flags and sets that a design names and that are nowhere, each at its line of the text. */
export function requestProblems(text: string, derivations: readonly Derivation[]): readonly DesignProblem[] {
  const found = derivations.flatMap((derivation): (Omit<DesignProblem, 'field'> & { readonly request: string })[] => {
    const { failure, chain } = derivation;
    const code = codes[failure.kind];
    const request = requestOf(failure);
    if (code === undefined || request === null || chain.length > 0) return [];
    const { title, cause, next } = explainDerivation(derivation);
    // which sets there are is part of the advice
    const advice = code === 'UNKNOWN_SET' ? [...cause.slice(0, 1), ...next.slice(0, 1)] : next.slice(0, 1);
    const suggestion = suggestionFor(failure);
    return [
      { request, code, message: `${title}.`, hint: advice.join(' '), ...(suggestion !== undefined && { suggestion }) },
    ];
  });
  if (found.length === 0) return [];
  return locateProblems(text, ({ packages }) =>
    found.flatMap(({ request, ...problem }) => {
      const at = packages.indexOf(request);
      return at < 0 ? [] : [{ ...problem, field: `packages.${at}` }];
    }),
  );
}
