import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { diagnose } from '../runner/tool-report';
import { statusOfPage } from './page-subjects';
import { closeStudioServer } from './studio-server';

/** Every page of the app, with names and ids that may be. */
const app = resolve(import.meta.dirname, '../../app');
const pages = readdirSync(app, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('page.tsx'))
  .map((name) => join('/', dirname(name)).replace('[name]', 'starter').replace('[id]', '01J9Z3M4N5P6Q7R8S9T0V1W2X3'));

/** What shows nothing of the database. */
const withoutStore = ['/help', '/packages', '/trees/starter'];

const home = mkdtempSync(join(tmpdir(), 'studio-pages-'));
beforeAll(() => vi.stubEnv('PREFIX_STUDIO_HOME', home));
afterAll(async () => {
  await closeStudioServer();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

/** A port of this machine on which nobody listens. */
function closedPort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

describe('while the database is away', () => {
  beforeAll(async () => vi.stubEnv('DATABASE_URL', `postgresql://studio@127.0.0.1:${await closedPort()}/studio`));
  afterAll(() => vi.stubEnv('DATABASE_URL', ''));

  it.each(pages)('%s says so where it needs it', async (path) => {
    expect(await statusOfPage(`${path}?tab=1`)).toBe(withoutStore.includes(path) ? 200 : 503);
  });

  it('doctor says that this machine cannot build', async () => {
    const { ok, machine } = await diagnose(home);
    expect(ok).toBe(false);
    expect(machine.find(({ name }) => name === 'Database')).toMatchObject({
      ok: false,
      summary: expect.stringContaining('ECONNREFUSED'),
      remedy: expect.stringContaining('DATABASE_URL'),
    });
  });
});

describe('with a database that answers', () => {
  it.each([
    ['/', 200],
    ['/p/nobody', 404],
    ['/p/nobody/graph', 404],
    ['/p/%2e%2e', 404],
    ['/builds', 200],
    ['/builds/x', 404],
    ['/builds/01J9Z3M4N5P6Q7R8S9T0V1W2X3', 404],
    ['/trees/nobody', 404],
    ['/nothing', 200],
    ['/constructor', 200],
  ])('%s is %d', async (path, status) => {
    expect(await statusOfPage(path)).toBe(status);
  });

  it('doctor is content with it, and with one that is still to be made', async () => {
    const database = async (folder: string) => (await diagnose(folder)).machine.find(({ name }) => name === 'Database');
    await statusOfPage('/');
    expect(await database(home)).toMatchObject({ ok: true, summary: expect.stringContaining('studio.db answers') });
    expect(await database(join(home, 'new'))).toMatchObject({ ok: true, summary: expect.stringContaining('will be') });
  });
});
