import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** An index entry is written for every so many lines, so a range is found without reading the file from its start. */
export const stride = 256;
export const entryBytes = 8;

/** Logs are read in pieces of this size, however large they are. */
export const pieceBytes = 64 * 1024;

const suffix = '.log';
const ownName = 'run';

/** File of one package's log below `runs/<run>/`; null = the run itself. The name can be turned back into the id. */
export function logPath(folder: string, id: string | null): string {
  return join(folder, id === null ? `${ownName}${suffix}` : `package-${encodeURIComponent(id)}${suffix}`);
}

/** The package of a log file, null for the run's own; undefined: it is no log. */
export function idOfFile(name: string): string | null | undefined {
  if (name === `${ownName}${suffix}`) return null;
  if (!name.startsWith('package-') || !name.endsWith(suffix)) return undefined;
  return decodeURIComponent(name.slice('package-'.length, -suffix.length));
}

/**
 * Appends complete lines to one log and to its index (`<log>.index`: 8-byte offsets of the lines 257, 513, …).
 * One writer per log; it continues what an earlier one left. A text is written whole or not at all.
 */
export class LogWriter {
  private readonly log: number;
  private readonly index: number;
  private sizeBytes: number;
  private count: number;
  /** lines that could not be written; a note and blank lines stand for them later, so that line numbers hold */
  private missing = 0;

  constructor(folder: string, id: string | null) {
    const path = logPath(folder, id);
    mkdirSync(dirname(path), { recursive: true });
    this.log = openSync(path, 'a+');
    this.index = openSync(`${path}.index`, 'a+');
    this.sizeBytes = fstatSync(this.log).size;
    const indexed = Math.floor(fstatSync(this.index).size / entryBytes);
    const from = indexed === 0 ? 0 : readOffset(this.index, indexed - 1);
    this.count = indexed * stride + countLines(this.log, from, this.sizeBytes);
  }

  /** Lines written so far, earlier attempts included. */
  get lines(): number {
    return this.count;
  }

  /** A missing newline at the end is added. Throws what the disk throws; the next text tells how many lines are missing. */
  append(text: string): void {
    if (text === '') return;
    const data = Buffer.from(text.endsWith('\n') ? text : `${text}\n`);
    try {
      if (this.missing > 0) this.appendWhole(Buffer.from(noteOf(this.missing)));
      this.missing = 0;
      this.appendWhole(data);
    } catch (error) {
      this.missing += newlines(data);
      throw error;
    }
  }

  private appendWhole(data: Buffer): void {
    const before = this.count;
    const offsets: number[] = [];
    for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, at + 1)) {
      this.count += 1;
      if (this.count % stride === 0) offsets.push(this.sizeBytes + at + 1);
    }
    const indexBytes = fstatSync(this.index).size;
    try {
      writeAll(this.log, data);
      if (offsets.length > 0) writeAll(this.index, encodeOffsets(offsets));
    } catch (error) {
      this.count = before;
      ftruncateSync(this.log, this.sizeBytes);
      ftruncateSync(this.index, indexBytes);
      throw error;
    }
    this.sizeBytes += data.length;
  }

  close(): void {
    closeSync(this.log);
    closeSync(this.index);
  }
}

/** A disk that fills up takes a part and says so only when asked for the rest. */
function writeAll(file: number, data: Buffer): void {
  for (let at = 0; at < data.length; ) at += writeSync(file, data, at);
}

const noteOf = (lines: number): string => `[${lines} lines could not be written here]${'\n'.repeat(lines)}`;

function encodeOffsets(offsets: readonly number[]): Buffer {
  const data = Buffer.alloc(offsets.length * entryBytes);
  offsets.forEach((offset, i) => {
    data.writeBigUInt64LE(BigInt(offset), i * entryBytes);
  });
  return data;
}

function readOffset(file: number, entry: number): number {
  const data = Buffer.alloc(entryBytes);
  readSync(file, data, 0, entryBytes, entry * entryBytes);
  return Number(data.readBigUInt64LE());
}

function countLines(file: number, from: number, to: number): number {
  const room = Buffer.allocUnsafe(pieceBytes);
  let count = 0;
  for (let at = from; at < to; ) {
    const read = readSync(file, room, 0, Math.min(pieceBytes, to - at), at);
    if (read === 0) break;
    count += newlines(room.subarray(0, read));
    at += read;
  }
  return count;
}

export function newlines(data: Buffer): number {
  let count = 0;
  for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, at + 1)) count += 1;
  return count;
}
