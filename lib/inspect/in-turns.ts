import { availableParallelism } from 'node:os';

export interface TurnOptions {
  /** default: one for each processor */
  readonly atOnce?: number;
  /** asked before each; false: the others have no turn */
  readonly hasTime?: () => boolean;
}

/** Does something with each item, some at once; answers in the order of the items, of which the last may be missing. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  { atOnce = availableParallelism(), hasTime = () => true }: TurnOptions = {},
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && hasTime()) {
      const index = next++;
      results[index] = await work(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, worker));
  return results;
}
