import type { EbuildFacts } from './ebuild-facts';
import type { EbuildPhase } from './phase-contract';
import { evaluateWords } from './source-uri';

/** Does the user want tests of a package, and does the ebuild have some that can be run? Source: make.conf(5), FEATURES. */
function wantsTests({ features, metadata, use }: EbuildFacts): boolean {
  if (features?.has('test') !== true) return false;
  return !evaluateWords(metadata.RESTRICT ?? '', new Set(use)).includes('test');
}

const definedIn = ({ metadata }: EbuildFacts): readonly string[] => (metadata.DEFINED_PHASES ?? '').split(/\s+/);

/** `pretend` where the ebuild has it: of all packages of a run it comes before the first of them is built. Source: PMS 9.1.1, 9.2 */
export const pretendPhases = (facts: EbuildFacts): readonly EbuildPhase[] =>
  definedIn(facts).includes('pretend') ? ['pretend'] : [];

/**
 * The phases that build a package after `pretendPhases`, in order. Tests are run with FEATURES=test, unless the ebuild restricts them; the flag
 * `test` alone, which only adds what they need, does not run them.
 */
export function buildPhases(facts: EbuildFacts): readonly EbuildPhase[] {
  // what the profile has run around a phase is run where the ebuild has none, too
  const hasHooks = (facts.bashrcs ?? []).length > 0;
  const setup: readonly EbuildPhase[] = definedIn(facts).includes('setup') || hasHooks ? ['setup'] : [];
  const tests: readonly EbuildPhase[] = wantsTests(facts) ? ['test'] : [];
  return [...setup, 'unpack', 'prepare', 'configure', 'compile', ...tests, 'install'];
}
