import { encodeMessage, readStreamQuery, resumeAt } from '../../../lib/api';
import { getRun, liveMessages, type StudioServer } from '../../../lib/runner';
import { route } from '../respond';

export const dynamic = 'force-dynamic';

/** A comment now and then keeps proxies from closing a silent stream, and notices a client that is gone. */
const keepAliveMs = 15_000;

export const GET = route('GET /api/events', async (server, { query }, request) => {
  const asked = readStreamQuery(query);
  for (const run of [...(asked.runs ?? []).map(({ id }) => id), ...(asked.log ? [asked.log.run] : [])]) {
    await getRun(server.studio, run);
  }
  const filter = resumeAt(asked, request.headers.get('last-event-id'));
  const headers = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  };
  if (request.method === 'HEAD') return new Response(null, { headers });
  return new Response(frames(server, filter, request.signal), { headers });
});

function frames(
  { studio, home, ending, trees }: StudioServer,
  filter: Parameters<typeof liveMessages>[2],
  closed: AbortSignal,
): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const signal = AbortSignal.any([closed, ending.signal, gone.signal]);
  const encoder = new TextEncoder();
  return new ReadableStream({
    async start(controller) {
      const send = (text: string): void => controller.enqueue(encoder.encode(text));
      send('retry: 1000\n\n');
      const keepAlive = setInterval(() => send(': still here\n\n'), keepAliveMs);
      try {
        for await (const { message, cursor } of liveMessages(studio, home, filter, signal, () => trees.work())) {
          send(encodeMessage(message, cursor));
        }
        controller.close();
      } catch (error) {
        // a client that went away is no error
        if (!signal.aborted) controller.error(error);
      } finally {
        clearInterval(keepAlive);
      }
    },
    cancel: () => gone.abort(),
  });
}
