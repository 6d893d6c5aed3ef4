import { readFileSync } from 'node:fs';
import { HostError } from './errors';

/**
 * A setting that is a secret: the variable NAME, or the file that NAME_FILE names, as container engines and systemd hand
 * secrets over without putting them into the environment. Empty is not set. Throws SETTING_INVALID.
 */
export function secretSetting(
  name: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const file = environment[`${name}_FILE`];
  if (!file) return environment[name] || undefined;
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (cause) {
    throw new HostError('SETTING_INVALID', `\`${file}\` (${name}_FILE) cannot be read`, {
      hint: 'Name a file that the user of the server may read.',
      cause,
    });
  }
}
