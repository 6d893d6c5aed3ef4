import type { OpenedDesign } from '../../plan/open-design';
import { placeOfOpened } from '../embedded/embedded-engine';

/** Environment variable with the folder of binary packages. */
export const folderVariable = 'PREFIX_STUDIO_BINARY_PACKAGES';

/** Where binary packages are taken from: the folder that the user of this machine names, else the prefix's own. */
export function packageFolder(
  opened: OpenedDesign,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const named = environment[folderVariable] ?? '';
  return named === '' ? placeOfOpened(opened).pkgDir : named;
}
