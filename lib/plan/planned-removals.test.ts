import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Design, validateDesign } from '../design';
import { updateWorld } from '../engine/world';
import type { PlannedPackage } from '../resolve/plan';
import { openDesign } from './open-design';
import { partOfPlan, removalsOf } from './partial-plan';
import { planOpened } from './plan-design';

let home: string;
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
};
const ebuild = (cpv: string, more = ''): void => {
  const [category = '', pf = ''] = cpv.split('/');
  const pn = pf.replace(/-\d.*$/, '');
  const text = `EAPI=8\nDESCRIPTION="${pn}"\nHOMEPAGE="https://example.org"\nLICENSE="MIT"\n`;
  write(
    `overlay/${category}/${pn}/${pf}.ebuild`,
    `${text}SLOT="${/SLOT=(\S+)/.exec(more)?.[1] ?? 0}"\nKEYWORDS="amd64"\n${more.replace(/SLOT=\S+/, '')}\n`,
  );
};

function designOf(packages: readonly string[]): Design {
  const checked = validateDesign({
    name: 'demo',
    board: 'amd64-usr',
    path: '/opt/demo',
    packages,
    repositories: [{ name: 'own', location: join(home, 'overlay') }],
  });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.design;
}

/** Puts packages into the database of a root, in this order. */
function install(
  design: Design,
  place: 'staging' | 'final',
  ...cpvs: readonly (readonly [cpv: string, slot?: string])[]
): void {
  const root = place === 'staging' ? 'build/prefix-amd64-usr/demo' : '__prefix__/amd64-usr/demo';
  cpvs.forEach(([cpv, slot = '0'], at) => {
    const facts = { SLOT: slot, EAPI: '8', repository: 'own', COUNTER: `${at + 1}`, KEYWORDS: 'amd64', CONTENTS: '' };
    for (const [name, value] of Object.entries(facts))
      write(`${root}/root${design.path}/var/db/pkg/${cpv}/${name}`, `${value}\n`);
  });
}

async function plan(design: Design) {
  const opened = await openDesign(design, { home });
  const result = planOpened(opened);
  if (result.kind !== 'planned') throw new Error(JSON.stringify(result.derivations));
  return { opened, plan: result.plan };
}

const shown = ({ root, action, cpv }: PlannedPackage): string => `${root} ${action} ${cpv}`;
const leaving = (packages: readonly PlannedPackage[]): string[] =>
  packages.filter(({ action }) => action === 'remove').map((pkg) => `${pkg.root} ${pkg.cpv}: ${pkg.reason}`);

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'removals-'));
  write('overlay/profiles/repo_name', 'own\n');
  write('overlay/profiles/categories', 'app-misc\n');
  write('overlay/metadata/layout.conf', 'masters = starter\nthin-manifests = true\n');
  ebuild('app-misc/one-1');
  ebuild('app-misc/library-1');
  ebuild('app-misc/user-1', 'RDEPEND="app-misc/library"');
  ebuild('app-misc/rival-1', 'RDEPEND="!app-misc/one"');
  ebuild('app-misc/slotted-1', 'SLOT=1');
  ebuild('app-misc/slotted-2', 'SLOT=2');
});
afterEach(() => rmSync(home, { recursive: true }));

describe('removals of a plan', () => {
  it('are planned for both roots when a design drops a package, users first', async () => {
    const design = designOf(['app-misc/one']);
    for (const place of ['staging', 'final'] as const)
      install(design, place, ['app-misc/library-1'], ['app-misc/user-1'], ['app-misc/one-1']);
    const { plan: found } = await plan(design);
    const why = 'Nothing in the design needs it any more.';
    expect(leaving(found.packages)).toEqual(
      ['staging', 'final'].flatMap((root) => [`${root} app-misc/user-1: ${why}`, `${root} app-misc/library-1: ${why}`]),
    );
  });

  it('are planned for what another slot replaces and for what is blocked', async () => {
    const design = designOf(['app-misc/slotted:2', 'app-misc/rival']);
    install(design, 'staging', ['app-misc/slotted-1', '1'], ['app-misc/one-1']);
    const { plan: found } = await plan(design);
    expect(leaving(found.packages)).toEqual([
      'staging app-misc/one-1: app-misc/rival-1 cannot be installed beside it (`!app-misc/one`).',
      'staging app-misc/slotted-1: app-misc/slotted-2 in slot 2 takes its place.',
    ]);
  });

  it('leave alone what was asked for by name, and say so with an edit that takes it over', async () => {
    const design = designOf(['app-misc/one']);
    install(design, 'staging', ['app-misc/library-1'], ['app-misc/user-1']);
    const { opened } = await plan(design);
    await updateWorld(
      { root: opened.names.stagingRoot, eprefix: design.path },
      {
        kind: 'add',
        packages: [
          { atom: 'app-misc/user', cpvs: ['app-misc/user-1'] },
          { atom: 'app-misc/lost', cpvs: ['app-misc/user-1'] },
        ],
        sets: [],
      },
    );
    const { plan: found } = await plan(design);
    expect(leaving(found.packages)).toEqual([]);
    expect(found.packages.map(shown)).toContain('staging build app-misc/user-1');
    const outside = found.warnings.filter(({ code }) => code === 'OUTSIDE_DESIGN');
    expect(outside.map(({ fix }) => fix?.edits)).toEqual([[{ kind: 'add_package', atom: 'app-misc/user' }], undefined]);
    expect(outside[1]?.message).toContain('app-misc/lost');
    const taken = await plan(designOf(['app-misc/one', 'app-misc/user']));
    expect(taken.plan.warnings.map(({ message }) => message).join()).not.toContain('app-misc/user');
  });
});

describe('a part of a plan', () => {
  it('merges what was named with its needs, and removes only what it cannot stand beside', async () => {
    const design = designOf(['app-misc/rival', 'app-misc/user', 'app-misc/slotted:2']);
    install(design, 'staging', ['app-misc/one-1'], ['app-misc/slotted-1', '1']);
    const { plan: whole } = await plan(design);
    const part = (pn: string): string[] =>
      partOfPlan(whole, (pkg) => pkg.pn === pn)
        .packages.map(shown)
        .filter((text) => /^staging .* app-misc/.test(text));
    expect(part('user')).toEqual(['staging build app-misc/library-1', 'staging build app-misc/user-1']);
    expect(part('rival').sort()).toEqual(['staging build app-misc/rival-1', 'staging remove app-misc/one-1']);
    expect(removalsOf(whole).packages.map(shown).sort()).toEqual([
      'staging remove app-misc/one-1',
      'staging remove app-misc/slotted-1',
    ]);
  });
});
