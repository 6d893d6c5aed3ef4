import { lower, phrasesOf } from './edit-phrases';
import { titleOfFailure } from './explain';

import { describeMask } from './explain-masks';
import { code, describeVersion, listSome, listWords, purposeOf, shortAtom } from './explain-words';
import type { HeldFlag, NoFixReason } from './plan';

const quiet = (text: string): string => (/^[A-Z][a-z]/.test(text) ? lower(text) : text);

const heldWords = ({ flag, on, by }: HeldFlag): string =>
  `${code(flag)} ${on ? 'on' : 'off'} (${by === 'use.force' ? 'use.force' : 'use.mask'})`;

/** One sentence: what was in the way of a change. */
export function describeNoFix(reason: NoFixReason): string {
  switch (reason.kind) {
    case 'nowhere':
      return `No repository here has ${describeVersion(reason.atom)}: it is not in ${listWords(reason.repositories.map(code))}.`;
    case 'no_other_version': {
      const { available } = reason;
      if (available.length === 0) return `There is no version of ${code(shortAtom(reason.atom))} at all.`;
      return available.length === 1
        ? `${code(available[0] ?? '')} is the only version that these repositories have.`
        : `There are only ${listSome(available.map(code), 6)}.`;
    }
    case 'not_liftable':
      return `${code(reason.cpv)} ${listWords(reason.masks.map(describeMask))}; a design cannot change that.`;
    case 'no_such_flag':
      return `No version that may be used has the USE flag ${listWords(reason.flags.map(code))}; ${code(reason.cpv)} does not.`;
    case 'held_flags':
      return `The profile keeps ${listWords(reason.flags.map(heldWords))} for ${code(reason.cpv)}, so a design cannot change that.`;
    case 'always_needed':
      return `${code(reason.parent)} needs ${code(shortAtom(reason.atom))} ${purposeOf[reason.class]} whatever its USE flags.`;
    case 'tried': {
      const phrases = [...new Set(reason.edits.map((edit) => lower(phrasesOf(edit)[0] ?? '')))];
      return `Tried to ${listSome(phrases, 3)}. Then ${quiet(titleOfFailure(reason.failure))}.`;
    }
    case 'gave_up':
      return `The search ended after ${reason.plans} plans; a change of many parts at once might still work.`;
  }
}

/** Why no change is offered, one sentence each. */
export function explainNoFix(reasons: readonly NoFixReason[]): readonly string[] {
  return [...new Set(reasons.map(describeNoFix))];
}
