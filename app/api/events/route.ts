import { encodeMessage, readStreamQuery, resumeAt } from '../../../lib/api';
import { getRun, liveMessages, RunnerError, type StudioServer } from '../../../lib/runner';
import { route } from '../respond';

export const dynamic = 'force-dynamic';

/** A comment now and then keeps proxies from closing a silent stream, and notices a client that is gone. */
const keepAliveMs = 15_000;

/** A tab has one. */
const mostStreams = 256;
let openStreams = 0;

export const GET = route('GET /api/events', async (server, { query }, request) => {
  if (openStreams >= mostStreams) {
    throw new RunnerError('TOO_BUSY', `${mostStreams} event streams are open already.`, { hint: 'Close some tabs.' });
  }
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

/** The frames of a filter, as fast as the client takes them: one that does not read is not written for. */
function frames(
  { studio, home, ending, trees }: StudioServer,
  filter: Parameters<typeof liveMessages>[2],
  closed: AbortSignal,
): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const signal = AbortSignal.any([closed, ending.signal, gone.signal]);
  const encoder = new TextEncoder();
  let wanted: () => void = () => {};
  signal.addEventListener('abort', () => wanted());
  const run = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const send = (text: string): void => controller.enqueue(encoder.encode(text));
    const isFull = (): boolean => (controller.desiredSize ?? 1) <= 0;
    const keepAlive = setInterval(() => {
      if (!isFull()) send(': still here\n\n');
    }, keepAliveMs);
    openStreams++;
    try {
      send('retry: 1000\n\n');
      for await (const { message, cursor } of liveMessages(studio, home, filter, signal, () => trees.work())) {
        send(encodeMessage(message, cursor));
        while (isFull() && !signal.aborted) {
          await new Promise<void>((resolve) => {
            wanted = resolve;
          });
        }
      }
      controller.close();
    } catch (error) {
      // a client that went away is no error
      if (!signal.aborted) controller.error(error);
    } finally {
      openStreams--;
      clearInterval(keepAlive);
    }
  };
  return new ReadableStream({
    // not waited for: nothing is pulled before `start` has ended
    start: (controller) => void run(controller),
    pull: () => wanted(),
    cancel: () => gone.abort(),
  });
}
