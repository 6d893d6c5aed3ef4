import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StudioError } from '../errors';
import { Planner } from './planner';
import { probeDesign } from './probe-design';

const project = resolve(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'planner-'));
let planner: Planner;

beforeAll(async () => {
  process.env.PREFIX_STUDIO_ROOT ??= project;
  const bundler = (await import(pathToFileURL(join(project, 'scripts/bundle.mjs')).href)) as {
    bundle(entry: string, name: string): Promise<string>;
  };
  planner = new Planner(await bundler.bundle('lib/runner/planning-main.ts', 'planning'), home);
});

afterAll(async () => {
  await planner.close();
  rmSync(home, { recursive: true, force: true });
});

const tree = { ...probeDesign('starter'), packages: ['app-text/tree'] };

describe('the planning thread', () => {
  it('plans, and gives equal questions one answer', async () => {
    const [one, two] = await Promise.all([
      planner.run({ kind: 'plan', design: tree }),
      planner.run({ kind: 'plan', design: tree }),
    ]);
    expect(one.result.kind).toBe('planned');
    expect(two).toBe(one);
  });

  it('leaves the event loop of the server free', async () => {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    turn();
    await planner.run({
      kind: 'plan',
      design: { ...tree, name: 'other', packages: ['dev-lang/python', 'net-misc/curl', 'net-misc/rsync'] },
    });
    isOver = true;
    // done here, opening and planning would hold up the loop in a few pieces, however fast the machine is
    expect(turns).toBeGreaterThan(100);
  });

  it('finds an ebuild that was written after its repository was opened', async () => {
    const folder = join(home, 'own');
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    write('profiles/repo_name', 'own\n');
    write('profiles/categories', 'app-test\n');
    write('metadata/layout.conf', 'masters = starter\n');
    const design = { ...tree, packages: ['app-test/late'], repositories: [{ name: 'own', location: folder }] };
    expect((await planner.run({ kind: 'plan', design })).result.kind).toBe('unsolved');
    write('app-test/late/late-1.ebuild', 'EAPI=8\nDESCRIPTION="late"\nSLOT=0\nKEYWORDS="amd64 arm64"\nLICENSE="MIT"\n');
    expect((await planner.run({ kind: 'plan', design })).result.kind).toBe('planned');
  });

  it('has a change of the design for what is planned otherwise than one expects', async () => {
    const folder = join(home, 'quiet');
    const ebuild = (text: string): string => `EAPI=8\nSLOT=0\nKEYWORDS="amd64 arm64"\nLICENSE="MIT"\n${text}\n`;
    const files = {
      'profiles/repo_name': 'quiet\n',
      'profiles/categories': 'app-test\n',
      'metadata/layout.conf': 'masters = starter\n',
      'app-test/quiet/quiet-1.ebuild': ebuild(''),
      'app-test/quiet/quiet-2.ebuild': ebuild('IUSE="+fancy"\nRDEPEND="fancy? ( app-test/absent )"'),
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const design = { ...tree, packages: ['app-test/quiet'], repositories: [{ name: 'quiet', location: folder }] };
    const { result } = await planner.run({ kind: 'plan', design });
    expect(result).toMatchObject({
      kind: 'planned',
      plan: { warnings: [{ code: 'older_than_newest', fix: { edits: [{ kind: 'package_use' }] } }] },
    });
  });

  it('carries errors over with code and hint', async () => {
    const failing = planner.run({ kind: 'plan', design: { ...tree, tree: 'nowhere' } });
    await expect(failing).rejects.toBeInstanceOf(StudioError);
    await expect(failing).rejects.toMatchObject({
      code: 'TREE_UNKNOWN',
      hint: expect.stringContaining('starter') as string,
    });
  });

  it('lets go who no longer waits, and answers the others', async () => {
    const gone = new AbortController();
    const left = planner.run({ kind: 'plan', design: tree }, gone.signal);
    const stays = planner.run({ kind: 'plan', design: tree });
    gone.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    expect((await stays).result.kind).toBe('planned');
  });

  it('drops a question that nobody waits for, and goes on', async () => {
    const gone = new AbortController();
    const left = planner.run({ kind: 'plan', design: { ...tree, name: 'dropped' } }, gone.signal);
    gone.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    expect((await planner.run({ kind: 'plan', design: tree })).result.kind).toBe('planned');
  });

  it('lists the packages of a tree and what is in it', async () => {
    const list = await planner.run({
      kind: 'packages',
      design: probeDesign('starter'),
      query: { words: 'editor', limit: 10 },
    });
    expect(list.packages.map((row) => row.name)).toContain('app-editors/nano');
    const facts = await planner.run({ kind: 'tree', name: 'starter', again: false });
    // the overlay below every tree is none of the tree's own
    expect(facts.repositories).toEqual(['starter']);
    expect(facts.unreadable).toEqual([]);
  });
});
