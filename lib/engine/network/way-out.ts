import { existsSync, realpathSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxMount } from '../../host/sandbox';
import { type Outward, publicOutward } from './outward';
import { OutwardProxy } from './proxy';

/** The way of one sandbox to the network. */
export interface WayOut {
  readonly mounts: readonly SandboxMount[];
  readonly environment: Readonly<Record<string, string>>;
  /** The command, behind what starts the inner end of the way. */
  wrap(command: readonly string[]): readonly string[];
  /** Ends all connections. */
  close(): Promise<void>;
}

export interface WayOutOptions {
  /** where the runtime stands inside */
  readonly runtime: string;
  /** takes output of the package's log */
  readonly log: (text: string) => void | Promise<void>;
  /** where it may lead; default: `publicOutward()` */
  readonly outward?: Outward;
}

const insideNode = '/run/prefix-studio/node';
const insideSocket = '/run/prefix-studio/network';
const insideCertificates = '/etc/ssl/certs/ca-certificates.crt';

/** On the sandbox's own 127.0.0.1, where nobody else listens. */
const port = 19418;

/** Where systems keep the certificates that they trust, as one file. */
const certificateFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

function certificateMounts(): readonly SandboxMount[] {
  const found = certificateFiles.find((path) => existsSync(path));
  if (found === undefined) return [];
  return [{ source: realpathSync(found), target: insideCertificates, access: 'read-only' }];
}

/** What programs are told of the way; they have no names service and need none, because the proxy looks up. */
function proxyEnvironment(runtime: string): Readonly<Record<string, string>> {
  const url = `http://127.0.0.1:${port}`;
  const proxies = ['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
  const local = 'localhost,127.0.0.1,::1';
  const certificates = ['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO', 'CARGO_HTTP_CAINFO', 'REQUESTS_CA_BUNDLE'];
  return {
    ...Object.fromEntries(proxies.map((name) => [name, url])),
    no_proxy: local,
    NO_PROXY: local,
    GIT_PROXY_COMMAND: `${runtime}/network/git-proxy`,
    ...(certificateMounts().length > 0 && Object.fromEntries(certificates.map((name) => [name, insideCertificates]))),
  };
}

/**
 * Opens a way out of a sandbox, which keeps a network of its own: a forwarder inside listens on its 127.0.0.1 and passes bytes
 * to a socket of ours, behind which a proxy judges where they may go. The forwarder is run by the program that runs us.
 */
export async function openWayOut({ runtime, log, outward = publicOutward() }: WayOutOptions): Promise<WayOut> {
  const proxy = new OutwardProxy({ outward, log: (line) => void log(`${line}\n`) });
  // short, because a path of a socket has 107 bytes at most; nobody else enters this folder
  const folder = await mkdtemp(join(tmpdir(), 'prefix-studio-'));
  const socket = join(folder, 'out');
  const close = async (): Promise<void> => {
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve, reject) => {
      proxy.server.once('error', reject);
      proxy.server.listen(socket, resolve);
    });
    // the build user is another than we
    await chmod(socket, 0o666);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    mounts: [
      { source: socket, target: insideSocket, access: 'read-only' },
      { source: realpathSync(process.execPath), target: insideNode, access: 'read-only' },
      ...certificateMounts(),
    ],
    environment: proxyEnvironment(runtime),
    wrap: (command) => [
      '/bin/bash',
      `${runtime}/network/with-network.bash`,
      insideNode,
      insideSocket,
      `${port}`,
      ...command,
    ],
    close,
  };
}
