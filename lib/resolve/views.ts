import type { Atom } from '../pms';
import { shareMemory } from './memory';
import type { Candidate, RootConfiguration } from './provider';

/** The same configuration as a root in which nothing is installed yet. */
export function withoutInstalled(configuration: RootConfiguration): RootConfiguration {
  return viewOf(configuration, { installed: () => [], allInstalled: () => [] });
}

/** The same configuration with only those candidates that the test takes. */
export function restrictedTo(
  configuration: RootConfiguration,
  test: (candidate: Candidate) => boolean,
): RootConfiguration {
  return viewOf(configuration, { candidates: (name) => configuration.candidates(name).filter(test) });
}

/** The same answers as the base, but for those given here. Candidates are shared, so what is parsed of them is too. */
export function viewOf(base: RootConfiguration, answers: Partial<RootConfiguration>): RootConfiguration {
  const view: RootConfiguration = {
    candidates: (name) => base.candidates(name),
    installed: (name) => base.installed(name),
    allInstalled: () => base.allInstalled(),
    provided: (name) => base.provided(name),
    use: (candidate) => base.use(candidate),
    configuredUse: (candidate) => base.configuredUse(candidate),
    masks: (candidate) => base.masks(candidate),
    isEffectiveFlag: (candidate, flag) => base.isEffectiveFlag(candidate, flag),
    ...(base.sonameProvided && { sonameProvided: base.sonameProvided }),
    ...(base.features && { features: base.features }),
    ...(base.binaryRules && { binaryRules: base.binaryRules }),
    system: base.system,
    profile: base.profile,
    set: (name) => base.set(name),
    allQualifiedNames: () => base.allQualifiedNames(),
    ...(base.isBare && { isBare: () => base.isBare?.() === true }),
    ...(base.setClass && { setClass: (name: string) => base.setClass?.(name) ?? null }),
    ...(base.sets && { sets: () => base.sets?.() ?? [] }),
    ...(base.searched && { searched: base.searched }),
    ...(base.unlistedIn && { unlistedIn: (name: string) => base.unlistedIn?.(name) ?? null }),
    ...(base.moved && { moved: (atom: Atom) => base.moved?.(atom) ?? null }),
    ...(base.hasProfile !== undefined && { hasProfile: base.hasProfile }),
    ...answers,
  };
  shareMemory(view, base);
  return view;
}
