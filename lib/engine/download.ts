import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { diskErrorOf } from '../host/disk-error';
import { LocalAddressError } from '../host/public-address';
import { requestOptions, type SourceReach } from './source-reach';

export interface DownloadOptions {
  /** name look-up, connection and first byte together */
  readonly connectTimeoutMs: number;
  /** longest silence while bytes flow */
  readonly idleTimeoutMs: number;
  /** from the first request to the last byte */
  readonly totalTimeoutMs: number;
  /** size of the file, if it is known; an interrupted download then goes on where it stopped */
  readonly expectedBytes: number | null;
  /** what is larger is refused */
  readonly mostBytes: number;
  readonly reach: SourceReach;
  readonly signal?: AbortSignal;
  readonly onProgress?: (receivedBytes: number) => void;
}

export type DownloadResult =
  | { readonly kind: 'downloaded' }
  /** nobody answered at that host: other files of it need not be tried */
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string }
  /** it leads to this machine or its network, and may not */
  | { readonly kind: 'local'; readonly detail: string };

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

class HostSilent extends Error {}

/** No connection is used twice: one that was made for a mirror of the user's could serve a tree that may not go there. */
const agents = { http: new http.Agent({ keepAlive: false }), https: new https.Agent({ keepAlive: false }) };

/** One GET; resolves with the response once its head is there. */
function request(url: URL, offset: number, options: DownloadOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const [get, agent] = url.protocol === 'https:' ? [https.get, agents.https] : [http.get, agents.http];
    const headers: Record<string, string> = { 'user-agent': 'prefix-studio', 'accept-encoding': 'identity' };
    if (offset > 0) headers.range = `bytes=${offset}-`;
    const place = requestOptions(url, options.reach);
    const call = get(url, { headers, agent, signal: options.signal, ...place }, (response) => {
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
        if (received > options.mostBytes) throw new Error(tooLarge(options));
        options.onProgress?.(received);
        yield chunk;
      }
    },
    createWriteStream(path, { flags: offset > 0 ? 'a' : 'w' }),
    { signal: options.signal },
  );
}

const tooLarge = ({ expectedBytes, mostBytes }: DownloadOptions): string =>
  `it is larger than ${expectedBytes === null ? mostBytes : `the ${expectedBytes}`} bytes${expectedBytes === null ? '' : ' of the Manifest'}`;

async function copyLocal(url: URL, path: string, options: DownloadOptions): Promise<DownloadResult> {
  if (!options.reach.isFileAllowed) {
    return { kind: 'local', detail: 'a tree may not name files of this machine' };
  }
  const source = fileURLToPath(url);
  const info = await stat(source).catch(() => null);
  if (!info?.isFile()) return { kind: 'refused', detail: 'there is no such file' };
  if (info.size > options.mostBytes) return { kind: 'refused', detail: tooLarge(options) };
  await copyFile(source, path);
  return { kind: 'downloaded' };
}

/**
 * Gets a `http:`, `https:` or `file:` URL into a file, going on where an earlier attempt ended. Answers why not; only
 * an abort and errors of the own disk are thrown.
 */
export async function download(url: string, path: string, given: DownloadOptions): Promise<DownloadResult> {
  const limit = AbortSignal.timeout(given.totalTimeoutMs);
  const options = { ...given, signal: given.signal ? AbortSignal.any([given.signal, limit]) : limit };
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:' && parsed?.protocol !== 'file:') {
    return { kind: 'refused', detail: 'this kind of URL is not supported' };
  }
  await mkdir(dirname(path), { recursive: true });
  if (parsed.protocol === 'file:') return copyLocal(parsed, path, options);
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
    given.signal?.throwIfAborted();
    if (limit.aborted)
      return { kind: 'refused', detail: `not finished after ${Math.round(given.totalTimeoutMs / 60_000)} minutes` };
    if (error instanceof LocalAddressError) return { kind: 'local', detail: error.message };
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof HostSilent) return { kind: 'unreachable', detail: message };
    if (code !== undefined && networkCodes.has(code)) return { kind: 'unreachable', detail: code };
    if (diskErrorOf(error, { path })) throw error;
    return { kind: 'refused', detail: message };
  }
}
