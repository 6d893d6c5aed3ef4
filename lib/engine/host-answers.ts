import { connect } from 'node:net';
import { requestOptions, type SourceReach } from './source-reach';

const ports: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'ftp:': 21 };

/** Does the host of a URL take a connection within `timeoutMs`? Nothing is sent. False for what is out of reach. */
export async function hostAnswers(text: string, reach: SourceReach, timeoutMs: number): Promise<boolean> {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const port = Number(url.port) || ports[url.protocol];
  if (port === undefined || url.hostname === '') return false;
  try {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port, ...requestOptions(url, reach), timeout: timeoutMs });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      for (const event of ['error', 'timeout', 'close'] as const) socket.once(event, () => resolve(false));
      // a name that nobody answers for has no socket to time out
      setTimeout(() => resolve(false), timeoutMs).unref();
    });
    socket.destroy();
    return isOpen;
  } catch {
    return false;
  }
}
