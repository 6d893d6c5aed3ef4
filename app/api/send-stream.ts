import 'server-only';
import { Readable } from 'node:stream';
import type { StreamAnswer } from '../../lib/service';

/** Sends what is made on the way, as fast as the client takes it. `end` is called when the client has gone. */
export function sendStream({ stream, headers }: StreamAnswer, end: () => void): Response {
  if (stream === null) return new Response(null, { headers });
  if (stream instanceof Readable) {
    return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array<ArrayBuffer>>, { headers });
  }
  return new Response(encoded(stream[Symbol.asyncIterator](), end), { headers });
}

function encoded(texts: AsyncIterator<string>, end: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await texts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      end();
      await texts.return?.();
    },
  });
}
