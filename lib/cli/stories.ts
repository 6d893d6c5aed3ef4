import { explainDerivations, type Story, storyText } from '../resolve/explain';
import { type Derivation, givesPlan, type PlanResult } from '../resolve/plan';

/** Why there is no plan, a text for each reason, with what could be tried. */
export const storyTexts = (derivations: readonly Derivation[]): readonly string[] =>
  textsOf(explainDerivations(derivations), derivations);

/** The stories of an answer beside its fixes: advice that these outdo is left out, unless they help in part only. */
export const storiesBesideFixes = (
  stories: readonly Story[],
  { derivations, fixes }: Pick<PlanResult & { kind: 'unsolved' }, 'derivations' | 'fixes'>,
): readonly string[] =>
  textsOf(fixes.some(givesPlan) ? stories.map((story) => ({ ...story, next: [] })) : stories, derivations);

function textsOf(stories: readonly Story[], derivations: readonly Derivation[]): readonly string[] {
  const root = derivations[0]?.root ?? 'staging';
  return stories.map((story) => storyText(story, root));
}
