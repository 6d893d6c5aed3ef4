import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { LocalAddressError } from '../../host/public-address';
import type { Outward } from './outward';

/** What one phase may use. */
export interface ProxyLimits {
  /** at once */
  readonly connections: number;
  /** bytes of all connections together, to the phase and from it */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly connectMs: number;
  readonly idleMs: number;
}

export const proxyLimits: ProxyLimits = {
  connections: 64,
  bytesIn: 16 * 2 ** 30,
  bytesOut: 2 ** 30,
  connectMs: 30_000,
  idleMs: 300_000,
};

export interface ProxyOptions {
  readonly outward: Outward;
  /** complete lines without line break */
  readonly log: (line: string) => void;
  readonly limits?: Partial<ProxyLimits>;
}

interface Target {
  /** an IPv6 address without brackets */
  readonly host: string;
  readonly port: number;
}

/** More lines than that tell nobody anything. */
const mostLines = 500;

/** Headers that are about one connection. Source: RFC 9110 7.6.1. */
const ofOneConnection = [
  'connection',
  'proxy-connection',
  'proxy-authorization',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const authority = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253}):(\d{1,5})$/;

/** The target of a CONNECT, `host:port`. Throws `Refused`. */
function readAuthority(text: string): Target {
  const [, host = '', port] = authority.exec(text) ?? [];
  if (port === undefined) throw new Refused(400, 'that is not a host and port');
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** The URL of a plain request. Throws `Refused`. */
function readUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Refused(400, 'this is a proxy; it needs whole addresses');
  const url = new URL(text);
  if (url.protocol !== 'http:') throw new Refused(501, `\`${url.protocol}\` cannot go through this proxy`);
  return url;
}

const place = ({ host, port }: Target): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

/** `3.4 MB` */
function amount(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * An HTTP proxy (CONNECT, and plain requests) that goes only where `outward` lets it: each connection is judged by name, port
 * and the address that it is made to. What was reached and how much came is told in the log.
 */
export class OutwardProxy {
  readonly server = http.createServer();
  readonly #limits: ProxyLimits;
  readonly #sockets = new Set<Duplex>();
  #bytesIn = 0;
  #bytesOut = 0;
  #outward = 0;
  #lines = 0;

  constructor(private readonly options: ProxyOptions) {
    this.#limits = { ...proxyLimits, ...options.limits };
    this.server.maxConnections = this.#limits.connections;
    this.server.on('connection', (socket) => this.#keep(socket));
    this.server.on('connect', (request, client, head) => void this.#tunnel(request, client, head));
    this.server.on('request', (request, response) => void this.#forward(request, response));
    this.server.on('clientError', (_, socket) => socket.destroy());
  }

  /** Ends all connections. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    // both ends may go away at any time
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #say(text: string): void {
    this.#lines += 1;
    if (this.#lines > mostLines) return;
    this.options.log(`>>> network: ${this.#lines === mostLines ? 'more connections are not listed' : text}`);
  }

  /** A connection to where the phase wants to go. Throws `Refused`. */
  #open(target: Target): Promise<Socket> {
    const { outward } = this.options;
    const { connections, connectMs, idleMs } = this.#limits;
    // many requests may come by one connection, one behind the other
    if (this.#outward >= connections) throw new Refused(503, `there are already ${connections} connections`);
    if (!outward.ports.has(target.port)) {
      throw new Refused(403, `only the ports ${[...outward.ports].join(', ')} are open`);
    }
    try {
      outward.check(target.host);
    } catch (error) {
      throw refusedFor(error);
    }
    return new Promise((resolve, reject) => {
      const socket = connect({ ...target, lookup: outward.lookup });
      this.#keep(socket);
      this.#outward += 1;
      const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), connectMs);
      socket.once('error', (error) => reject(refusedFor(error)));
      socket.once('close', () => {
        this.#outward -= 1;
        clearTimeout(timer);
      });
      socket.once('connect', () => {
        clearTimeout(timer);
        socket.setTimeout(idleMs, () => socket.destroy());
        resolve(socket);
      });
    });
  }

  /** Counts what goes through a connection, ends what is too much, and tells of it at the end. `from`: what sends into it. */
  #meter(target: Target, socket: Socket, from: Readable): void {
    const { bytesIn, bytesOut } = this.#limits;
    let [seenIn, seenOut] = [0, 0];
    const count = (): void => {
      this.#bytesIn += socket.bytesRead - seenIn;
      this.#bytesOut += socket.bytesWritten - seenOut;
      [seenIn, seenOut] = [socket.bytesRead, socket.bytesWritten];
      if (this.#bytesIn <= bytesIn && this.#bytesOut <= bytesOut) return;
      this.#say(`${place(target)} was ended: a phase may take ${amount(bytesIn)} and send ${amount(bytesOut)}`);
      socket.destroy();
    };
    socket.on('data', count);
    // many small pieces fill no buffer, so nothing would have to drain
    from.on('data', count);
    socket.once('close', () => {
      count();
      this.#say(`${place(target)}, ${amount(seenIn)} in, ${amount(seenOut)} out`);
    });
  }

  #refuse(what: string, error: unknown): Refused {
    const refused = error instanceof Refused ? error : new Refused(502, String(error));
    this.#say(`${what} was refused: ${refused.message}`);
    return refused;
  }

  async #tunnel(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    const wanted = request.url ?? '';
    try {
      const target = readAuthority(wanted);
      const socket = await this.#open(target);
      this.#meter(target, socket, client);
      if (client.destroyed) {
        socket.destroy();
        return;
      }
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) socket.write(head);
      join(client, socket);
      join(socket, client);
    } catch (error) {
      const { status, message } = this.#refuse(printable(wanted), error);
      const body = `${message}\n`;
      const reason = http.STATUS_CODES[status] ?? '';
      client.end(
        `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    }
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wanted = request.url ?? '';
    try {
      const url = readUrl(wanted);
      const target = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80) };
      const socket = await this.#open(target);
      this.#meter(target, socket, request);
      const outer = http.request({
        method: request.method,
        path: `${url.pathname}${url.search}`,
        headers: { ...passedHeaders(request.headers), host: url.host, connection: 'close' },
        createConnection: () => socket,
      });
      outer.once('response', (answer) => {
        // a stranger's: 000 and 099 can be received, and not be sent
        const { statusCode = 0 } = answer;
        response.writeHead(statusCode < 200 ? 502 : statusCode, passedHeaders(answer.headers));
        answer.pipe(response);
        answer.once('error', () => response.destroy());
      });
      outer.once('error', () => response.destroy());
      // after an answer that is none, as one that changes the protocol
      outer.once('close', () => {
        if (!response.headersSent) response.destroy();
      });
      response.once('close', () => socket.destroy());
      request.pipe(outer);
    } catch (error) {
      const { status, message } = this.#refuse(printable(wanted), error);
      response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${message}\n`);
    }
  }
}

/** An address as a stranger wrote it, for a line of a log. */
const printable = (text: string): string => text.replace(/[^\x21-\x7e]/g, '?').slice(0, 200);

function refusedFor(error: unknown): Refused {
  const message = error instanceof Error ? error.message : String(error);
  return new Refused(error instanceof LocalAddressError ? 403 : 502, message);
}

function join(from: Duplex, to: Duplex): void {
  from.pipe(to);
  from.once('close', () => {
    // what was not read to its end was cut off
    if (!from.readableEnded) to.destroy();
  });
}

function passedHeaders(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofOneConnection.includes(name)));
}
