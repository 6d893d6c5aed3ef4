import { chmodSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { ApiError } from '../../api';
import { openFrontDoor } from '../front-door/front-door';
import type { Handler } from '../same-build';
import { settingsStamp } from './settings-stamp';
import { socketOf, stampHeader } from './socket';

/**
 * Listens for commands of the same user on the same data folder, beside the port for browsers; `close` takes it away. Null: another
 * server has this folder, its path is too long for a socket, or something else has the name. Then commands answer by themselves.
 */
export async function openLocalDoor(home: string, handler: () => Handler | null): Promise<Server | null> {
  const path = socketOf(home);
  // one that listens is left alone; what a killed one left is taken away
  if (path === null || (await isListening(path))) return null;
  try {
    rmSync(path, { force: true });
  } catch {
    // it is no socket: somebody put something else there
    return null;
  }
  const stamp = settingsStamp();
  const server = openFrontDoor({ token: null }, () => withStamp(stamp, handler()));
  return (await listen(server, path)) ? server : null;
}

/** Refuses a command whose settings would lead to another answer. */
const withStamp = (stamp: string, handler: Handler | null): Handler | null =>
  handler &&
  (async (request, response) => {
    if (request.headers[stampHeader] !== stamp) {
      throw new ApiError('SETTINGS_DIFFER', 'This server runs with other settings than the command that asks it.');
    }
    await handler(request, response);
  });

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function listen(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    // nobody else may connect, from the first moment on
    const before = process.umask(0o177);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(true);
    });
    process.umask(before);
  });
}
