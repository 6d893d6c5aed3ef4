import type { AnswerOf, Route, SentArgument, StreamMessage } from '../api';
import { dataHome } from '../home';
import type { Invocation } from './command';
import { LocalServer } from './local-door/ask-server';
import { ReadingLine } from './reading-line';
import type { StudioHere } from './studio-here';

/** Asks a route of the service: what is sent and what comes back is as the contract types it. */
export type Ask = <R extends Route>(route: R, ...sent: SentArgument<R>) => Promise<AnswerOf<R>>;

export interface Studio {
  readonly ask: Ask;
  /** what answers in this process, for what no route does: writing to a folder that was named */
  here(): Promise<StudioHere>;
}

/** A person who watches is told what goes on, once it takes this long. */
const patienceMs = 500;

/**
 * Hands a command what it asks the service with, and closes it afterwards. The server that runs on this data folder answers, which
 * has trees and store open; without one, or with other settings, this process does, with the same handlers.
 */
export async function withStudio<T>(
  { terminal, isJson }: Pick<Invocation, 'terminal' | 'isJson'>,
  use: (studio: Studio) => Promise<T>,
): Promise<T> {
  const home = dataHome();
  const line = new ReadingLine({ terminal, isJson });
  let server: LocalServer | null = process.env.PREFIX_STUDIO_ALONE ? null : new LocalServer(home);
  let opened: StudioHere | null = null;
  const here = async (): Promise<StudioHere> => {
    // what it changes the server may not have seen yet
    server = null;
    const { StudioHere } = await import('./studio-here');
    opened ??= new StudioHere(home, line);
    return opened;
  };
  const ask: Ask = async (route, ...sent) => {
    const answer = server && (await watched(server, line, (from) => from.ask(route, ...sent)));
    return answer ? answer.value : (await here()).ask(route, ...sent);
  };
  try {
    return await use({ here, ask });
  } finally {
    line.clear();
    await (opened as StudioHere | null)?.close();
  }
}

/** Shows on the line what the server does for trees while it is asked. */
async function watched<T>(
  server: LocalServer,
  line: ReadingLine,
  ask: (server: LocalServer) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const watch = (): void => {
    const hear = (message: StreamMessage): void => {
      if (message.kind !== 'trees') return;
      for (const [tree, work] of Object.entries(message.work)) line.tell(tree, work);
    };
    void server.listen(hear, ended.signal);
  };
  const timer = line.isWatched ? setTimeout(watch, patienceMs) : undefined;
  try {
    return await ask(server);
  } finally {
    clearTimeout(timer);
    ended.abort();
    line.clear();
  }
}
