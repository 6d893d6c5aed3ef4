import type { SysextOptions } from '../design/schema';
import type { BoardFacts } from '../layout/names';

/** Path of the release file inside the image. The last part must equal the image's file name without `.raw`. Source: systemd-sysext(8) */
export function releasePath(name: string): string {
  return `usr/lib/extension-release.d/extension-release.${name}`;
}

/** Text between the double quotes of a shell assignment that means nothing but itself. */
const plain = (text: string): string => text.replace(/[^\w .,:;()/+@=~-]/g, '_').slice(0, 4000);

/**
 * Content of the release file: what must be equal in the target's os-release before the image is merged, and what the image
 * says of itself. `toolchain`: compiler and C library by name and version; `ownSources`: packages that are not as their tree
 * has them. `accounts`: users and groups that packages want on the system. Source: os-release(5), which leaves other keys to
 * whoever writes the file.
 */
export function extensionRelease(
  options: SysextOptions,
  board: BoardFacts,
  toolchain?: string,
  ownSources: string | null = null,
  accounts = '',
): string {
  const lines = options.target === 'any' ? ['ID=_any'] : ['ID=flatcar', `${matchKey(options)}=${options.level}`];
  lines.push(`ARCHITECTURE=${board.sysextArchitecture}`);
  if (options.reload_manager) lines.push('EXTENSION_RELOAD_MANAGER=1');
  if (toolchain !== undefined) lines.push(`PREFIX_STUDIO_TOOLCHAIN="${plain(toolchain)}"`);
  if (ownSources !== null) lines.push(`PREFIX_STUDIO_OWN_SOURCES="${plain(ownSources)}"`);
  if (accounts !== '') lines.push(`PREFIX_STUDIO_ACCOUNTS="${plain(accounts)}"`);
  return `${lines.join('\n')}\n`;
}

const matchKey = (options: SysextOptions): string => (options.match === 'version-id' ? 'VERSION_ID' : 'SYSEXT_LEVEL');
