import type { Readable } from 'node:stream';

const unitSeparator = '\x1f';
const recordSeparator = '\x1e';

/** A record is a message for people or a question; none of ours is near this. */
const mostRecordCharacters = 1024 * 1024;

/** What reading records ends at. */
export interface RecordLimits {
  /** of all records together */
  readonly characters: number;
  /** called when they are more, or one is longer than any of ours, or cannot be taken */
  readonly onBeyond: () => void;
}

/**
 * Reads records of fields, each field ended by a unit separator, each record by a record separator. No faster than they are
 * taken: what `onRecord` returns is waited for before the next.
 */
export function readRecords(
  stream: Readable,
  onRecord: (fields: readonly string[]) => undefined | Promise<void>,
  { characters, onBeyond }: RecordLimits,
): void {
  let pending: string[] = [];
  let length = 0;
  let total = 0;
  async function take(text: string): Promise<void> {
    const [first = '', ...rest] = text.split(recordSeparator);
    pending.push(first);
    length += first.length;
    for (const next of rest) {
      const taken = onRecord(pending.join('').split(unitSeparator).slice(0, -1));
      if (taken) await taken;
      pending = [next];
      length = next.length;
    }
    total += text.length;
    if (length <= mostRecordCharacters && total <= characters) return;
    pending = [];
    length = 0;
    onBeyond();
  }
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    stream.pause();
    take(text)
      .catch(onBeyond)
      .then(() => stream.resume());
  });
}
