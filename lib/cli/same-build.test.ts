import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFrontDoor } from './front-door/front-door';
import { ofSameBuild } from './same-build';

const folder = mkdtempSync(join(tmpdir(), 'studio-build-'));
const file = join(folder, '.next/BUILD_ID');
const said: string[] = [];
const server = openFrontDoor({ token: null, host: '127.0.0.1' }, () => handler);
let handler = ofSameBuild(
  '/nowhere',
  async () => undefined,
  () => undefined,
);
let address = '';

beforeAll(async () => {
  mkdirSync(join(folder, '.next'));
  writeFileSync(file, 'one');
  handler = ofSameBuild(
    folder,
    async (_, response) => void response.end('page'),
    (text) => said.push(text),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

it('serves one build, and says so while it is replaced and after', async () => {
  const ask = async (path: string): Promise<readonly [number, string]> => {
    const answer = await fetch(address + path);
    return [answer.status, await answer.text()];
  };
  expect(await ask('/')).toEqual([200, 'page']);
  rmSync(file);
  for (const path of ['/', '/api/health', '/_next/static/x.js']) {
    expect(await ask(path)).toEqual([503, expect.stringContaining('rebuilt')]);
  }
  writeFileSync(file, 'two');
  expect((await ask('/'))[0]).toBe(503);
  expect(said).toEqual([expect.stringMatching(/rebuilt.*start it again/)]);
  writeFileSync(file, 'one');
  expect(await ask('/')).toEqual([200, 'page']);
});
