import type { StudioDatabase } from './open';
import type { TreeRow } from './schema';

/** Registered package trees besides the starter, by name. */
export function listTrees({ db }: StudioDatabase): Promise<TreeRow[]> {
  return db.selectFrom('trees').selectAll().orderBy('name').execute();
}

export async function findTree({ db }: StudioDatabase, name: string): Promise<TreeRow | null> {
  const row = await db.selectFrom('trees').selectAll().where('name', '=', name).executeTakeFirst();
  return row ?? null;
}

/** Adds or replaces. */
export async function saveTree({ db }: StudioDatabase, tree: TreeRow): Promise<void> {
  const { name: _, ...rest } = tree;
  await db
    .insertInto('trees')
    .values(tree)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(rest))
    .execute();
}

/** False: there was none. */
export async function removeTree({ db }: StudioDatabase, name: string): Promise<boolean> {
  const row = await db.deleteFrom('trees').where('name', '=', name).returning('name').executeTakeFirst();
  return row !== undefined;
}
