import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Handler } from '../same-build';
import { LocalServer } from './ask-server';
import { openLocalDoor } from './local-door';

let home = '';
let server: Server | null = null;
const socket = (): string => join(home, 'server.sock');
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'prefix-studio-door-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  server?.close();
  server?.closeAllConnections();
  server = null;
  rmSync(home, { recursive: true });
});

/** Answers every question with what was asked. */
const echo: Handler = async (request, response) => {
  let body = '';
  for await (const piece of request) body += String(piece);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ method: request.method, url: request.url, body }));
};

const open = async (handler: Handler | null = echo): Promise<Server | null> => {
  server = await openLocalDoor(home, () => handler);
  return server;
};

const check = () => new LocalServer(home).ask('POST /api/check', { body: { text: 'name: x' } });

describe('the door for commands', () => {
  it('carries what is asked, and what is answered', async () => {
    await open();
    expect((await check())?.value).toEqual({ method: 'POST', url: '/api/check', body: '{"text":"name: x"}' });
  });

  it('is open to this user alone, and gone with the server', async () => {
    await open();
    const { mode } = statSync(socket());
    expect((mode & 0o777).toString(8)).toBe('600');
    await new Promise((resolve) => server?.close(resolve));
    expect(statSync(socket(), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('takes the place of one that a killed server left, and leaves one that listens alone', async () => {
    writeFileSync(socket(), '');
    expect(await open()).not.toBeNull();
    expect(await openLocalDoor(home, () => echo)).toBeNull();
    expect(await check()).not.toBeNull();
  });

  it('answers nothing to a command that has other settings', async () => {
    await open();
    vi.stubEnv('PREFIX_STUDIO_MIRRORS', 'https://mirror.example.org');
    expect(await check()).toBeNull();
  });

  it('is not asked where nobody listens, where it starts, and where the path is too long', async () => {
    expect(await check()).toBeNull();
    await open(null);
    expect(await check()).toBeNull();
    expect(await openLocalDoor(join(home, 'a'.repeat(120)), () => echo)).toBeNull();
  });

  it('tells an error as the server does', async () => {
    const errors = [{ field: 'name', code: 'NAME_CHARACTERS', detail: 'no', line: 1, column: 2 }];
    await open(async (_request, response) => {
      response.statusCode = 422;
      response.end(JSON.stringify({ status: 422, code: 'DESIGN_INVALID', detail: 'wrong', hint: 'mend it', errors }));
    });
    await expect(check()).rejects.toMatchObject({ code: 'DESIGN_INVALID', message: 'wrong', hint: 'mend it', errors });
  });

  it('says so when the server ends before a change is answered', async () => {
    await open(async (request) => {
      request.socket.destroy();
    });
    const change = new LocalServer(home).ask('DELETE /api/trees/{name}', { params: { name: 'x' } });
    await expect(change).rejects.toMatchObject({ code: 'SERVER_AWAY' });
    expect(await new LocalServer(home).ask('GET /api/prefixes')).toBeNull();
  });

  it('leaves alone what has its name and is no socket', async () => {
    mkdirSync(socket());
    expect(await open()).toBeNull();
    expect(await check()).toBeNull();
  });

  it('is asked anew where it gives half an answer, or none that can be read', async () => {
    for (const said of ['', 'not json', '{"a":']) {
      await open(async (_request, response) => {
        response.setHeader('content-length', said.length + (said.endsWith(':') ? 10 : 0));
        response.write(said);
        if (said.endsWith(':')) response.destroy();
        else response.end();
      });
      expect(await check()).toBeNull();
      const closed = new Promise((resolve) => server?.close(resolve));
      server?.closeAllConnections();
      await closed;
    }
  });

  it('is not waited for where it is stopped: a question is answered elsewhere, a change is told', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((each) => sockets.push(each));
    await new Promise<void>((resolve) => silent.listen(socket(), resolve));
    const local = new LocalServer(home, 50);
    expect(await local.ask('GET /api/prefixes')).toBeNull();
    await expect(local.ask('DELETE /api/trees/{name}', { params: { name: 'x' } })).rejects.toMatchObject({
      code: 'SERVER_AWAY',
    });
    for (const each of sockets) each.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it.runIf(process.getuid?.() === 0)('is not believed where another user listens', async () => {
    await open();
    chownSync(socket(), 65_534, 65_534);
    expect(await check()).toBeNull();
  });
});
