import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { getRun, listRuns, openDatabase, readEvents } from '../db/index';
import { lostReaderStatus } from './lost-reader';

const project = resolve(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'lost-reader-'));
process.env.PREFIX_STUDIO_HOME = home;
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Runs the program with a pipe that is closed before it writes; its status and what it said besides. */
function unread(...words: readonly string[]): Promise<{ readonly status: number | null; readonly complaints: string }> {
  const child = spawn(process.execPath, [join(project, 'bin/prefix-studio.mjs'), ...words], {
    env: { ...process.env, PREFIX_STUDIO_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  return new Promise((done) => child.on('close', (status) => done({ status, complaints })));
}

it('a command whose output nobody reads ends as SIGPIPE ends others, without a word', async () => {
  expect(await unread('--help')).toEqual({ status: lostReaderStatus, complaints: '' });
});

it('a build whose output nobody reads is cancelled, and the journal says why', async () => {
  const design = join(home, 'unread.yaml');
  writeFileSync(
    design,
    'name: unread\nboard: amd64-usr\npath: /opt/unread\npackages: [app-text/tree]\nfrom_source: true\n',
  );
  const { status, complaints } = await unread('build', design);
  expect({ status, complaints }).toEqual({ status: lostReaderStatus, complaints: '' });
  const studio = await openDatabase();
  try {
    const [run] = await listRuns(studio, { prefix: 'unread', limit: 1 });
    expect(await getRun(studio, run?.id ?? '')).toMatchObject({ state: 'cancelled' });
    const events = (await readEvents(studio, run?.id ?? '', 0)).map((row) => JSON.stringify(row));
    expect(events.at(-1)).toContain('nobody reads the output of the command any more');
  } finally {
    await studio.close();
  }
});
