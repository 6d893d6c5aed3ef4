import { randomBytes } from 'node:crypto';
import { secretSetting } from '../../host/secret-setting';
import { UsageError } from '../command';

/** Shorter ones can be guessed. */
export const shortestToken = 16;

export interface AccessToken {
  readonly token: string;
  readonly warning: string | null;
}

/**
 * The token of a server that others can reach: PREFIX_STUDIO_TOKEN (or the file that
 * PREFIX_STUDIO_TOKEN_FILE names), else a new one of 192 bits. It is taken out of the
 * environment, so that no program started from here inherits it. Throws `UsageError` for one that protects nothing.
 */
export function takeAccessToken(environment: NodeJS.ProcessEnv = process.env): AccessToken {
  const isEmpty = environment.PREFIX_STUDIO_TOKEN === '' && !environment.PREFIX_STUDIO_TOKEN_FILE;
  const chosen = isEmpty ? '' : secretSetting('PREFIX_STUDIO_TOKEN', environment);
  delete environment.PREFIX_STUDIO_TOKEN;
  delete environment.PREFIX_STUDIO_TOKEN_FILE;
  if (chosen === undefined) return { token: randomBytes(24).toString('base64url'), warning: null };
  if (chosen === '') {
    throw new UsageError(
      'PREFIX_STUDIO_TOKEN is empty, so everybody would know it. Set a long one, or unset it to have one made.',
    );
  }
  if (!/^[\w.~+/=-]+$/.test(chosen)) {
    throw new UsageError(
      'PREFIX_STUDIO_TOKEN may hold letters, digits and `.~+/=_-` only: it travels in an address and a cookie.',
    );
  }
  const isShort = chosen.length < shortestToken;
  return {
    token: chosen,
    warning: isShort
      ? `PREFIX_STUDIO_TOKEN has ${chosen.length} characters and can be guessed; use at least ${shortestToken}.`
      : null,
  };
}
