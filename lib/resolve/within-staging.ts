import type { RootConfiguration } from './provider';

/** A configuration that offers only what staging has: final is installed from the binary packages made there. */
export function withinStaging(final: RootConfiguration, staged: ReadonlySet<string>): RootConfiguration {
  return {
    candidates: (name) => final.candidates(name).filter((each) => each.kind === 'ebuild' && staged.has(each.cpv)),
    installed: () => [],
    allInstalled: () => [],
    use: (candidate) => final.use(candidate),
    configuredUse: (candidate) => final.configuredUse(candidate),
    masks: (candidate) => final.masks(candidate),
    isEffectiveFlag: (candidate, flag) => final.isEffectiveFlag(candidate, flag),
    provided: (name) => final.provided(name),
    system: final.system,
    profile: final.profile,
    set: (name) => final.set(name),
    allQualifiedNames: () => final.allQualifiedNames(),
  };
}
