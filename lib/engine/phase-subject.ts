import type { EbuildFacts } from './ebuild-facts';
import type { Distfile } from './fetch';
import type { PhaseRequest } from './phase-contract';
import { evaluateWords } from './source-uri';

/** RESTRICT with USE conditionals evaluated. */
export const restrictOf = (facts: EbuildFacts): readonly string[] =>
  evaluateWords(facts.metadata.RESTRICT ?? '', new Set(facts.use));

/** What an ebuild is to the phases that run of it. */
export const phaseSubject = (cpv: string, facts: EbuildFacts, files: readonly Distfile[]) =>
  ({
    cpv,
    eapi: facts.metadata.EAPI || '0',
    slot: facts.metadata.SLOT || '0',
    ebuild: facts.ebuild,
    repository: facts.repository,
    eclassDirs: facts.eclassDirs,
    use: facts.use,
    iuseImplicit: facts.iuseImplicit,
    isImplicitFlag: facts.isImplicitFlag,
    distfiles: files.map(({ entry }) => entry.name),
    restrict: restrictOf(facts),
  }) satisfies Partial<PhaseRequest>;
