import type { TreeWork } from '../api/wire';
import type { MetadataProgress } from '../repo';
import type { Invocation } from './command';

/** What is being done for a tree, on one line that is written again and again, for a person who watches. */
export class ReadingLine {
  private isShown = false;
  /** a person is at the terminal */
  readonly isWatched: boolean;

  constructor({ terminal, isJson }: Pick<Invocation, 'terminal' | 'isJson'>) {
    this.isWatched = terminal.isInteractive && !isJson;
  }

  readonly onMetadata = ({ done, total }: Pick<MetadataProgress, 'done' | 'total'>): void =>
    this.say(`Reading ebuilds: ${done} of ${total}`);

  /** null: nothing is done for the tree any more */
  tell(tree: string, work: TreeWork | null): void {
    if (work === null) this.clear();
    else if (work.step === 'cloning') this.say(`Cloning \`${tree}\`: ${work.message}`);
    else this.onMetadata({ done: work.done ?? 0, total: work.total ?? 0 });
  }

  say(text: string): void {
    if (!this.isWatched) return;
    this.isShown = true;
    process.stderr.write(`\r\x1b[K${text}`);
  }

  /** Takes the line away, before anything else is written. */
  clear(): void {
    if (this.isShown) process.stderr.write('\r\x1b[K');
    this.isShown = false;
  }
}
