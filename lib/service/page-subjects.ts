import { prefixName, runId } from '../api/fields';
import { httpStatus } from '../api/http-status';
import { findPrefix, getRun, type StudioDatabase } from '../db/index';
import { isStudioError } from '../errors';
import { treeNames } from '../plan/trees';
import { studioServer } from './studio-server';

const found = 200;
const notFound = 404;

/** Is there something that a page about this prefix can show? While the database is away: perhaps; the page tells more. */
export const isKnownPrefix = async (name: string): Promise<boolean> => (await statusOfPrefix(name)) !== notFound;

/** As `isKnownPrefix`, for the page of a run. */
export const isKnownRun = async (id: string): Promise<boolean> => (await statusOfRun(id)) !== notFound;

/** As `isKnownPrefix`, for the page of a tree or overlay; that is known without the database. */
export const isKnownTree = (name: string): boolean => name === 'starter' || treeNames().includes(name);

/**
 * The HTTP status of a page: 404 where there is nothing to show, 503 (or what the error of the store means) where the page
 * shows what the store holds and it does not answer. Of paths that are no page of the app Next knows itself.
 */
export function statusOfPage(path: string): Promise<number> {
  const [, kind = '', subject] = /^\/([^/?]*)(?:\/([^/?]+))?/.exec(path) ?? [];
  return pages.get(kind)?.(subject === undefined ? null : decodeURIComponent(subject)) ?? Promise.resolve(found);
}

/** By the first piece of the path; `subject` is the second. A page of the app that is not here needs no store. */
const pages: ReadonlyMap<string, (subject: string | null) => Promise<number>> = new Map([
  ['', statusOfStore],
  ['new', statusOfStore],
  ['runner', statusOfStore],
  ['builds', (id: string | null) => (id === null ? statusOfStore() : statusOfRun(id))],
  ['p', (name: string | null) => Promise.resolve(name === null ? found : statusOfPrefix(name))],
  ['trees', (name: string | null) => Promise.resolve(name === null || isKnownTree(name) ? found : notFound)],
]);

function statusOfPrefix(name: string): Promise<number> {
  if (!prefixName.safeParse(name).success) return Promise.resolve(notFound);
  return ask(async (studio) => ((await findPrefix(studio, name)) === null ? notFound : found));
}

function statusOfRun(id: string): Promise<number> {
  if (!runId.safeParse(id).success) return Promise.resolve(notFound);
  return ask(async (studio) => (await getRun(studio, id)) && found);
}

/** Asks for what cannot be there: whether the store answers is known without reading every design in it. */
function statusOfStore(): Promise<number> {
  return ask(async (studio) => {
    await findPrefix(studio, '');
    return found;
  });
}

/** What an error means is what it means on the routes of the API. */
async function ask(question: (studio: StudioDatabase) => Promise<number>): Promise<number> {
  try {
    return await question((await studioServer()).studio);
  } catch (error) {
    if (!isStudioError(error)) throw error;
    return httpStatus(error.code);
  }
}
