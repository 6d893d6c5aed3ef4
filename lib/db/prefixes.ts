import { DbError } from './errors';
import type { StudioDatabase } from './open';
import type { PrefixRow } from './schema';

/** All stored designs, last edited first. */
export function listPrefixes({ db }: StudioDatabase): Promise<PrefixRow[]> {
  return db.selectFrom('prefixes').selectAll().orderBy('updated_at', 'desc').orderBy('name').execute();
}

export async function findPrefix({ db }: StudioDatabase, name: string): Promise<PrefixRow | null> {
  const row = await db.selectFrom('prefixes').selectAll().where('name', '=', name).executeTakeFirst();
  return row ?? null;
}

/** Throws `PREFIX_UNKNOWN`. */
export async function getPrefix(studio: StudioDatabase, name: string): Promise<PrefixRow> {
  const row = await findPrefix(studio, name);
  if (row) return row;
  throw new DbError('PREFIX_UNKNOWN', `There is no prefix \`${name}\`.`, {
    hint: 'Home and `prefix-studio list` show the prefixes that there are; one is made from a design.',
  });
}

/** Throws `PREFIX_EXISTS`. */
export async function createPrefix(
  { db }: StudioDatabase,
  prefix: { readonly name: string; readonly text: string; readonly now: string },
): Promise<PrefixRow> {
  const row = { name: prefix.name, text: prefix.text, revision: 1, created_at: prefix.now, updated_at: prefix.now };
  const result = await db
    .insertInto('prefixes')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .executeTakeFirst();
  if (result) return row;
  throw new DbError('PREFIX_EXISTS', `A prefix \`${prefix.name}\` exists already.`, {
    hint: 'Choose another name, or open the existing one and edit it.',
  });
}

/**
 * Replaces the text. `revision` is the one that was edited: throws `STALE_REVISION` when another change came between;
 * null overwrites. An unchanged text keeps its revision. Throws `PREFIX_UNKNOWN`.
 */
export async function updatePrefix(
  studio: StudioDatabase,
  change: { readonly name: string; readonly text: string; readonly revision: number | null; readonly now: string },
): Promise<PrefixRow> {
  const current = await getPrefix(studio, change.name);
  if (current.text === change.text) return current;
  const base = change.revision ?? current.revision;
  const updated = await studio.db
    .updateTable('prefixes')
    .set({ text: change.text, revision: base + 1, updated_at: change.now })
    .where('name', '=', change.name)
    .where('revision', '=', base)
    .returningAll()
    .executeTakeFirst();
  if (updated) return updated;
  throw new DbError('STALE_REVISION', `The design of \`${change.name}\` was changed elsewhere in the meantime.`, {
    hint: 'Load it again, then repeat your change.',
  });
}

/** Removes the design, its runs and their events. */
export async function deletePrefix({ db }: StudioDatabase, name: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const runs = transaction.selectFrom('runs').select('id').where('prefix', '=', name);
    await transaction.deleteFrom('run_events').where('run', 'in', runs).execute();
    await transaction.deleteFrom('runs').where('prefix', '=', name).execute();
    await transaction.deleteFrom('prefixes').where('name', '=', name).execute();
  });
}
