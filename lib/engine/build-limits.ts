import { HostError } from '../host/errors';

/** How much of the machine a run may use. */
export interface BuildLimits {
  /** packages that compile at once; default: as many as the machine has processors */
  readonly jobs?: number;
  /** no further package starts while the load is at least this; default: no limit */
  readonly loadAverage?: number;
  /** what the packages that run may need together, bytes; default: nine tenths of the machine's */
  readonly memoryBytes?: number;
}

/** Name of the environment variable that sets the limits of all runs of this machine. */
export const buildVariable = 'PREFIX_STUDIO_BUILD';

const units: Readonly<Record<string, number>> = { M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** Bytes of `512M`, `8G`; null: it is no such size. */
export function parseMemory(text: string): number | null {
  const [, count, unit = ''] = /^(\d{1,6})([MGT])$/.exec(text) ?? [];
  return count === undefined || Number(count) === 0 ? null : Number(count) * (units[unit] ?? 1);
}

/** A load such as `3.5`; null: it is none. */
export function parseLoad(text: string): number | null {
  return /^\d{1,4}(\.\d{1,3})?$/.test(text) && Number(text) > 0 ? Number(text) : null;
}

function parseWord(word: string): BuildLimits {
  const [name, value = ''] = word.split('=', 2);
  const jobs = /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (name === 'jobs' && jobs > 0) return { jobs };
  const loadAverage = parseLoad(value);
  if (name === 'load-average' && loadAverage !== null) return { loadAverage };
  const memoryBytes = parseMemory(value);
  if (name === 'memory' && memoryBytes !== null) return { memoryBytes };
  throw new HostError('SETTING_INVALID', `\`${word}\` in ${buildVariable} is not a limit of builds`, {
    hint: 'Write words like `jobs=4 load-average=3.5 memory=8G`.',
    details: { word },
  });
}

/** The limits of this machine: PREFIX_STUDIO_BUILD, like `jobs=4 load-average=3.5 memory=8G`. Throws SETTING_INVALID. */
export function buildLimits(setting = process.env[buildVariable] ?? ''): BuildLimits {
  const words = setting.split(/[\s,]+/).filter((word) => word !== '');
  return Object.assign({}, ...words.map(parseWord)) as BuildLimits;
}
