import type { Design } from '../design';
import { flatcarLevel } from '../design/schema';
import type { PlanWarning } from '../resolve/plan';
import { knownSystems } from '../sysext/known-systems';

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
  if (sysext.target === 'any' && (sysext.match !== 'sysext-level' || sysext.level !== flatcarLevel)) {
    found.push({
      code: 'MATCH_UNUSED',
      message: 'The image is for any system (`target: any`), so `match` and `level` of the design do nothing.',
      hint: 'Leave them out, or write `target: flatcar`.',
    });
  }
  if (sysext.target === 'flatcar' && sysext.match === 'sysext-level' && sysext.level !== flatcarLevel) {
    found.push({
      code: 'LEVEL_UNKNOWN',
      message: `The image wants SYSEXT_LEVEL \`${sysext.level}\`; Flatcar's has always been \`${flatcarLevel}\`, so it merges on no release.`,
      hint: `Leave \`level\` out, or write \`${flatcarLevel}\`.`,
    });
  }
  if (sysext.target === 'flatcar' && sysext.match === 'version-id') {
    const channels = knownSystems.filter(({ release }) => release.ID === 'flatcar');
    if (!channels.some(({ release }) => release.VERSION_ID === sysext.level)) {
      const current = channels.map(({ name, release }) => `${name} ${release.VERSION_ID}`).join(', ');
      found.push({
        code: 'VERSION_NOT_CURRENT',
        message: `The image wants VERSION_ID \`${sysext.level}\` and merges on that release only; on ${channels[0]?.asOf} the channels had: ${current}.`,
        hint: 'Leave `match` out, so that the image outlives updates: the prefix brings its own libraries.',
      });
    }
  }
  return found;
}
