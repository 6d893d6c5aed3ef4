import type { Readable } from 'node:stream';

const unitSeparator = '\x1f';
const recordSeparator = '\x1e';

/** A record is a message for people or a question; none of ours is near this. */
const mostRecordCharacters = 1024 * 1024;

/** Reads records of fields, each field ended by a unit separator, each record by a record separator. */
export function readRecords(
  stream: Readable,
  onRecord: (fields: readonly string[]) => void,
  onTooLong: () => void,
): void {
  let pending: string[] = [];
  let length = 0;
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const [first = '', ...rest] = text.split(recordSeparator);
    pending.push(first);
    length += first.length;
    for (const next of rest) {
      onRecord(pending.join('').split(unitSeparator).slice(0, -1));
      pending = [next];
      length = next.length;
    }
    if (length <= mostRecordCharacters) return;
    pending = [];
    length = 0;
    onTooLong();
  });
}
