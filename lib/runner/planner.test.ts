import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
    expect(facts.repositories).toEqual(['toolchain', 'starter']);
    expect(facts.unreadable).toEqual([]);
  });
});
