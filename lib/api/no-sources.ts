import type { PlanOrigins } from '../engine/describe-origins';

const mostNames = 4;

/** `a/b-1, a/c-1 and 3 more` */
function listed(cpvs: readonly string[]): string {
  const more = cpvs.length - mostNames;
  return more > 0 ? `${cpvs.slice(0, mostNames).join(', ')} and ${more} more` : cpvs.join(', ');
}

/** Why a build needs no sources at all: what it compiles has none, and everything else is built. `compiled`: `category/PF`. */
export function noSourcesWords(compiled: readonly string[]): string {
  if (compiled.length === 0) return 'none are needed, everything is built already';
  const has = compiled.length === 1 ? 'has' : 'have';
  return `none are needed: of what is compiled here, ${listed(compiled)} ${has} no source files`;
}

/** `category/PF` of the packages that a build compiles. */
export const compiledOf = (origins: PlanOrigins | null): readonly string[] =>
  (origins?.packages ?? []).flatMap(({ cpv, origin }) =>
    origin.kind === 'source' || (origin.kind === 'own' && !origin.isHere) ? [cpv] : [],
  );
