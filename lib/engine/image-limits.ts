import { statfsSync } from 'node:fs';
import { HostError } from '../host/errors';

/** How large an image may be. Real packages stay far below: a Linux kernel's sources have 90,000 files. */
export interface ImageLimits {
  readonly entries: number;
  /** sum of the file sizes as `ls` shows them, holes counted */
  readonly bytes: number;
  /** how much more than their blocks on the disk files may claim, in bytes: holes of a sparse file become real when they are packed */
  readonly holes: number;
  /** directories within each other */
  readonly depth: number;
  /** length of a path inside the image in bytes; with what stands before it on disk it has to stay below 4096 */
  readonly path: number;
}

const defaults: ImageLimits = {
  entries: 2_000_000,
  bytes: 100 * 2 ** 30,
  holes: 4 * 2 ** 30,
  depth: 256,
  path: 2048,
};

/** Environment variable that changes limits: `entries=5000000 bytes=500000000000`. */
export const imageLimitsVariable = 'PREFIX_STUDIO_IMAGE_LIMITS';

/** The limits of images, changed by PREFIX_STUDIO_IMAGE_LIMITS. Throws SETTING_INVALID. */
export function imageLimits(setting: string | undefined = process.env[imageLimitsVariable]): ImageLimits {
  const limits: Record<keyof ImageLimits, number> = { ...defaults };
  for (const word of (setting ?? '').split(/[\s,]+/).filter(Boolean)) {
    const [, name, count] = /^(entries|bytes|holes|depth|path)=([1-9]\d{0,14})$/.exec(word) ?? [];
    if (name === undefined) {
      throw new HostError('SETTING_INVALID', `\`${word}\` in ${imageLimitsVariable} is not a limit`, {
        hint: `Write words like \`entries=5000000\`; names are ${Object.keys(defaults).join(', ')}.`,
      });
    }
    limits[name as keyof ImageLimits] = Number(count);
  }
  return limits;
}

/** No more can be real than the disk of `directory` holds. */
export function withinDisk(limits: ImageLimits, directory: string): ImageLimits {
  const { blocks, bsize } = statfsSync(directory);
  return { ...limits, bytes: Math.min(limits.bytes, blocks * bsize) };
}

/** How to raise a limit, for a hint. */
export const raiseLimit = (name: keyof ImageLimits, limits: ImageLimits): string =>
  `If the package really needs it, raise the limit: ${imageLimitsVariable}="${name}=${limits[name] * 4}".`;
