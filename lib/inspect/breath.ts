import { setImmediate } from 'node:timers/promises';

const mostMs = 20;

/** Called again and again in long work: lets others have a turn now and then. Throws AbortError. */
export function breather(signal?: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < mostMs) return;
    await setImmediate();
    signal?.throwIfAborted();
    last = performance.now();
  };
}
