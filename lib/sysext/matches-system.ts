/** Key of os-release that decides whether an image merges. */
export type MatchKey = 'ARCHITECTURE' | 'ID' | 'SYSEXT_LEVEL' | 'VERSION_ID';

/** Does the image merge on a system with this os-release, and which key decides? */
export interface MatchVerdict {
  readonly merges: boolean;
  readonly key: MatchKey;
  readonly reason: string;
}

type Keys = Readonly<Record<string, string | undefined>>;

/**
 * The comparison systemd makes before merging. `release` holds the keys of the image's extension-release, `system` those of
 * the system's os-release. A key without a value counts as absent. Source: systemd-sysext(8), os-release(5)
 */
export function matchesSystem(release: Keys, system: Keys, systemArchitecture: string): MatchVerdict {
  const { ARCHITECTURE: architecture, ID: id, SYSEXT_LEVEL: level, VERSION_ID: version } = release;
  const verdict = (merges: boolean, key: MatchKey, reason: string): MatchVerdict => ({ merges, key, reason });
  if (architecture && architecture !== '_any' && architecture !== systemArchitecture)
    return verdict(false, 'ARCHITECTURE', `the image is for ${architecture}, the system is ${systemArchitecture}`);
  if (!id) return verdict(false, 'ID', 'the image names no system');
  if (id === '_any') return verdict(true, 'ID', '_any merges on every system of this architecture');
  if (id !== system.ID) {
    if (!system.ID_LIKE?.split(/\s+/).includes(id))
      return verdict(false, 'ID', `the image is for ${id}, the system is ${system.ID ?? 'unnamed'}`);
    // since systemd 258; pull request 37648
    const rest = matchesSystem(release, { ...system, ID: id }, systemArchitecture);
    return { ...rest, reason: `${rest.reason}; the system is like ${id}, which systemd before 258 does not look at` };
  }
  if (!system.VERSION_ID && !system.SYSEXT_LEVEL)
    return verdict(true, 'ID', `${id} on both sides, and the system has no version (rolling release)`);
  if (level && system.SYSEXT_LEVEL)
    return verdict(level === system.SYSEXT_LEVEL, 'SYSEXT_LEVEL', `image ${level}, system ${system.SYSEXT_LEVEL}`);
  // a system with a level and no version asks the image for nothing more
  if (!system.VERSION_ID) return verdict(true, 'ID', `${id} on both sides, and the image names no level`);
  if (!version) return verdict(false, 'VERSION_ID', `the image names none, the system has ${system.VERSION_ID}`);
  return verdict(version === system.VERSION_ID, 'VERSION_ID', `image ${version}, system ${system.VERSION_ID}`);
}
