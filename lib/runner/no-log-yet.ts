import type { LogRange } from '../api/wire';
import { getRun, type StudioDatabase } from '../db/index';
import { isStudioError } from '../errors';
import { readRunView } from './kept-views';

/**
 * The empty log of a run, or of one of its packages, that has written nothing: it has just been queued, or is merged as it
 * was. Throws `error` when it is not about that.
 */
export async function noLogYet(
  studio: StudioDatabase,
  run: string,
  packageId: string | null,
  error: unknown,
): Promise<LogRange> {
  if (!isStudioError(error) || error.code !== 'LOG_UNKNOWN') throw error;
  const isOfRun = async (): Promise<boolean> =>
    (await readRunView(studio, await getRun(studio, run))).packages.some(({ id }) => id === packageId);
  if (packageId !== null && !(await isOfRun())) throw error;
  return { id: packageId, from: 1, lines: [], total: 0 };
}
