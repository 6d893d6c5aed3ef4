import type { TreeWork } from '../api/wire';
import { openDatabase, type StudioDatabase } from '../db/index';
import { dataHome } from '../home';
import { PlanningHere } from '../runner/planning-here';
import type { Terminal } from './command';

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
  const isShown = terminal.isInteractive && !isJson;
  const planner = new PlanningHere(home, (tree, work) => {
    if (isShown) process.stderr.write(work === null ? '\r\x1b[K' : `\r\x1b[K${progressLine(tree, work)}`);
  });
  const studio = await openDatabase({ home, onlyReads: true });
  try {
    return await use({ studio, home, planner });
  } finally {
    planner.close();
    await studio.close();
  }
}

const progressLine = (tree: string, { step, message, done, total }: TreeWork): string =>
  step === 'cloning' ? `Cloning \`${tree}\`: ${message}` : `Reading ebuilds: ${done ?? 0} of ${total ?? '?'}`;
