import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PrebuiltSettings } from '../../engine/index';
import { homeLayout, programRoot } from '../../home';

/** Environment variable with folders and addresses of prebuilt packages, separated by spaces. */
export const prebuiltVariable = 'PREFIX_STUDIO_PREBUILT';

/** The folder of prebuilt packages that a release brings. */
export const releasedPrebuilt = (): string => join(programRoot(), 'prebuilt');

/**
 * Where this machine takes prebuilt packages from: what its user named, then what the program brought. No design has a say:
 * they are programs, and who names a place trusts it.
 */
export function prebuiltSettings(
  cacheDir: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): PrebuiltSettings {
  const named = (environment[prebuiltVariable] ?? '').split(/\s+/).filter((place) => place !== '');
  const released = releasedPrebuilt();
  return { places: [...named, ...(existsSync(join(released, 'index.json')) ? [released] : [])], cacheDir };
}

/**
 * What somebody should know who is about to build for the first time where nothing is prebuilt, as in a checkout; null: something
 * is, or was built before. `home`: the data folder.
 */
export function firstBuildNote(
  home: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | null {
  const { cache, shared } = homeLayout(home);
  if (existsSync(join(shared, 'pkgs')) || prebuiltSettings(cache, environment).places.length > 0) return null;
  return `Nothing is prebuilt here: the first build compiles everything, which takes minutes, and later prefixes take what it built. A release brings packages of its starters; others come from where ${prebuiltVariable} says (\`prefix-studio prebuilt --help\`).`;
}
