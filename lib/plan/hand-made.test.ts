import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyEdits, type Design, formatDesign, validateDesign } from '../design';
import { placeOf, setupPrefix } from '../engine';
import { addPatch } from '../overlay/patches';
import { prefixConfigurationFiles } from '../repo';
import { type OpenedDesign, openDesign } from './open-design';
import { planOpened } from './plan-design';

let home: string;
const roots = { staging: 'build/prefix-amd64-usr/demo/root', final: '__prefix__/amd64-usr/demo/root' } as const;
const inside = (place: keyof typeof roots, path: string): string =>
  join(home, roots[place], 'opt/demo/etc/portage', path);
const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const read = (place: keyof typeof roots, path: string): string => readFileSync(inside(place, path), 'utf8');

function designOf(more: object = {}): Design {
  const checked = validateDesign({
    name: 'demo',
    board: 'amd64-usr',
    path: '/opt/demo',
    packages: ['app-misc/jq'],
    ...more,
  });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.design;
}

async function setUp(design: Design): Promise<OpenedDesign> {
  const opened = await openDesign(design, { home });
  const { settings, tree, names } = opened;
  await setupPrefix({
    place: placeOf(design, names),
    configuration: {
      staging: prefixConfigurationFiles(settings, tree, 'staging'),
      final: prefixConfigurationFiles(settings, tree, 'final'),
    },
    design: formatDesign(design),
    distDir: join(home, 'distfiles'),
    home,
    mode: 'refresh',
  });
  return opened;
}

async function plan(design: Design) {
  const opened = await openDesign(design, { home });
  const result = planOpened(opened);
  if (result.kind !== 'planned') return { opened, use: null, outside: [], edits: [], hints: [] };
  const outside = result.plan.warnings.filter(({ code }) => code === 'OUTSIDE_DESIGN');
  const jq = result.plan.packages.find(({ id }) => id.startsWith('staging|app-misc/jq-'));
  return {
    opened,
    use: jq?.use ?? null,
    outside: outside.map(({ message }) => message),
    hints: outside.map(({ hint }) => hint),
    edits: outside.flatMap(({ fix }) => fix?.edits ?? []),
  };
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hand-made-'));
});
afterEach(() => rmSync(home, { recursive: true }));

describe('what people put into etc/portage', () => {
  it('is nothing in a prefix that only its design set up', async () => {
    const design = designOf({ package_use: { 'app-misc/jq': ['-oniguruma'] }, make_conf: { CFLAGS: '-O1' } });
    await setUp(design);
    expect(await plan(design)).toMatchObject({ outside: [], use: [] });
    expect((await plan(designOf())).outside).toEqual([]);
  });

  it.each(['staging', 'final'] as const)('in %s is heeded, told, and taken over with an edit', async (place) => {
    const design = designOf();
    await setUp(design);
    expect((await plan(design)).use).toEqual(['oniguruma']);
    write(inside(place, 'package.use/mine'), '# less\napp-misc/jq -oniguruma\n');
    const found = await plan(design);
    expect(found.use).toEqual([]);
    expect(found.outside).toEqual([
      `Set outside the design: \`app-misc/jq -oniguruma\` in \`etc/portage/package.use/mine\` of ${place}.`,
    ]);
    const taken = await plan(applyEdits(design, found.edits));
    expect([taken.use, taken.outside]).toEqual([[], []]);
  });

  it.each(['staging', 'final'] as const)(
    'in profile of %s is heeded and told; a design has no key for it',
    async (place) => {
      const design = designOf();
      await setUp(design);
      write(inside(place, 'profile/package.use.mask'), 'app-misc/jq oniguruma\n');
      const found = await plan(design);
      expect(found.use).toEqual([]);
      expect(found.outside).toEqual([
        `Set outside the design: \`app-misc/jq oniguruma\` in \`etc/portage/profile/package.use.mask\` of ${place}.`,
      ]);
      expect(found.hints).toEqual(['It is taken into account. A design has no key for it.']);
      await setUp(design);
      expect(read(place, 'profile/package.use.mask')).toBe('app-misc/jq oniguruma\n');
      expect((await plan(design)).use).toEqual([]);
    },
  );

  it('and only builds use is called what it is, whoever put it there', async () => {
    await setUp(designOf());
    addPatch(inside('staging', '../..'), {
      package: 'app-misc/jq',
      fileName: 'a.patch',
      text: '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n',
    });
    write(inside('staging', 'bashrc'), ':\n');
    write(inside('staging', 'profile/profile.bashrc'), ':\n');
    const { outside, hints } = await plan(designOf());
    const hintOf = (name: string) => hints[outside.findIndex((message) => message.includes(`etc/portage/${name}\``))];
    expect(hintOf('patches')).toMatch(/^Builds apply these patches, whether `prefix-studio overlay patch` or a person/);
    for (const name of ['bashrc', 'profile/profile.bashrc'])
      expect(hintOf(name)).toMatch(/^Builds source it\. (?!.*patch)/);
  });

  it('in profile of both roots is taken together', async () => {
    write(inside('staging', 'profile/package.use.force'), 'app-misc/jq oniguruma\n');
    write(inside('final', 'profile/package.use.force'), 'app-misc/jq -oniguruma\n');
    const { outside } = await plan(designOf());
    expect(outside).toHaveLength(2);
  });

  it('in profile/package.provided stands beside what the design says, and is taken over with an edit', async () => {
    write(inside('staging', 'profile/package.provided'), 'app-own/mine-1\n');
    const design = designOf({ target_provides: ['=app-own/other-2'] });
    await setUp(design);
    expect(read('staging', 'profile/package.provided/by-hand')).toBe('app-own/mine-1\n');
    expect(read('staging', 'profile/package.provided/design')).toBe('app-own/other-2\n');
    const { opened, edits } = await plan(design);
    expect([opened.staging.provided('app-own/mine'), opened.staging.provided('app-own/other')]).toEqual([
      ['app-own/mine-1'],
      ['app-own/other-2'],
    ]);
    expect(edits).toEqual([{ kind: 'provide_on_target', atom: '=app-own/mine-1' }]);
    expect((await plan(applyEdits(design, edits))).outside).toEqual([]);
    await setUp(designOf());
    expect((await plan(designOf())).opened.staging.provided('app-own/other')).toEqual([]);
  });

  it('has words that Portage refuses, which are ignored and not offered', async () => {
    const design = designOf();
    await setUp(design);
    write(
      inside('staging', 'package.use/mine'),
      '*/* broken flag-!x\nap!p/x y\napp-misc/jq -oniguruma PYTHON_TARGETS: -* python3_12\n',
    );
    write(inside('staging', 'package.mask'), 'no atom!\n');
    const { outside, edits, hints } = await plan(design);
    expect(outside).toEqual([
      'Set outside the design: `*/* broken`, `app-misc/jq -oniguruma PYTHON_TARGETS: -* python3_12` in `etc/portage/package.use/mine` of staging.',
      'Ignored, as Portage does: `no atom!` in `etc/portage/package.mask` of staging.',
    ]);
    expect(hints[0]).toContain('Ignored, as Portage does: `flag-!x`, `ap!p/x y`');
    const taken = applyEdits(design, edits);
    expect(validateDesign(taken).ok).toBe(true);
    expect((await plan(taken)).outside).toEqual([
      expect.stringContaining('Ignored, as Portage does'),
      expect.stringContaining('Ignored, as Portage does'),
    ]);
  });

  it('hides packages, and is named as the reason', async () => {
    write(inside('staging', 'package.mask'), 'app-misc/jq\n');
    const opened = await openDesign(designOf(), { home });
    const result = planOpened(opened, false);
    expect(JSON.stringify(result)).toContain(inside('staging', 'package.mask'));
  });

  it('is told where there is no plan, and who would take it back says so', async () => {
    const design = designOf();
    await setUp(design);
    write(inside('staging', 'package.mask'), 'app-misc/jq\n');
    write(inside('final', 'package.mask'), 'app-misc/jq\n');
    const result = planOpened(await openDesign(design, { home }));
    if (result.kind !== 'unsolved') throw new Error('it is masked');
    expect(result.warnings.map(({ message }) => message)).toEqual([
      'Set outside the design: `app-misc/jq` in `etc/portage/package.mask` of both roots.',
    ]);
    expect(result.fixes.length).toBeGreaterThan(0);
    for (const { cost } of result.fixes) {
      expect(cost).toContain('`app-misc/jq` in `etc/portage/package.mask` of staging');
    }
  });

  it('in package.env tells the names for which there is no file', async () => {
    const design = designOf();
    await setUp(design);
    write(inside('staging', 'package.env'), 'app-misc/jq here there\n');
    write(inside('final', 'env/here'), 'CFLAGS="-O1"\n');
    const { outside, use } = await plan(design);
    expect(use).not.toBeNull();
    expect(outside).toContain(
      '`etc/portage/package.env` names `there`, but there is no `etc/portage/env/there`: it sets nothing.',
    );
    expect(outside.join('\n')).not.toContain('names `here`');
  });

  it('makes way for files of the design and stays', async () => {
    write(inside('staging', 'package.use'), 'app-misc/jq -oniguruma\n');
    await setUp(designOf());
    expect(read('staging', 'package.use')).toBe('app-misc/jq -oniguruma\n');
    const design = designOf({ package_use: { 'app-text/tree': ['man'] } });
    expect((await plan(design)).use).toEqual([]);
    await setUp(design);
    expect(read('staging', 'package.use/by-hand')).toBe('app-misc/jq -oniguruma\n');
    expect(read('staging', 'package.use/design')).toBe('app-text/tree man\n');
    expect((await plan(design)).use).toEqual([]);
  });

  it('in the file of the design stays too, beside what the design says', async () => {
    const design = designOf({ package_use: { 'app-text/tree': ['man'] } });
    await setUp(design);
    write(inside('staging', 'package.use/design'), 'app-text/tree man\napp-misc/jq -oniguruma\n');
    for (let round = 0; round < 2; round += 1) {
      const found = await plan(design);
      expect(found.use).toEqual([]);
      expect(found.edits).toEqual([{ kind: 'package_use', atom: 'app-misc/jq', flags: ['-oniguruma'] }]);
      await setUp(design);
      expect(read('staging', 'package.use/design')).toBe('app-text/tree man\n');
    }
    expect(read('staging', 'package.use/by-hand-design')).toBe('app-text/tree man\napp-misc/jq -oniguruma\n');
  });

  it('in make.conf stays when the design is written again, and follows it where it only adds', async () => {
    await setUp(designOf({ use: ['one'] }));
    const conf = inside('staging', 'make.conf');
    writeFileSync(conf, `${readFileSync(conf, 'utf8')}USE="\${USE} two"\nCFLAGS="-O3 -g"\n`);
    const changed = designOf({ use: ['other'], make_conf: { CXXFLAGS: '-O1' } });
    await setUp(changed);
    const { opened, outside, edits } = await plan(changed);
    expect(opened.staging.variable('USE').split(' ')).toEqual(expect.arrayContaining(['other', 'two']));
    expect(opened.staging.variable('USE')).not.toContain('one');
    expect([opened.staging.variable('CFLAGS'), opened.staging.variable('CXXFLAGS')]).toEqual(['-O3 -g', '-O1']);
    expect(outside).toHaveLength(2);
    expect((await plan(applyEdits(changed, edits))).outside).toEqual([]);
  });

  it('is not what was left of a set-up that stopped half way', async () => {
    await setUp(designOf({ make_conf: { CFLAGS: '-O1' } }));
    const before = read('staging', 'make.conf');
    await setUp(designOf({ make_conf: { CFLAGS: '-O2' } }));
    const record = JSON.parse(read('staging', '.prefix-studio.json'));
    // the record names both texts while files are written
    write(
      inside('staging', '.prefix-studio.json'),
      JSON.stringify({ ...record, makeConf: [before, ...record.makeConf] }),
    );
    write(inside('staging', 'make.conf'), before);
    expect((await plan(designOf())).outside).toEqual([]);
  });

  it('names repositories, in both roots as the guide of the SDK does it', async () => {
    const location = join(home, 'gentoo');
    write(join(location, 'profiles/repo_name'), 'gentoo\n');
    write(join(location, 'profiles/categories'), 'app-odd\n');
    write(join(location, 'metadata/layout.conf'), 'masters =\nthin-manifests = true\n');
    const ebuild = 'EAPI=8\nDESCRIPTION="odd"\nLICENSE="MIT"\nSLOT="0"\nKEYWORDS="amd64"\n';
    write(join(location, 'app-odd/odd/odd-1.ebuild'), ebuild);
    const design = designOf({ packages: ['app-odd/odd'] });
    await setUp(designOf());
    for (const place of ['staging', 'final'] as const)
      write(inside(place, 'repos.conf/gentoo.conf'), `[gentoo]\nlocation = ${location}\nsync-type = git\n`);
    const { outside, edits } = await plan(design);
    expect(outside).toEqual([
      `Set outside the design: the repository \`gentoo\` at \`${location}\`, in \`etc/portage/repos.conf/gentoo.conf\`.`,
    ]);
    expect(edits).toEqual([{ kind: 'add_repository', name: 'gentoo', location }]);
    await setUp(design);
    expect((await plan(applyEdits(design, edits))).outside).toEqual([]);
    rmSync(location, { recursive: true });
    const { notices } = await openDesign(designOf(), { home });
    expect(notices.join()).toContain(`\`${location}\` is not a folder on this machine`);
  });
});
