import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, prefixStudio, prefixStudioAlone, test } from './fixtures';

test.use({ journeys: 'command-line' });

const project = join(import.meta.dirname, '..');
const starter = join(project, 'public/starters/tree.yaml');

test('the command line builds, lists and hands out the same as the web shows', async ({ page, studio }) => {
  const built = await prefixStudio(studio.home, 'build', starter, '--json');
  expect(built.stderr).toBe('');
  expect(built.status).toBe(0);
  const events = built.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.at(-1)).toMatchObject({ kind: 'done', ok: true });
  expect(events.some((event) => event.kind === 'package_finished')).toBe(true);

  const files = await prefixStudio(studio.home, 'files', 'tree', '--json');
  const paths = (JSON.parse(files.stdout) as { files: { path: string }[] }).files.map((file) => file.path);
  expect(paths).toContain('/opt/tree/usr/bin/tree');

  const log = await prefixStudio(studio.home, 'log', 'tree', 'app-text/tree');
  expect(log).toMatchObject({ status: 0, stdout: expect.stringContaining('size and hashes match the Manifest') });
  expect(await prefixStudioAlone(studio.home, 'log', 'tree', 'app-text/tree')).toEqual(log);

  const out = mkdtempSync(join(tmpdir(), 'prefix-studio-image-'));
  const image = await prefixStudio(studio.home, 'image', 'tree', '-o', out, '--json');
  expect(JSON.parse(image.stdout)).toMatchObject({ image: { path: join(out, 'tree.raw') } });
  rmSync(out, { recursive: true });

  await page.goto(`${studio.url}/builds`);
  await expect(page.getByRole('main')).toContainText('tree');
});

test('a second build reuses everything and makes the same image', async ({ studio }) => {
  const image = async () =>
    JSON.parse(
      (await prefixStudio(studio.home, 'build', starter, '--json')).stdout
        .trim()
        .split('\n')
        .filter((line) => line.includes('"kind":"image"'))
        .at(-1) ?? '{}',
    );
  const first = await image();
  const second = await image();
  expect(second.image.sha256).toBe(first.image.sha256);
});

/** What an answer says, without how long it took and what the disk had free. */
const lasting = ({ durationMs: _took, scarce: _room, ...answer }: Record<string, unknown>) => answer;

test('the command line plans what the server plans, field by field', async ({ request, studio }) => {
  const folder = join(project, 'public/starters');
  const missing = join(mkdtempSync(join(tmpdir(), 'prefix-studio-missing-')), 'missing.yaml');
  writeFileSync(missing, 'name: missing\nboard: amd64-usr\npath: /opt/missing\npackages: [app-text/treee]\n');
  const starters = (await (await request.get(`${studio.url}/api/starters`)).json()) as { id: string }[];
  const designs = [...starters.map(({ id }) => join(folder, `${id}.yaml`)), missing];
  for (const design of designs) {
    const told = await prefixStudioAlone(studio.home, 'plan', design, '--json');
    const asked = await prefixStudio(studio.home, 'plan', design, '--json');
    expect(lasting(JSON.parse(asked.stdout)), design).toEqual(lasting(JSON.parse(told.stdout)));
    const answer = await request.post(`${studio.url}/api/plan`, { data: { text: readFileSync(design, 'utf8') } });
    expect(lasting(JSON.parse(told.stdout)), design).toEqual(lasting(await answer.json()));
    expect(told.status, design).toBe(design === missing ? 1 : 0);
    const staged = await prefixStudioAlone(studio.home, 'bootstrap', design, '--json');
    const stages = await request.post(`${studio.url}/api/bootstrap`, { data: { text: readFileSync(design, 'utf8') } });
    expect(lasting(JSON.parse(staged.stdout)), design).toEqual(lasting(await stages.json()));
  }
  rmSync(dirname(missing), { recursive: true });
});

/** An answer whose free room on a disk, which others use as well, is left out. */
const withoutRoom = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer).replace(/\d[\d.]* [KMGT]?i?B free below/g, 'free below'));

test('the command line answers what the server answers, field by field', async ({ request, studio }) => {
  const text = readFileSync(starter, 'utf8');
  const sameQuestions: readonly (readonly [readonly string[], string, object?])[] = [
    [['list'], 'prefixes'],
    [['starters'], 'starters'],
    [['starters', 'tree'], 'starters/tree'],
    [['doctor'], 'doctor'],
    [['trees'], 'trees'],
    [['trees', 'show', 'starter'], 'trees/starter/repositories'],
    [['trees', 'show', 'starter', 'sys-libs/zlib'], 'trees/starter/repositories?package=sys-libs/zlib'],
    [['check', starter], 'check?planned=1', { text }],
    [['design', 'tree'], 'prefixes/tree'],
    [['import', 'emerge tree zlib'], 'import', { files: [{ path: 'emerge', text: 'emerge tree zlib' }] }],
    [['files', 'tree'], 'prefixes/tree/files/all'],
    [['files', 'tree', '--root', 'image'], 'prefixes/tree/files/all?root=image'],
    [['image', 'tree', '--matches'], 'prefixes/tree/matches'],
    [['overlay', 'list', 'tree'], 'prefixes/tree/overlay'],
    [
      ['roots', '--root', '/r', '--sysroot', '/r', '--eprefix', '/p'],
      'roots',
      { root: '/r', sysroot: '/r', eprefix: '/p' },
    ],
  ];
  for (const [words, address, data] of sameQuestions) {
    const url = `${studio.url}/api/${address}`;
    const answer = await (await (data ? request.post(url, { data }) : request.get(url))).json();
    for (const command of [prefixStudio, prefixStudioAlone]) {
      const told = await command(studio.home, ...words, '--json');
      expect(withoutRoom(JSON.parse(told.stdout)), words.join(' ')).toEqual(withoutRoom(answer));
    }
  }
});

test('answers carry their exit status', async ({ studio }) => {
  expect(
    (await prefixStudio(studio.home, 'roots', '--root', '/', '--sysroot', '/x', '--eapi', '8', '--json')).status,
  ).toBe(1);
  expect(
    (
      await prefixStudio(
        studio.home,
        'roots',
        '--root',
        '/r',
        '--sysroot',
        '/r',
        '--eprefix',
        '/p',
        '--eapi',
        '8',
        '--json',
      )
    ).status,
  ).toBe(0);
  expect((await prefixStudio(studio.home, 'files', 'nothing', '--json')).status).toBe(1);
  expect((await prefixStudio(studio.home, 'nonsense')).status).toBe(2);
  expect((await prefixStudio(studio.home, 'help', 'build')).stdout).toContain('Usage: prefix-studio build');
  const unknown = await prefixStudio(studio.home, 'help', 'biuld');
  expect(unknown).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('`build`') });
  const doctor = await prefixStudio(studio.home, 'doctor', '--json');
  expect(doctor.status).toBe(0);
  expect(doctor.stdout).toContain('bwrap');
});
