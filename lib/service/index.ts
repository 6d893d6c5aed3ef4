import type { Route } from '../api';
import type { Asked } from '../api/read-request';
import type { Answer, Asker, Handler, HandlersOf, Storeless, Subject } from './handler';
import { storeless } from './handler';
import type { Here, Home } from './here';

export type { Answer, Asker, FileAnswer, StreamAnswer } from './handler';
export type { Here, Home } from './here';

/** Where each subject is answered; loaded when it is asked for, because a command asks for one. */
const rooms: { readonly [S in Subject]: () => Promise<HandlersOf<S>> } = {
  bootstrap: async () => (await import('./plans')).plans,
  check: async () => (await import('./designs')).designs,
  doctor: async () => (await import('./machine')).machine,
  edits: async () => (await import('./designs')).designs,
  events: async () => (await import('./events')).events,
  health: async () => (await import('./machine')).machine,
  import: async () => (await import('./designs')).designs,
  packages: async () => (await import('./plans')).plans,
  plan: async () => (await import('./plans')).plans,
  prefixes: async () => (await import('./prefixes')).prefixes,
  roots: async () => (await import('./designs')).designs,
  runner: async () => (await import('./machine')).machine,
  runs: async () => (await import('./runs')).runs,
  sources: async () => (await import('./plans')).plans,
  starters: async () => (await import('./designs')).designs,
  trees: async () => (await import('./trees')).trees,
  verify: async () => (await import('./plans')).plans,
};

/** Loads the handlers of all routes, before anybody waits for them. */
export async function loadService(): Promise<readonly object[]> {
  return Promise.all(Object.values(rooms).map((load) => load()));
}

/** Is this route answered without the store? */
export const isStoreless = (route: Route): route is Storeless => (storeless as readonly Route[]).includes(route);

/**
 * Answers a route: the one place where what a user can ask for is put together, for the server and for the command line.
 * Throws `StudioError`s; `AbortError` when nobody waits any more.
 */
export async function answer<R extends Route>(
  route: R,
  here: R extends Storeless ? Home : Here,
  asked: Asked<R>,
  asker: Asker,
): Promise<Answer<R>> {
  const subject = route.split('/')[2] as Subject;
  const handlers = (await rooms[subject]()) as { readonly [K in R]: Handler<R> };
  return handlers[route](here, asked, asker);
}
