import { connect } from 'node:net';

export interface RawAnswer {
  /** null: the connection was closed without an answer */
  readonly status: number | null;
  readonly head: string;
  readonly body: string;
  readonly durationMs: number;
  readonly hung: boolean;
}

const mostBytes = 4 * 1024 * 1024;
/** A stream that goes on is left after its first words. */
const streamMs = 300;

/** Sends bytes as they are, so that no client tidies them up, and reads the answer until the server closes. */
export function sendRaw(port: number, request: Buffer, patienceMs: number): Promise<RawAnswer> {
  const started = performance.now();
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let isOver = false;
    const finish = (hung: boolean): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(patience);
      socket.destroy();
      resolve({ ...parse(Buffer.concat(chunks).toString('utf8')), durationMs: performance.now() - started, hung });
    };
    const patience = setTimeout(() => finish(true), patienceMs);
    socket.on('data', (chunk) => {
      if (sizeBytes < mostBytes) chunks.push(chunk);
      sizeBytes += chunk.length;
      if (chunks.length === 1 && /content-type: text\/event-stream/i.test(chunk.toString('latin1'))) {
        setTimeout(() => finish(false), streamMs);
      }
    });
    socket.once('close', () => finish(false));
    socket.once('error', () => finish(false));
    socket.write(request);
  });
}

function parse(text: string): Pick<RawAnswer, 'status' | 'head' | 'body'> {
  const split = text.indexOf('\r\n\r\n');
  const head = split < 0 ? text : text.slice(0, split);
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  const body = split < 0 ? '' : text.slice(split + 4);
  const isChunked = /^transfer-encoding: *chunked/im.test(head);
  return { status: status === undefined ? null : Number(status), head, body: isChunked ? unchunk(body) : body };
}

/** The content of a chunked body. Sizes count bytes, so this holds for what is read here: JSON of short texts, roughly. */
function unchunk(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) break;
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16);
    if (!(size > 0)) break;
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts).toString('utf8');
}
