import { type Atom, changeAtom } from './atom';
import { PmsError } from './errors';
import type { UseOfCandidate } from './match';
import { evaluateUseDep, isConditional, type UseDep } from './use-dep';

type Flags = { has(flag: string): boolean };

function isViolated(useDep: UseDep, use: Flags, iuse: Flags, parent: Flags): boolean {
  const { flag, default: fallback } = useDep;
  if (!iuse.has(flag) && fallback === null) return true;
  const wanted = evaluateUseDep(useDep, parent.has(flag));
  if (wanted === null) return false;
  const enabled = use.has(flag) || (!iuse.has(flag) && fallback === '+');
  return enabled !== (wanted.kind === 'enabled');
}

/**
 * The atom with only those USE deps that a candidate does not meet, as written; the candidate meets all when none is
 * left. `parentUse` are the enabled flags of the package that has the dependency; null is right only for an atom
 * without conditional USE deps. Throws INVALID_ATOM. Source: PMS 8.3.4.
 */
export function violatedUseDeps(atom: Atom, candidate: UseOfCandidate, parentUse: Flags | null): Atom {
  if (atom.useDeps.length === 0 || candidate.use === null) return atom;
  if (parentUse === null && atom.useDeps.some(isConditional)) {
    throw new PmsError(
      'INVALID_ATOM',
      `the USE deps of \`${atom.text}\` depend on flags of a parent, and there is none`,
      {
        details: { text: atom.text },
      },
    );
  }
  const { use, iuse } = candidate;
  const useDeps = atom.useDeps.filter((useDep) => isViolated(useDep, use, iuse, parentUse ?? new Set()));
  return useDeps.length === atom.useDeps.length ? atom : changeAtom(atom, { useDeps, unevaluated: atom });
}

/**
 * The atom as it may become under any configuration: each conditional USE dep both ways, except for flags the profile
 * masks (never enabled in the parent) or forces (never disabled). For checks of whole repositories.
 */
export function expandUseDeps(atom: Atom, masked: Flags, forced: Flags): Atom {
  if (!atom.useDeps.some(isConditional)) return atom;
  const useDeps = atom.useDeps.flatMap((useDep) => {
    if (!isConditional(useDep)) return [useDep];
    const outcomes = [
      masked.has(useDep.flag) ? null : evaluateUseDep(useDep, true),
      forced.has(useDep.flag) ? null : evaluateUseDep(useDep, false),
    ].filter((outcome) => outcome !== null);
    return outcomes.sort((a, b) => Number(a.kind === 'disabled') - Number(b.kind === 'disabled'));
  });
  return changeAtom(atom, { useDeps, unevaluated: atom });
}
