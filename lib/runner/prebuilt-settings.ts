import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PrebuiltSettings } from '../engine/index';
import { programRoot } from '../home';

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
