import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { drained } from './drained';

/** Takes one piece when it is told to. */
function slowStream(): { readonly stream: Writable; take(): void } {
  let taken: (() => void) | null = null;
  const stream = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => {
      taken = done;
    },
  });
  return { stream, take: () => taken?.() };
}

describe('a stream that is behind', () => {
  it('is waited for once by all who write, and listened to no more afterwards', async () => {
    const { stream, take } = slowStream();
    const before = stream.listenerCount('close');
    for (let i = 0; i < 20; i++) {
      stream.write('x');
      const all = [drained(stream), drained(stream)];
      expect(stream.listenerCount('close')).toBe(before + 1);
      take();
      await Promise.all(all);
      expect(stream.listenerCount('close')).toBe(before);
    }
  });

  it('is not waited for when it takes more, or is closed', async () => {
    const { stream } = slowStream();
    await drained(stream);
    stream.write('x');
    const wait = drained(stream);
    stream.destroy();
    await wait;
    await drained(stream);
  });
});
