import { describe, expect, it } from 'vitest';
import type { EbuildFacts } from './ebuild-facts';
import { buildPhases, pretendPhases } from './phase-list';

const facts = (change: Partial<EbuildFacts>): EbuildFacts => ({
  ebuild: '/repository/app-misc/a/a-1.ebuild',
  repository: 'test',
  repositoryLocation: '/repository',
  mirrorLocations: [],
  eclassDirs: [],
  metadata: {},
  use: [],
  iuseImplicit: [],
  isImplicitFlag: () => false,
  variables: {},
  ...change,
});
const always = ['unpack', 'prepare', 'configure', 'compile', 'install'];

describe('phases of a build', () => {
  it('leave out pretend and setup that the ebuild does not have; pretend is one of its own', () => {
    expect(buildPhases(facts({}))).toEqual(always);
    const metadata = { DEFINED_PHASES: 'compile pretend setup' };
    expect(buildPhases(facts({ metadata }))).toEqual(['setup', ...always]);
    expect(pretendPhases(facts({ metadata }))).toEqual(['pretend']);
    expect(pretendPhases(facts({}))).toEqual([]);
  });

  it('have setup for the sake of what the profile runs in it', () => {
    const bashrcs = [{ repository: 'test', location: '/repository', path: 'profiles/profile.bashrc' }];
    expect(buildPhases(facts({ bashrcs }))).toEqual(['setup', ...always]);
  });

  it.each([
    ['FEATURES has test', ['test'], ['test'], '', true],
    ['only the flag is on', [], ['test'], '', false],
    ['the ebuild restricts them', ['test'], ['test'], 'strip test', false],
    ['the flag is off and the ebuild wants it', ['test'], [], '!test? ( test )', false],
    ['the flag is on and the ebuild wants it', ['test'], ['test'], '!test? ( test )', true],
    ['the flag is off and the ebuild does not care', ['test'], [], '', true],
  ])('run tests or not: %s', (_, features, use, RESTRICT, expected) => {
    const phases = buildPhases(facts({ features: new Set(features), use, metadata: { RESTRICT } }));
    expect(phases.includes('test')).toBe(expected);
  });
});
