import type { MetadataProgress } from '../repo';
import type { Invocation } from './command';

/** How far the reading of ebuilds without metadata is, on one line that is written again and again, for a person who watches. */
export class ReadingLine {
  private isShown = false;
  private readonly isWatched: boolean;

  constructor({ terminal, isJson }: Pick<Invocation, 'terminal' | 'isJson'>) {
    this.isWatched = terminal.isInteractive && !isJson;
  }

  readonly onMetadata = ({ done, total }: Pick<MetadataProgress, 'done' | 'total'>): void => {
    if (!this.isWatched) return;
    this.isShown = true;
    process.stderr.write(`\r\x1b[KReading ebuilds: ${done} of ${total}`);
  };

  /** Takes the line away, before anything else is written. */
  clear(): void {
    if (this.isShown) process.stderr.write('\r\x1b[K');
    this.isShown = false;
  }
}
