import type { EbuildFacts } from './ebuild-facts';
import type { EbuildPhase } from './phase-contract';
import { evaluateWords } from './source-uri';

/** Does the user want tests of a package, and does the ebuild have some that can be run? Source: make.conf(5), FEATURES. */
function wantsTests({ features, metadata, use }: EbuildFacts): boolean {
  if (features?.has('test') !== true) return false;
  return !evaluateWords(metadata.RESTRICT ?? '', new Set(use)).includes('test');
}

/**
 * The phases that build a package, in order. Tests are run with FEATURES=test, unless the ebuild restricts them; the flag
 * `test` alone, which only adds what they need, does not run them.
 */
export function buildPhases(facts: EbuildFacts): readonly EbuildPhase[] {
  const defined = (facts.metadata.DEFINED_PHASES ?? '').split(/\s+/);
  // what the profile has run around a phase is run where the ebuild has none, too
  const hasHooks = (facts.bashrcs ?? []).length > 0;
  const optional = (name: 'pretend' | 'setup'): readonly EbuildPhase[] =>
    defined.includes(name) || (name === 'setup' && hasHooks) ? [name] : [];
  const tests: readonly EbuildPhase[] = wantsTests(facts) ? ['test'] : [];
  return [
    ...optional('pretend'),
    ...optional('setup'),
    'unpack',
    'prepare',
    'configure',
    'compile',
    ...tests,
    'install',
  ];
}
