import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LogFile, LogHit, LogHits, LogRange } from '../api/wire';
import { RunnerError } from './errors';

/** An index entry is written for every so many lines, so a range is found without reading the file from its start. */
const stride = 256;
const entryBytes = 8;

const suffix = '.log';
const ownName = 'run';

/** File of one package's log below `runs/<run>/`; null = the run itself. The name can be turned back into the id. */
function logPath(folder: string, id: string | null): string {
  return join(folder, id === null ? `${ownName}${suffix}` : `package-${encodeURIComponent(id)}${suffix}`);
}

function idOfFile(name: string): string | null | undefined {
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
  const data = Buffer.alloc(Math.max(0, to - from));
  readSync(file, data, 0, data.length, from);
  return newlines(data);
}

function newlines(data: Buffer): number {
  let count = 0;
  for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, at + 1)) count += 1;
  return count;
}

/** All logs of a run, the run's own first. */
export async function listLogs(folder: string): Promise<readonly LogFile[]> {
  const names = await readdir(folder).catch(() => []);
  const found: LogFile[] = [];
  for (const name of names.sort()) {
    const id = idOfFile(name);
    if (id === undefined) continue;
    const { total, sizeBytes } = await openLog(folder, id, async (log) => ({ total: log.total, sizeBytes: log.size }));
    found.push({ id, lines: total, sizeBytes });
  }
  return found.sort((a, b) => Number(a.id !== null) - Number(b.id !== null));
}

interface OpenLog {
  readonly total: number;
  readonly size: number;
  /** bytes from the start of the block of a line (0-based) to the end of the file or `limit` */
  readFrom(line: number, limit: number): Promise<{ readonly data: Buffer; readonly first: number }>;
}

async function openLog<T>(folder: string, id: string | null, use: (log: OpenLog) => Promise<T>): Promise<T> {
  const path = logPath(folder, id);
  const handle = await open(path, 'r').catch(() => null);
  if (!handle) {
    throw new RunnerError('LOG_UNKNOWN', `There is no log of \`${id ?? 'the run'}\`.`, {
      hint: 'It appears when the package starts.',
    });
  }
  try {
    const { size } = await handle.stat();
    const index = await readFile(`${path}.index`).catch(() => Buffer.alloc(0));
    const entries = Math.floor(index.length / entryBytes);
    const offset = (block: number): number =>
      block === 0 ? 0 : Number(index.readBigUInt64LE((block - 1) * entryBytes));
    const read = async (from: number, length: number): Promise<Buffer> => {
      const data = Buffer.alloc(Math.max(0, length));
      const { bytesRead } = await handle.read(data, 0, data.length, from);
      return data.subarray(0, bytesRead);
    };
    const last = offset(entries);
    const total = entries * stride + newlines(await read(last, size - last));
    return await use({
      total,
      size,
      async readFrom(line, limit) {
        const block = Math.min(entries, Math.floor(line / stride));
        const endBlock = Math.min(entries, Math.floor((line + limit) / stride) + 1);
        const end = endBlock >= entries ? size : offset(endBlock);
        return { data: await read(offset(block), end - offset(block)), first: block * stride };
      },
    });
  } finally {
    await handle.close();
  }
}

/** Lines `from` (1-based) and after, at most `count`; `from` beyond the end gives none. Throws LOG_UNKNOWN. */
export function readLogRange(folder: string, id: string | null, from: number, count: number): Promise<LogRange> {
  return openLog(folder, id, async (log) => {
    const start = Math.max(1, from);
    if (start > log.total || count <= 0) return { id, from: start, lines: [], total: log.total };
    const { data, first } = await log.readFrom(start - 1, count);
    const text = data.toString('utf8').split('\n');
    const skip = start - 1 - first;
    const available = Math.min(count, log.total - (start - 1));
    return { id, from: start, lines: text.slice(skip, skip + available), total: log.total };
  });
}

/** The last `count` lines. Throws LOG_UNKNOWN. */
export async function readLogTail(folder: string, id: string | null, count: number): Promise<LogRange> {
  const total = await openLog(folder, id, async (log) => log.total);
  return readLogRange(folder, id, Math.max(1, total - count + 1), count);
}

/** The whole log as bytes, for `.text()` downloads. Throws LOG_UNKNOWN. */
export async function readWholeLog(folder: string, id: string | null): Promise<Buffer> {
  const path = logPath(folder, id);
  if (!(await stat(path).catch(() => null))) return openLog(folder, id, async () => Buffer.alloc(0));
  return readFile(path);
}

/** Removes ANSI control sequences and what a carriage return overwrote. */
export function plainText(text: string): string {
  return text
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-_]/g, '')
    .replace(/^.*\r(?!$)/gm, '');
}

/** Finds text without regard to case, in one log or in all of a run. */
export async function searchLogs(
  folder: string,
  query: string,
  options: { readonly id?: string | null; readonly limit: number },
): Promise<LogHits> {
  const needle = query.toLowerCase();
  const ids = options.id !== undefined ? [options.id] : (await listLogs(folder)).map((log) => log.id);
  const hits: LogHit[] = [];
  for (const id of ids) {
    const lines = (await readWholeLog(folder, id)).toString('utf8').split('\n');
    for (const [i, raw] of lines.entries()) {
      const text = plainText(raw);
      if (!text.toLowerCase().includes(needle)) continue;
      if (hits.length === options.limit) return { hits, more: true };
      hits.push({ id, line: i + 1, text: text.slice(0, 400) });
    }
  }
  return { hits, more: false };
}
