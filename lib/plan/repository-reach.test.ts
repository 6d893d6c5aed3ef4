import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localSourcesVariable } from '../engine/source-reach';
import { reachOfRepository } from './repository-reach';
import { repositoryFolder } from './trees';

describe('a repository that a design names', () => {
  let home: string;
  let asked: number;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(404).end();
  });

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'reach-'));
    asked = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    delete process.env[localSourcesVariable];
    await new Promise((resolve) => server.close(resolve));
    rmSync(home, { recursive: true, force: true });
  });

  const port = (): number => (server.address() as AddressInfo).port;

  it.each([
    'http://127.0.0.1:PORT/x.git',
    'https://localhost:PORT/x.git',
    'git://127.0.0.1:PORT/x.git',
    'ssh://git@[::1]:PORT/x.git',
    'http://[::ffff:127.0.0.1]:PORT/x.git',
    'http://2130706433:PORT/x.git',
    'http://10.0.0.1/x.git',
    'http://169.254.169.254/latest/x.git',
    'git@192.168.0.1:x.git',
    'git@localhost:x.git',
  ])('is not fetched from %s', async (location) => {
    const wanted = repositoryFolder({ name: 'evil', location: location.replace('PORT', `${port()}`) }, { home });
    await expect(wanted).rejects.toMatchObject({
      code: 'CLONE_FAILED',
      hint: expect.stringContaining(localSourcesVariable),
    });
    expect(asked).toBe(0);
  });

  it('is fetched from a host of the network that the user allows', async () => {
    process.env[localSourcesVariable] = '127.0.0.1';
    const location = `http://127.0.0.1:${port()}/x.git`;
    await expect(repositoryFolder({ name: 'mine', location }, { home })).rejects.toMatchObject({
      code: 'CLONE_FAILED',
    });
    expect(asked).toBeGreaterThan(0);
  });

  it('is held to the address that was judged', async () => {
    expect(await reachOfRepository('https://192.88.1.1:8443/x.git')).toEqual([
      'http.curloptResolve=192.88.1.1:8443:192.88.1.1',
    ]);
    expect(await reachOfRepository('file:///srv/x')).toEqual([]);
  });
});
