import { join } from 'node:path';

/** The kernel takes no longer path of a socket, bytes. Source: unix(7) */
const mostBytes = 107;

/** Where the server of a data folder listens for commands of the same user; null: the path would be too long. */
export function socketOf(home: string): string | null {
  const path = join(home, 'server.sock');
  return Buffer.byteLength(path) <= mostBytes ? path : null;
}

/** The header in which a command says what it has in common with the server (`settingsStamp`). */
export const stampHeader = 'x-prefix-studio-settings';
