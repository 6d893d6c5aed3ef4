import type { Design } from '../design';
import type { PlanWarning } from '../resolve/plan';

/** SYSEXT_LEVEL of Flatcar. Source: build_library/set_lsb_release of flatcar/scripts */
const flatcarLevel = '1.0';

/** What the image of a design does to the systems that it is merged on, as far as its owner may not expect it. */
export function imageWarnings({ path, sysext }: Pick<Design, 'path' | 'sysext'>): readonly PlanWarning[] {
  if (sysext === false) return [];
  const found: PlanWarning[] = [];
  if (sysext.target === 'any' && path.startsWith('/usr/local/')) {
    found.push({
      code: 'HIDES_USR_LOCAL',
      message:
        'On systems where `/usr/local` is a link (Fedora CoreOS, Fedora Atomic) the image puts a folder in its place: what the host has there is hidden while it is merged.',
      hint: `Choose a path below \`/opt\`, such as \`/opt/${path.split('/').at(-1) ?? 'my-app'}\`, or build for Flatcar only.`,
    });
  }
  if (sysext.target === 'flatcar' && sysext.match === 'sysext-level' && sysext.level !== flatcarLevel) {
    found.push({
      code: 'LEVEL_UNKNOWN',
      message: `The image wants SYSEXT_LEVEL \`${sysext.level}\`; Flatcar's has been \`${flatcarLevel}\` since there is one, so it merges on no release.`,
      hint: `Leave \`level\` out, or write \`${flatcarLevel}\`.`,
    });
  }
  return found;
}
