import 'server-only';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { ApiError } from '../../lib/api';
import { attachment, isUnchanged, lengthHeader, parseRange, rangeHolds } from '../../lib/api/byte-range';
import type { FileAnswer } from '../../lib/service';

/** A file as an attachment: whole, the part that Range asks for, or nothing where the client has it. Throws RANGE_OUTSIDE. */
export function sendFile(file: FileAnswer, { method, headers: asked }: Request): Response {
  const { path, sizeBytes, etag } = file;
  const headers: Record<string, string> = {
    'content-type': 'application/octet-stream',
    'content-disposition': attachment(file.fileName),
    'accept-ranges': 'bytes',
    // ranges are of the bytes as they are, not of a compressed form
    'cache-control': 'private, no-cache, no-transform',
    etag,
    ...file.headers,
  };
  if (isUnchanged(asked.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  const range = rangeHolds(asked.get('if-range'), etag)
    ? parseRange(asked.get('range'), sizeBytes)
    : { kind: 'whole' as const };
  if (range.kind === 'outside') {
    throw new ApiError('RANGE_OUTSIDE', `The file has ${sizeBytes} bytes; the range lies behind its end.`);
  }
  const [first, last] = range.kind === 'part' ? [range.first, range.last] : [0, sizeBytes - 1];
  headers[lengthHeader] = String(last - first + 1);
  if (range.kind === 'part') headers['content-range'] = `bytes ${first}-${last}/${sizeBytes}`;
  const status = range.kind === 'part' ? 206 : 200;
  if (method === 'HEAD' || sizeBytes === 0) return new Response(null, { status, headers });
  const stream = Readable.toWeb(createReadStream(path, { start: first, end: last })) as ReadableStream<
    Uint8Array<ArrayBuffer>
  >;
  return new Response(stream, { status, headers });
}
