import { explainDerivations, storyText } from '../resolve/explain';
import type { Derivation, PlanResult } from '../resolve/plan';

/** Why there is no plan, a text for each reason, with what could be tried. */
export function storyTexts(derivations: readonly Derivation[]): readonly string[] {
  return textsOf(derivations, { tellsNext: true, isInVain: false });
}

/** The same beside fixes, or beside the reasons why there are none: advice that these outdo or refute is left out. */
export function storiesBesideFixes({
  derivations,
  fixes,
  noFix,
}: Pick<PlanResult & { kind: 'unsolved' }, 'derivations' | 'fixes' | 'noFix'>): readonly string[] {
  return textsOf(derivations, { tellsNext: fixes.length === 0, isInVain: noFix.length > 0 });
}

function textsOf(
  derivations: readonly Derivation[],
  { tellsNext, isInVain }: { readonly tellsNext: boolean; readonly isInVain: boolean },
): readonly string[] {
  const root = derivations[0]?.root ?? 'staging';
  const stories = explainDerivations(derivations, isInVain);
  return stories.map((story) => storyText(tellsNext ? story : { ...story, next: [] }, root));
}
