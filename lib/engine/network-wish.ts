import { join } from 'node:path';
import type { PackageNotice } from '../layout/events';
import { parseCpv } from '../pms';
import type { EbuildFacts } from './ebuild-facts';
import { EngineError } from './errors';
import type { EbuildPhase, PhaseNetwork } from './phase-contract';
import { buildPhases } from './phase-list';
import type { PrefixPlace } from './prefix-place';
import { evaluateWords } from './source-uri';

/** Below a prefix's folder of staging: what live ebuilds fetched, by package. */
export const liveFolder = 'live';

export interface DeclaredNeeds {
  /** RESTRICT and PROPERTIES with USE conditionals evaluated */
  readonly restrict: readonly string[];
  readonly properties: readonly string[];
  /** src_test is run */
  readonly runsTests: boolean;
  /** the design lets it reach out: `allow_network` */
  readonly isAllowed: boolean;
}

/** Phases of a build that `RESTRICT=network-sandbox` is about. */
const allPhases: readonly EbuildPhase[] = [
  'pretend',
  'setup',
  'unpack',
  'prepare',
  'configure',
  'compile',
  'test',
  'install',
];

/**
 * The phases for which an ebuild declares that they need the network. Source: PROPERTIES of PMS 7.3.8; RESTRICT=network-sandbox
 * and PROPERTIES=test_network are Portage's, ebuild(5).
 */
export function networkPhases({
  restrict,
  properties,
}: Pick<DeclaredNeeds, 'restrict' | 'properties'>): readonly EbuildPhase[] {
  if (restrict.includes('network-sandbox')) return allPhases;
  return [
    ...(properties.includes('live') ? (['unpack'] as const) : []),
    ...(properties.includes('test_network') ? (['test'] as const) : []),
  ];
}

const hintFor = (cpv: string): string => {
  const { category, pn } = parseCpv(cpv);
  return `Write \`${category}/${pn}\` into \`allow_network\` of the design to let it reach the internet in those phases.`;
};

/**
 * What an ebuild says about the network, which a build has only where the design allows it. Throws NETWORK_NEEDED for a package
 * that cannot be built without it; what may turn out well is a notice.
 */
export function judgeNetwork(cpv: string, needs: DeclaredNeeds): readonly PackageNotice[] {
  const { restrict, properties, runsTests, isAllowed } = needs;
  const notice = (text: string): PackageNotice => ({ level: 'warn', phase: 'setup', check: null, text });
  if (isAllowed) {
    const phases = networkPhases(needs).filter((phase) => phase !== 'test' || runsTests);
    if (phases.length === 0) return [];
    const where = phases.length > 2 ? 'all its phases' : `its phases ${phases.join(' and ')}`;
    return [
      notice(
        `It may reach the internet in ${where}, because the design allows it. No Manifest checks what it fetches there; the log names the hosts.`,
      ),
    ];
  }
  if (properties.includes('live')) {
    throw new EngineError(
      'NETWORK_NEEDED',
      `\`${cpv}\` fetches its sources while it is built (PROPERTIES="live"), and this build has no network`,
      {
        hint: `${hintFor(cpv)} Or take a released version: mask this one in \`package_mask\`.`,
        details: { cpv },
      },
    );
  }
  return [
    ...(restrict.includes('network-sandbox')
      ? [
          notice(
            `The ebuild asks for the network (RESTRICT="network-sandbox"). It has no network; phases that need one fail. ${hintFor(cpv)}`,
          ),
        ]
      : []),
    ...(runsTests && properties.includes('test_network')
      ? [
          notice(
            `Its tests ask for the network (PROPERTIES="test_network"). They have no network, and may fail because of that. ${hintFor(cpv)}`,
          ),
        ]
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
    isAllowed: facts.isNetworkAllowed === true,
  };
}

/** The network of a package, where its ebuild declares the need and the design allows it; what it fetches stays in the prefix's own folder. */
export function networkOf(place: PrefixPlace, cpv: string, facts: EbuildFacts): PhaseNetwork | undefined {
  const needs = declaredNeeds(facts);
  const phases = needs.isAllowed ? networkPhases(needs) : [];
  if (phases.length === 0) return undefined;
  const { category, pn } = parseCpv(cpv);
  return { phases, store: join(place.stagingDir, liveFolder, category, pn) };
}
