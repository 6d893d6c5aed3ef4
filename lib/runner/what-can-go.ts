import type { StudioError } from '../errors';
import { diskOf } from '../host/disk';
import { whatCanGo } from '../host/disk-error';
import { formatBytes } from '../host/units';
import { cleanable, cleanableWords, findLeftovers } from './clean-home';

/** Works on a disk without a single free byte too. */
const prefixCanGo = '`prefix-studio remove NAME` removes a whole prefix.';

/** How long sizes are measured for a message; ms. */
const patienceMs = 1_500;

/** The command that makes room below the home, with what it frees now; measured for a moment at most. */
export async function whatCanGoNow(
  home: string,
  signal: AbortSignal = AbortSignal.timeout(patienceMs),
): Promise<string> {
  const leftovers = await findLeftovers(home, signal).catch(() => []);
  const isCut = signal.aborted;
  const kinds = cleanable.flatMap((kind) => {
    const sizes = leftovers.filter((leftover) => leftover.kind === kind).map(({ sizeBytes }) => sizeBytes);
    const sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
    return sizeBytes > 0 ? [{ kind, sizeBytes }] : [];
  });
  if (kinds.length === 0) {
    return isCut ? whatCanGo : `\`prefix-studio clean\` finds nothing to remove; ${prefixCanGo}`;
  }
  const total = kinds.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const options = kinds.map(({ kind }) => `--${kind}`).join(' ');
  const parts = kinds.map(({ kind, sizeBytes }) => `${formatBytes(sizeBytes)} ${cleanableWords[kind]}`);
  return `\`prefix-studio clean ${options}\` frees ${isCut ? 'at least ' : ''}${formatBytes(total)} (${parts.join(', ')}); ${prefixCanGo}`;
}

/** The hint of an error; that of a full disk which holds the home says what can go there now, with sizes. */
export async function hintWithSizes({ hint, details }: StudioError, home: string): Promise<string | undefined> {
  if (!hint?.includes(whatCanGo) || details.mountPoint !== diskOf(home)?.mountPoint) return hint;
  return hint.replace(whatCanGo, await whatCanGoNow(home));
}
