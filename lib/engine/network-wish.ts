import type { PackageNotice } from '../layout/events';
import type { EbuildFacts } from './ebuild-facts';
import { EngineError } from './errors';
import { buildPhases } from './phase-list';
import { evaluateWords } from './source-uri';

export interface DeclaredNeeds {
  /** RESTRICT and PROPERTIES with USE conditionals evaluated */
  readonly restrict: readonly string[];
  readonly properties: readonly string[];
  /** src_test is run */
  readonly runsTests: boolean;
}

/**
 * What an ebuild says about the network, which no build has. Throws NETWORK_NEEDED for a package that cannot be built
 * without it; what may turn out well is a notice. Source: PROPERTIES of PMS 7.3.8; RESTRICT=network-sandbox and
 * PROPERTIES=test_network are Portage's, ebuild(5).
 */
export function judgeNetwork(
  cpv: string,
  { restrict, properties, runsTests }: DeclaredNeeds,
): readonly PackageNotice[] {
  if (properties.includes('live')) {
    throw new EngineError(
      'NETWORK_NEEDED',
      `\`${cpv}\` fetches its sources while it is built (PROPERTIES="live"), and builds have no network`,
      {
        hint: 'Take a released version: mask this one in `package_mask` of the design.',
        details: { cpv },
      },
    );
  }
  const notice = (text: string): PackageNotice => ({ level: 'warn', phase: 'setup', check: null, text });
  return [
    ...(restrict.includes('network-sandbox')
      ? [notice('The ebuild asks for the network (RESTRICT="network-sandbox"). It has none; phases that need it fail.')]
      : []),
    ...(runsTests && properties.includes('test_network')
      ? [notice('Its tests ask for the network (PROPERTIES="test_network"). They have none, and may fail for that.')]
      : []),
  ];
}

/** What the metadata of an ebuild declares with the USE flags it is built with. */
export function declaredNeeds(facts: EbuildFacts): DeclaredNeeds {
  const words = (name: 'RESTRICT' | 'PROPERTIES'): readonly string[] =>
    evaluateWords(facts.metadata[name] ?? '', new Set(facts.use));
  return {
    restrict: words('RESTRICT'),
    properties: words('PROPERTIES'),
    runsTests: buildPhases(facts).includes('test'),
  };
}
