import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { LogHit, LogHits } from '../api/wire';
import { listLogs, type OpenLog, openLog, withLog } from './read-log';

/** Longer lines are handed on in parts; characters. */
const longestLine = 64 * 1024;

/** A control sequence is shorter than this; characters. */
const longestSequence = 256;

/** More of the logs of a run is not searched; bytes. */
const mostSearched = 4 * 2 ** 30;

const longestHit = 400;

/** Removes ANSI control sequences and what a carriage return overwrote. */
export function plainText(text: string): string {
  return text
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-_]/g, '')
    .replace(/^.*\r(?!$)/gm, '');
}

/** The plain text of a log that passes by: whole lines, and parts of those that are very long. */
async function* plainPieces(log: OpenLog): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const piece of log.pieces(0)) {
    const text = rest + decoder.write(piece);
    const end = endOfPart(text);
    if (end > 0) yield plainText(text.slice(0, end));
    rest = end === 0 && text.length > longestLine ? withoutOverwritten(text) : text.slice(end);
  }
  rest += decoder.end();
  if (rest !== '') yield plainText(rest);
}

/** Where to cut: behind the last whole line; in a line without end, never inside a control sequence; 0 = nowhere yet. */
function endOfPart(text: string): number {
  const newline = text.lastIndexOf('\n');
  if (newline !== -1) return newline + 1;
  if (text.length <= longestLine || overwrittenUntil(text) > 0) return 0;
  const sequence = text.lastIndexOf('\u001b');
  return sequence > text.length - longestSequence ? sequence : text.length;
}

/** A carriage return at the very end may belong to a newline. */
const overwrittenUntil = (text: string): number => text.lastIndexOf('\r', text.length - 2) + 1;

const withoutOverwritten = (text: string): string => text.slice(overwrittenUntil(text));

/** A log as plain text, without colours, for reading; a piece at a time, as fast as it is taken. Throws LOG_UNKNOWN. */
export async function streamPlainLog(folder: string, id: string | null): Promise<Readable> {
  const log = await openLog(folder, id);
  const stream = Readable.from(plainPieces(log), { objectMode: false });
  stream.once('close', () => log.close());
  return stream;
}

/** What a download of a log as it was written needs to know. */
export interface LogDownload {
  readonly path: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** Throws LOG_UNKNOWN. */
export function describeLog(folder: string, run: string, id: string | null): Promise<LogDownload> {
  const fileName = `${[run, ...(id === null ? [] : [id])].join('-').replace(/[|/]/g, '-')}.log`;
  return withLog(folder, id, async ({ path, sizeBytes, stamp }) => ({
    path,
    fileName,
    sizeBytes,
    etag: `"${stamp}"`,
  }));
}

/**
 * Finds text without regard to case, in one log or in all of a run. `more`: there are more hits than `limit`, or more text
 * than is searched. Throws LOG_UNKNOWN, and the reason of `signal` soon after it is aborted.
 */
export async function searchLogs(
  folder: string,
  query: string,
  options: { readonly id?: string | null; readonly limit: number; readonly signal?: AbortSignal },
): Promise<LogHits> {
  const ids = options.id !== undefined ? [options.id] : (await listLogs(folder)).map((log) => log.id);
  const hits: LogHit[] = [];
  let leftBytes = mostSearched;
  for (const id of ids) {
    options.signal?.throwIfAborted();
    const isDone = await withLog(folder, id, async (log) => {
      leftBytes -= log.sizeBytes;
      return leftBytes >= 0 && (await searchLog(log, id, query.toLowerCase(), hits, options));
    });
    if (!isDone) return { hits, more: true };
  }
  return { hits, more: false };
}

/** Adds the hits of one log. False: there are more than `limit`. */
async function searchLog(
  log: OpenLog,
  id: string | null,
  needle: string,
  hits: LogHit[],
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal },
): Promise<boolean> {
  let line = 1;
  /** end of a line that goes on in the next part, where a hit may begin */
  let before = '';
  let told = 0;
  for await (const part of plainPieces(log)) {
    signal?.throwIfAborted();
    const text = before + part;
    const lines = text.toLowerCase().includes(needle) ? text.split('\n') : [];
    for (const [i, found] of lines.entries()) {
      if (line + i === told || !found.toLowerCase().includes(needle)) continue;
      if (hits.length === limit) return false;
      told = line + i;
      hits.push({ id, line: told, text: found.slice(0, longestHit) });
    }
    line += linesIn(part);
    before = part.endsWith('\n') ? '' : part.slice(Math.max(0, part.length - needle.length + 1));
  }
  return true;
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
