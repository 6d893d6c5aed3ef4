import { prefixName, runId } from '../api/fields';
import { findPrefix, getRun, type StudioDatabase } from '../db/index';
import { isStudioError } from '../errors';
import { listTrees } from '../plan/trees';
import { studioServer } from './studio-server';

/** Is there something that a page about this prefix can show? While the database is away: perhaps; the page tells more. */
export function isKnownPrefix(name: string): Promise<boolean> {
  if (!prefixName.safeParse(name).success) return Promise.resolve(false);
  return ask(async (studio) => (await findPrefix(studio, name)) !== null);
}

/** As `isKnownPrefix`, for the page of a run. */
export function isKnownRun(id: string): Promise<boolean> {
  if (!runId.safeParse(id).success) return Promise.resolve(false);
  return ask(async (studio) => (await getRun(studio, id)) !== undefined);
}

/** As `isKnownPrefix`, for the page of a tree or overlay. */
export async function isKnownTree(name: string): Promise<boolean> {
  return name === 'starter' || listTrees((await studioServer()).home).some((tree) => tree.name === name);
}

/** Is there anything to show at the path of a page? Of other paths Next knows itself. */
export async function isKnownPage(path: string): Promise<boolean> {
  const [, kind, subject = ''] = /^\/(p|builds|trees)\/([^/?]+)/.exec(path) ?? [];
  if (kind === undefined) return true;
  const known = { p: isKnownPrefix, builds: isKnownRun, trees: isKnownTree }[kind];
  return known === undefined || known(decodeURIComponent(subject));
}

async function ask(question: (studio: StudioDatabase) => Promise<boolean>): Promise<boolean> {
  try {
    return await question((await studioServer()).studio);
  } catch (error) {
    if (!isStudioError(error)) throw error;
    return error.code !== 'RUN_UNKNOWN';
  }
}
