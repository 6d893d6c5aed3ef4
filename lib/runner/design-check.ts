import type { DesignInput } from '../api/bodies';
import type { DesignCheck } from '../api/wire';
import { type Design, formatDesign, parseDesign, requestProblems, validateDesign } from '../design/index';
import { checkSysextPath } from '../design/sysext-checks';
import { type DerivedNames, deriveNames } from '../layout/names';
import { explainDerivations } from '../resolve/explain';
import { DesignInvalidError } from './errors';
import { planWithin } from './plan-answers';
import type { AsksPlanner } from './planning-work';

/** Names and folders of a design's prefix on this machine. */
export function namesOf(design: Design, home: string): DerivedNames {
  return deriveNames(design, home, home);
}

/** Checks text or value; every problem at its field. */
export function checkDesign(input: DesignInput, home: string): DesignCheck {
  const result = 'text' in input ? parseDesign(input.text) : validateDesign(input.design);
  if (!result.ok) return { ...nothing, problems: result.problems };
  const { design } = result;
  return {
    ...nothing,
    ok: true,
    design,
    names: namesOf(design, home),
    text: formatDesign(design),
    sysext: checkSysextPath(design),
  };
}

const nothing: DesignCheck = {
  ok: false,
  design: null,
  problems: [],
  names: null,
  text: null,
  sysext: [],
  planned: null,
};

/** Checks text or value, then whether it can be planned; what a design names that is nowhere is a problem at its line. */
export async function checkPlanned(
  { home, planner }: { readonly home: string; readonly planner: AsksPlanner },
  input: DesignInput,
  signal?: AbortSignal,
): Promise<DesignCheck> {
  const check = checkDesign(input, home);
  const { design, text } = check;
  if (design === null || text === null) return check;
  const { result, notices } = await planWithin({ studio: null, planner }, design, { signal });
  if (result.kind === 'planned') {
    const { packages, warnings } = result.plan;
    const work = packages.filter(({ action }) => action !== 'provided' && action !== 'keep').length;
    return { ...check, planned: { work, warnings, notices, derivations: [], stories: [], fixes: [] } };
  }
  const { derivations, fixes, noFix } = result;
  const stories = explainDerivations(derivations, noFix.length > 0);
  const problems = requestProblems('text' in input ? input.text : text, derivations);
  return {
    ...check,
    ok: false,
    problems,
    planned: { work: null, warnings: result.warnings, notices, derivations, stories, fixes },
  };
}

/** The design of text or value. Throws DESIGN_INVALID. */
export function requireDesign(input: DesignInput): Design {
  const result = 'text' in input ? parseDesign(input.text) : validateDesign(input.design);
  if (!result.ok) throw new DesignInvalidError(result.problems);
  return result.design;
}
