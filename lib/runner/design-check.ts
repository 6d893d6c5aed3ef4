import type { DesignInput } from '../api/bodies';
import type { DesignCheck } from '../api/wire';
import { type Design, formatDesign, parseDesign, validateDesign } from '../design/index';
import { type DerivedNames, deriveNames } from '../layout/names';
import { DesignInvalidError } from './errors';

/** Names and folders of a design's prefix on this machine. */
export function namesOf(design: Design, home: string): DerivedNames {
  return deriveNames(design, home, home);
}

/** Checks text or value; every problem at its field. */
export function checkDesign(input: DesignInput, home: string): DesignCheck {
  const result = 'text' in input ? parseDesign(input.text) : validateDesign(input.design);
  if (!result.ok) return { ok: false, design: null, problems: result.problems, names: null, text: null };
  const { design } = result;
  return { ok: true, design, problems: [], names: namesOf(design, home), text: formatDesign(design) };
}

/** The design of text or value. Throws DESIGN_INVALID. */
export function requireDesign(input: DesignInput): Design {
  const result = 'text' in input ? parseDesign(input.text) : validateDesign(input.design);
  if (!result.ok) throw new DesignInvalidError(result.problems);
  return result.design;
}
