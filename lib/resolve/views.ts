import { shareMemory } from './memory';
import type { Candidate, RootConfiguration } from './provider';

/** The same configuration as a root in which nothing is installed yet. */
export function withoutInstalled(configuration: RootConfiguration): RootConfiguration {
  return delegate(configuration, { installed: () => [], allInstalled: () => [] });
}

/** The same configuration with only those candidates that the test takes. */
export function restrictedTo(
  configuration: RootConfiguration,
  test: (candidate: Candidate) => boolean,
): RootConfiguration {
  return delegate(configuration, { candidates: (name) => configuration.candidates(name).filter(test) });
}

type Answers = Partial<Pick<RootConfiguration, 'candidates' | 'installed' | 'allInstalled' | 'provided'>>;

function delegate(configuration: RootConfiguration, answers: Answers): RootConfiguration {
  const view: RootConfiguration = {
    candidates: answers.candidates ?? ((name) => configuration.candidates(name)),
    installed: answers.installed ?? ((name) => configuration.installed(name)),
    allInstalled: answers.allInstalled ?? (() => configuration.allInstalled()),
    provided: answers.provided ?? ((name) => configuration.provided(name)),
    use: (candidate) => configuration.use(candidate),
    configuredUse: (candidate) => configuration.configuredUse(candidate),
    masks: (candidate) => configuration.masks(candidate),
    isEffectiveFlag: (candidate, flag) => configuration.isEffectiveFlag(candidate, flag),
    ...(configuration.sonameProvided ? { sonameProvided: configuration.sonameProvided } : {}),
    ...(configuration.features ? { features: configuration.features } : {}),
    ...(configuration.binaryRules ? { binaryRules: configuration.binaryRules } : {}),
    system: configuration.system,
    profile: configuration.profile,
    set: (name) => configuration.set(name),
    allQualifiedNames: () => configuration.allQualifiedNames(),
  };
  shareMemory(view, configuration);
  return view;
}
