import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { diskErrorOf } from '../host/disk-error';

export interface DownloadOptions {
  /** name look-up, connection and first byte together */
  readonly connectTimeoutMs: number;
  /** longest silence while bytes flow */
  readonly idleTimeoutMs: number;
  /** bytes more than this are refused */
  readonly expectedBytes: number | null;
  readonly signal?: AbortSignal;
  readonly onProgress?: (receivedBytes: number) => void;
}

export type DownloadResult =
  | { readonly kind: 'downloaded' }
  /** nobody answered at that host: other files of it need not be tried */
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string };

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

class HostSilent extends Error {}

/** One GET; resolves with the response once its head is there. */
function request(url: URL, offset: number, options: DownloadOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? https.get : http.get;
    const headers: Record<string, string> = { 'user-agent': 'prefix-studio', 'accept-encoding': 'identity' };
    if (offset > 0) headers.range = `bytes=${offset}-`;
    const call = get(url, { headers, signal: options.signal }, (response) => {
      clearTimeout(timer);
      response.setTimeout(options.idleTimeoutMs, () => response.destroy(new Error('the transfer stalled')));
      resolve(response);
    });
    const timer = setTimeout(
      () => call.destroy(new HostSilent(`no answer within ${options.connectTimeoutMs} ms`)),
      options.connectTimeoutMs,
    );
    call.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

async function follow(url: URL, offset: number, options: DownloadOptions): Promise<IncomingMessage> {
  let current = url;
  for (let hops = 0; hops < 8; hops += 1) {
    const response = await request(current, offset, options);
    const location = response.headers.location;
    if (!redirects.has(response.statusCode ?? 0) || !location) return response;
    response.resume();
    current = new URL(location, current);
    if (current.protocol !== 'https:' && current.protocol !== 'http:') throw new Error(`redirected to \`${current}\``);
  }
  throw new Error('redirected too often');
}

const networkCodes: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'ECONNRESET',
]);

async function save(response: IncomingMessage, path: string, offset: number, options: DownloadOptions): Promise<void> {
  let received = offset;
  await pipeline(
    response,
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        received += chunk.length;
        if (options.expectedBytes !== null && received > options.expectedBytes) {
          throw new Error(`it is larger than the ${options.expectedBytes} bytes of the Manifest`);
        }
        options.onProgress?.(received);
        yield chunk;
      }
    },
    createWriteStream(path, { flags: offset > 0 ? 'a' : 'w' }),
    { signal: options.signal },
  );
}

/**
 * Gets a `http:`, `https:` or `file:` URL into a file, going on where an earlier attempt ended. Answers why not; only
 * an abort and errors of the own disk are thrown.
 */
export async function download(url: string, path: string, options: DownloadOptions): Promise<DownloadResult> {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:' && parsed?.protocol !== 'file:') {
    return { kind: 'refused', detail: 'this kind of URL is not supported' };
  }
  await mkdir(dirname(path), { recursive: true });
  if (parsed.protocol === 'file:') {
    const source = fileURLToPath(parsed);
    if (!(await stat(source).catch(() => null))?.isFile()) return { kind: 'refused', detail: 'there is no such file' };
    await copyFile(source, path);
    return { kind: 'downloaded' };
  }
  const present = (await stat(path).catch(() => null))?.size ?? 0;
  const resumable = options.expectedBytes !== null && present > 0 && present < options.expectedBytes;
  try {
    let response = await follow(parsed, resumable ? present : 0, options);
    const offset = response.statusCode === 206 ? present : 0;
    if (response.statusCode === 416) {
      response.resume();
      response = await follow(parsed, 0, options);
    }
    if (response.statusCode !== 200 && response.statusCode !== 206) {
      response.resume();
      return { kind: 'refused', detail: `the server says ${response.statusCode}` };
    }
    await save(response, path, offset, options);
    return { kind: 'downloaded' };
  } catch (error) {
    options.signal?.throwIfAborted();
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof HostSilent) return { kind: 'unreachable', detail: message };
    if (code !== undefined && networkCodes.has(code)) return { kind: 'unreachable', detail: code };
    if (diskErrorOf(error, { path })) throw error;
    return { kind: 'refused', detail: message };
  }
}
