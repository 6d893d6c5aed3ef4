import type { AnswerOf, Route, SentArgument } from '../api';
import { dataHome } from '../home';
import type { Invocation } from './command';
import { ReadingLine } from './reading-line';
import type { StudioHere } from './studio-here';

/** Asks a route of the service: what is sent and what comes back is as the contract types it. */
export type Ask = <R extends Route>(route: R, ...sent: SentArgument<R>) => Promise<AnswerOf<R>>;

export interface Studio {
  readonly ask: Ask;
  /** what answers in this process, for what no route does: writing to a folder that was named */
  here(): Promise<StudioHere>;
}

/** Hands a command what it asks the service with, and closes it afterwards. */
export async function withStudio<T>(
  { terminal, isJson }: Pick<Invocation, 'terminal' | 'isJson'>,
  use: (studio: Studio) => Promise<T>,
): Promise<T> {
  const line = new ReadingLine({ terminal, isJson });
  let opened: StudioHere | null = null;
  const here = async (): Promise<StudioHere> => {
    const { StudioHere } = await import('./studio-here');
    opened ??= new StudioHere(dataHome(), line);
    return opened;
  };
  try {
    return await use({ here, ask: async (route, ...sent) => (await here()).ask(route, ...sent) });
  } finally {
    line.clear();
    await (opened as StudioHere | null)?.close();
  }
}
