import { explainDerivations, storyText } from '../resolve/explain';
import type { Derivation } from '../resolve/plan';
import type { Terminal } from './command';

/** Tells why there is no plan. */
export function tellStories(derivations: readonly Derivation[], terminal: Terminal): void {
  const root = derivations[0]?.root ?? 'staging';
  for (const story of explainDerivations(derivations)) terminal.err(storyText(story, root));
}
