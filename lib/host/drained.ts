import type { Writable } from 'node:stream';

const waits = new WeakMap<Writable, Promise<void>>();

/** Resolves when a stream takes more, or nobody reads any longer; one wait for all who write meanwhile. */
export function drained(stream: Writable): Promise<void> {
  if (stream.destroyed || !stream.writableNeedDrain) return Promise.resolve();
  const known = waits.get(stream);
  if (known) return known;
  const wait = new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done);
      waits.delete(stream);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
  waits.set(stream, wait);
  return wait;
}
