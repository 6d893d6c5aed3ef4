import { explainDerivations, storyText } from '../resolve/explain';
import type { Derivation } from '../resolve/plan';

/** Why there is no plan, a text for each reason; `tellsNext`: with what could be tried. */
export function storyTexts(derivations: readonly Derivation[], tellsNext = true): readonly string[] {
  const root = derivations[0]?.root ?? 'staging';
  return explainDerivations(derivations).map((story) => storyText(tellsNext ? story : { ...story, next: [] }, root));
}
