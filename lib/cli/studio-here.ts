import { openDatabase, type StudioDatabase } from '../db/index';
import { dataHome } from '../home';
import { PlanningHere } from '../runner/planning-here';
import type { Terminal } from './command';
import { ReadingLine } from './reading-line';

/** What a command needs to answer as the server does: the store, the data folder, and who plans. */
export interface StudioHere {
  readonly studio: StudioDatabase;
  readonly home: string;
  readonly planner: PlanningHere;
}

/** Hands it to `use` and closes it afterwards. Whoever watches the terminal sees what is being done for a tree. */
export async function withStudioHere<T>(
  { terminal, isJson }: { readonly terminal: Terminal; readonly isJson: boolean },
  use: (here: StudioHere) => Promise<T>,
): Promise<T> {
  const home = dataHome();
  const line = new ReadingLine({ terminal, isJson });
  const planner = new PlanningHere(home, (tree, work) => {
    if (work === null) line.clear();
    else if (work.step === 'cloning') line.say(`Cloning \`${tree}\`: ${work.message}`);
    else line.onMetadata({ done: work.done ?? 0, total: work.total ?? 0 });
  });
  const studio = await openDatabase({ home, onlyReads: true });
  try {
    return await use({ studio, home, planner });
  } finally {
    planner.close();
    await studio.close();
  }
}
