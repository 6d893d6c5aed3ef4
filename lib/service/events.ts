import { encodeMessage, readStreamQuery, resumeAt, type StreamFilter } from '../api';
import { getRun } from '../db/index';
import { RunnerError } from '../runner/errors';
import { liveMessages } from '../runner/live-stream';
import type { HandlersOf } from './handler';
import type { Here } from './here';

/** A comment now and then keeps proxies from closing a silent stream, and notices a client that is gone. */
const keepAliveMs = 15_000;

/** A tab has one. */
const mostStreams = 256;
let openStreams = 0;

/** What happens, as Server-Sent Events. */
export const events: HandlersOf<'events'> = {
  'GET /api/events': async (here, { query }, { wantsHeadersOnly, lastEventId = null, signal }) => {
    if (openStreams >= mostStreams) {
      throw new RunnerError('TOO_BUSY', `${mostStreams} event streams are open already.`, { hint: 'Close some tabs.' });
    }
    const asked = readStreamQuery(query);
    for (const run of [...(asked.runs ?? []).map(({ id }) => id), ...(asked.log ? [asked.log.run] : [])]) {
      await getRun(here.studio, run);
    }
    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    };
    return { stream: wantsHeadersOnly ? null : frames(here, resumeAt(asked, lastEventId), signal), headers };
  },
};

/** The frames of a filter, each made when it is wanted: one that does not read is not written for. */
async function* frames(
  { studio, home, trees }: Here,
  filter: StreamFilter,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  openStreams++;
  try {
    yield 'retry: 1000\n\n';
    const messages = liveMessages(studio, home, filter, signal, trees);
    let next = messages.next();
    while (true) {
      const came = await orSilence(next);
      if (came === null) {
        yield ': still here\n\n';
        continue;
      }
      if (came.done) return;
      next = messages.next();
      yield encodeMessage(came.value.message, came.value.cursor);
    }
  } finally {
    openStreams--;
  }
}

/** What comes next; null when nothing came for a while. */
function orSilence<T>(next: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout;
  const silence = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, keepAliveMs, null);
  });
  return Promise.race([next, silence]).finally(() => clearTimeout(timer));
}
