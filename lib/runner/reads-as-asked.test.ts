import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Design, validateDesign } from '../design';
import { removeTree } from '../host/remove-tree';
import { findEmerge } from '../plan/emerge-command';
import { addTree } from '../plan/trees';
import { PlanningHere } from './planning-here';
import type { PlanningWork } from './planning-work';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'reads-as-asked-'));
const overlay = join(work, 'mine');
afterAll(() => removeTree(work));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(overlay, path)), { recursive: true });
  writeFileSync(join(overlay, path), text);
}

beforeAll(() => {
  write('profiles/repo_name', 'mine\n');
  write('profiles/categories', 'app-test\n');
  write('metadata/layout.conf', 'masters = starter\n');
  const head = 'EAPI=8\nDESCRIPTION="made for a test"\nSLOT="0"\nKEYWORDS="amd64 arm64"';
  write('app-test/top/top-1.ebuild', `${head}\nRDEPEND="app-test/low"\n`);
  write('app-test/low/low-1.ebuild', `${head}\n`);
  for (let at = 0; at < 9; at++) write(`app-test/aside${at}/aside${at}-1.ebuild`, `${head}\n`);
});

const designOf = (packages: readonly string[]): Design => {
  const checked = validateDesign({
    name: 'asked',
    board: 'amd64-usr',
    path: '/opt/asked',
    packages,
    repositories: [{ name: 'mine', location: overlay }],
  });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.design;
};

/** `PF` of the ebuilds of the overlay that were read below a data folder. */
function readBelow(home: string): readonly string[] {
  const folder = join(home, 'cache/metadata');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap(({ name }) => (/^(?:top|low|aside\d)-1$/.test(name) ? [name] : [])).sort();
}

const design = designOf(['app-test/top']);
const ofPlan = ['low-1', 'top-1'];

describe('of a tree that nobody has read, the planner reads what a question is about', () => {
  const questions: readonly (readonly [PlanningWork, readonly string[]])[] = [
    [{ kind: 'plan', design, wantsOrigins: true }, ofPlan],
    [{ kind: 'sources', design }, ofPlan],
    [{ kind: 'export', design, folder: join(work, 'exported'), archive: null, isMeasured: false }, ofPlan],
    ...(findEmerge(process.env) === null ? [[{ kind: 'verify', design }, []] as const] : []),
    [{ kind: 'bootstrap', design, way: null, without: [], wantsFixes: true }, ofPlan],
    [{ kind: 'repositories', name: 'mine', package: null }, []],
    [{ kind: 'repositories', name: 'mine', package: 'app-test/low' }, ['low-1']],
    [{ kind: 'overlay', design, ask: { op: 'take', package: 'app-test/low', from: null, as: null } }, ['low-1']],
  ];

  it.each(questions.map(([question, read], at) => [question.kind, at, question, read] as const))(
    '%s (%i)',
    async (_, at, question, read) => {
      const home = join(work, `home${at}`);
      addTree('mine', overlay, home);
      const planner = new PlanningHere(home, () => undefined);
      try {
        const answer = await planner.run(question);
        if (question.kind === 'export') expect(answer).toMatchObject({ ebuilds: { mine: 2 } });
        if (question.kind === 'bootstrap') expect(answer).toMatchObject({ plan: { ships: expect.anything() } });
      } finally {
        planner.close();
      }
      expect(readBelow(home)).toEqual(read);
    },
    60_000,
  );

  it('and all of it for the list of everything', async () => {
    const home = join(work, 'whole');
    const told: number[] = [];
    const planner = new PlanningHere(home, (_, step) => told.push(step?.done ?? 0));
    const { packages } = await planner.run({ kind: 'packages', design, query: { words: 'made test', limit: 99 } });
    planner.close();
    expect(packages.map(({ name }) => name)).toHaveLength(11);
    expect(readBelow(home)).toHaveLength(11);
    expect(told.some((done) => done > 0)).toBe(true);
  });
});
