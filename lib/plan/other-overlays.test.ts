import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Design, designSchema, requestProblems } from '../design';
import { explainDerivations } from '../resolve/explain';
import { openDesign } from './open-design';
import { planOpened } from './plan-design';
import { choosePackage, viewRepositories } from './repository-view';

const folder = mkdtempSync(join(tmpdir(), 'other-overlays-'));
const home = join(folder, 'home');
const ebuild = (lines = ''): string =>
  `EAPI=8\nDESCRIPTION="x"\nSLOT=0\nKEYWORDS="amd64 arm64"\nLICENSE="MIT"\n${lines}\n`;

beforeAll(() => {
  process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A path that begins at a repository, as sets.conf writes it. */
const at = (name: string): string => `\${repository:${name}}`;

let count = 0;

/** A folder with these files. */
function overlay(files: Readonly<Record<string, string>>): string {
  const place = join(folder, `overlay-${++count}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), text);
  }
  return place;
}

const designOf = (location: string | null, ...packages: string[]): Design =>
  designSchema.parse({
    name: 'shape',
    board: 'amd64-usr',
    path: '/opt/shape',
    packages,
    repositories: location === null ? [] : [{ name: 'mine', location }],
  });

async function planOf(design: Design) {
  const opened = await openDesign(design, { home });
  const result = planOpened(opened);
  const built = result.kind === 'planned' ? result.plan.packages.filter(({ requested }) => requested) : [];
  return {
    result,
    notices: opened.notices,
    built: [...new Set(built.map(({ cpv }) => cpv))],
    stories: result.kind === 'unsolved' ? explainDerivations(result.derivations) : [],
  };
}

describe('overlays of other people', () => {
  it.each([
    ['masters = gentoo', { 'metadata/layout.conf': 'masters = gentoo\n', 'profiles/repo_name': 'mine\n' }],
    ['no profiles', { 'metadata/layout.conf': 'masters = gentoo\n' }],
    ['nothing but an ebuild', {}],
    ['a name with a carriage return', { 'profiles/repo_name': 'crlf\r\n' }],
    ['another name', { 'profiles/repo_name': 'other-name\n' }],
  ])('are planned with %s', async (_, files: Record<string, string>) => {
    const location = overlay({ ...files, 'app-misc/hello/hello-1.ebuild': ebuild() });
    expect((await planOf(designOf(location, 'app-misc/hello'))).built).toEqual(['app-misc/hello-1']);
  });

  it('may use the eclasses of the main repository as those of `gentoo`', async () => {
    const location = overlay({
      'metadata/layout.conf': 'masters = gentoo\n',
      'profiles/repo_name': 'mine\n',
      'app-misc/hello/hello-1.ebuild': ebuild('inherit starter'),
    });
    const { built, notices } = await planOf(designOf(location, 'app-misc/hello'));
    expect(built).toEqual(['app-misc/hello-1']);
    expect(notices).toEqual([expect.stringContaining('`starter`, is used instead')]);
  });

  it('say that a category is not listed, not that there is no such package', async () => {
    const location = overlay({ 'profiles/repo_name': 'mine\n', 'my-tools/hello/hello-1.ebuild': ebuild() });
    const { stories } = await planOf(designOf(location, 'my-tools/hello'));
    expect(stories.map(({ title }) => title)).toEqual(['`my-tools` is not a category']);
  });

  it('are named among those that were searched, even when they hold nothing', async () => {
    const location = overlay({ 'profiles/repo_name': 'mine\n' });
    const { result } = await planOf(designOf(location, 'app-misc/nowhere-at-all'));
    expect(result).toMatchObject({
      noFix: [{ kind: 'nowhere', repositories: expect.arrayContaining(['mine']) as unknown }],
    });
  });

  it('tell lines of masks that mask nothing', async () => {
    const location = overlay({
      'profiles/repo_name': 'mine\n',
      'profiles/package.mask': '# why\n>=app-misc/hello\napp-misc/hello\n',
      'app-misc/hello/hello-1.ebuild': ebuild(),
    });
    const { notices } = await planOf(designOf(location, 'app-misc/hello'));
    expect(notices).toEqual([expect.stringMatching(/package\.mask:2`: `>=app-misc\/hello` is not an atom/)]);
  });

  it('bring sets', async () => {
    const location = overlay({
      'profiles/repo_name': 'mine\n',
      'sets.conf': `[mine sets]\nclass = portage.sets.files.StaticFileSet\nmultiset = true\ndirectory = ${at('mine')}/sets\n`,
      'sets/tools': 'app-text/tree\nsys-apps/less\n',
    });
    const { built } = await planOf(designOf(location, '@tools'));
    expect(built.map((cpv) => cpv.replace(/-[\d.]+.*$/, '')).sort()).toEqual(['app-text/tree', 'sys-apps/less']);
  });
});

describe('which repository wins', () => {
  it('of the same version is the one of higher priority; else the higher version', async () => {
    const location = overlay({
      'profiles/repo_name': 'mine\n',
      'app-editors/nano/nano-7.2.ebuild': ebuild(),
      'app-misc/jq/jq-1.7.ebuild': ebuild('KEYWORDS="~amd64"'),
    });
    const opened = await openDesign(designOf(location, 'app-editors/nano'), { home });
    expect(choosePackage(opened, 'app-editors/nano')?.why).toBe(
      '`app-editors/nano-7.2` of `mine` is taken: `starter` has the same version, and the priority of `mine` is higher (0 over -1000).',
    );
    const jq = choosePackage(opened, 'app-misc/jq');
    expect(jq?.versions.map(({ repository, isTaken, masks }) => [repository, isTaken, masks.length])).toEqual([
      ['mine', false, 1],
      ['starter', true, 0],
    ]);
    expect(choosePackage(opened, 'app-misc/nowhere')).toBeNull();
    expect(viewRepositories(opened).find(({ name }) => name === 'mine')).toMatchObject({
      priority: 0,
      masters: ['starter'],
      packages: 2,
      ebuilds: 2,
    });
  });
});

describe('what a design asks for and is nowhere', () => {
  it('is told all at once, each at its line, with what was probably meant', async () => {
    const design = designOf(
      null,
      'app-editors/nano',
      'app-misc/tmuxx',
      '=sys-apps/less-999',
      '@tools',
      'app-misc/jq:9',
      'app-misc/jq[none]',
    );
    const { result } = await planOf(design);
    const text = `name: shape\nboard: amd64-usr\npath: /opt/shape\npackages:\n${design.packages.map((each) => `  - "${each}"\n`).join('')}`;
    const problems = result.kind === 'unsolved' ? requestProblems(text, result.derivations) : [];
    expect(problems.map(({ line, column, code, suggestion }) => [line, column, code, suggestion])).toEqual([
      [6, 5, 'UNKNOWN_PACKAGE', 'app-misc/tmux'],
      [7, 5, 'UNKNOWN_VERSION', 'sys-apps/less'],
      [8, 5, 'UNKNOWN_SET', undefined],
      [9, 5, 'UNKNOWN_VERSION', 'app-misc/jq'],
      [10, 5, 'UNKNOWN_FLAG', 'app-misc/jq'],
    ]);
    expect(problems[3]?.message).toBe('`app-misc/jq` has no slot `9`.');
    expect(problems[4]?.hint).toBe('Ask for `app-misc/jq` without it.');
    expect(problems[1]?.hint).toMatch(/without a version, or for `=sys-apps\/less-[0-9]/);
    expect(problems[2]?.hint).toMatch(/^The sets here are .*`@system`.* Write the name of one of them/);
  });

  it('has fixes: the version that there is, the name that was meant', async () => {
    const { result } = await planOf(designOf(null, '=app-editors/nano-7.1', 'app-misc/tmuxx'));
    expect(result).toMatchObject({
      kind: 'unsolved',
      fixes: [
        {
          edits: [
            { kind: 'replace_package', from: '=app-editors/nano-7.1', to: '=app-editors/nano-7.2' },
            { kind: 'replace_package', from: 'app-misc/tmuxx', to: 'app-misc/tmux' },
          ],
        },
        { edits: [{ to: 'app-misc/tmux' }, { to: 'app-editors/nano' }] },
      ],
    });
  });

  it('is an error for a set whose file leads out of its repository', async () => {
    const location = overlay({
      'profiles/repo_name': 'mine\n',
      'sets.conf': `[a]\nclass = portage.sets.files.StaticFileSet\nfilename = ${at('mine')}/a\n`,
    });
    writeFileSync(join(folder, 'secret'), 'app-text/tree\n');
    symlinkSync(join(folder, 'secret'), join(location, 'a'));
    const { stories } = await planOf(designOf(location, '@a'));
    expect(stories.map(({ title }) => title)).toEqual(['There is no set `@a`']);
  });

  it('is an error for sets inside sets, too', async () => {
    const location = overlay({
      'profiles/repo_name': 'mine\n',
      'sets.conf': `[a]\nclass = portage.sets.files.StaticFileSet\nfilename = ${at('mine')}/a\n`,
      a: 'app-text/tree\n@absent\n',
    });
    const { stories } = await planOf(designOf(location, '@a'));
    expect(stories.map(({ title }) => title)).toEqual(['There is no set `@absent`']);
  });
});
