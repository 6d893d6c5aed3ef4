import { setTimeout as wait } from 'node:timers/promises';
import { isStudioError } from '../errors';
import type { StudioDatabase } from './open';

const pauseMs = 500;

/**
 * Asks a PostgreSQL again and again while it is away, which is told once, until `signal` ends the waiting; then, and for an
 * embedded database, which does not come back by itself, throws DATABASE_AWAY. `work` may have been done when its answer was
 * lost, so it has to be of a kind that may be repeated.
 */
export async function untilBack<T>(
  { kind }: Pick<StudioDatabase, 'kind'>,
  signal: AbortSignal,
  work: () => Promise<T>,
  tell: (message: string) => void = () => undefined,
): Promise<T> {
  for (let isTold = false; ; ) {
    try {
      return await work();
    } catch (error) {
      const isAway = isStudioError(error) && error.code === 'DATABASE_AWAY';
      if (!isAway || kind !== 'postgresql' || signal.aborted) throw error;
      if (!isTold) tell(`${error.message} It continues when that is back.`);
      isTold = true;
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
