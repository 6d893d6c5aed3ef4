import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import { loadPlayground } from '../repo';
import { PhaseRunner } from './__fixtures__/phase-runner';

const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';
const change = (from: string, to: string): string => `--- a/file\n+++ b/file\n@@ -1 +1 @@\n-${from}\n+${to}\n`;

describe.skipIf(sandbox.kind === 'unusable')(`patches of the user${skipped}`, () => {
  let runner: PhaseRunner;
  const patches = 'stage/opt/demo/etc/portage/patches/app-test';
  beforeAll(() => {
    runner = new PhaseRunner();
    for (const name of ['patched', 'plain', 'broken']) {
      runner.ebuild(`app-test/${name}-1-r2`, 'src_unpack() { echo one > file; }\n');
    }
    runner.ebuild('app-test/forgets-1', 'src_prepare() { :; }\n');
    runner.ebuild('app-test/twice-1', 'src_unpack() { echo one > file; }\nsrc_prepare() { default; eapply_user; }\n');
  });
  afterAll(() => runner.remove());

  it('are applied in the order of their names, the closest of each name, with a line for each', async () => {
    runner.write(`${patches}/patched/20-b.patch`, change('two', 'three'));
    runner.write(`${patches}/patched-1/10-a.diff`, change('one', 'two'));
    runner.write(`${patches}/patched-1-r2:0/20-b.patch`, change('two', 'three of this revision'));
    runner.write(`${patches}/patched/30-gone.patch`, change('three', 'never'));
    runner.write(`${patches}/patched:0/30-gone.patch`, '');
    runner.write(`${patches}/patched/notes.txt`, 'no patch');
    runner.write(`${patches}/patched-2/40.patch`, 'of another version');
    const { result, output, buildDir } = await runner.run('app-test/patched-1-r2', ['unpack', 'prepare']);
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect(readFileSync(join(buildDir, 'work/file'), 'utf8')).toBe('three of this revision\n');
    const told = [...output.matchAll(/Patch of the user: (\S+)/g)].map(([, path]) => path);
    expect(told).toEqual([
      'etc/portage/patches/app-test/patched-1/10-a.diff',
      'etc/portage/patches/app-test/patched-1-r2:0/20-b.patch',
    ]);
  });

  it('are applied once, and to nobody else', async () => {
    runner.write(`${patches}/twice/a.patch`, change('one', 'two'));
    for (const [cpv, text] of [
      ['app-test/twice-1', 'two\n'],
      ['app-test/plain-1-r2', 'one\n'],
    ] as const) {
      const { result, buildDir } = await runner.run(cpv, ['unpack', 'prepare']);
      expect(result).toMatchObject({ kind: 'ok' });
      expect(readFileSync(join(buildDir, 'work/file'), 'utf8')).toBe(text);
    }
  });

  it('end the build when they do not apply, and have to be asked for', async () => {
    runner.write(`${patches}/broken/bad.patch`, change('other', 'two'));
    const { result } = await runner.run('app-test/broken-1-r2', ['unpack', 'prepare']);
    expect(result).toMatchObject({ kind: 'failed', message: 'eapply: `bad.patch` does not apply' });
    const forgotten = await runner.run('app-test/forgets-1', ['prepare']);
    expect(forgotten.result).toMatchObject({ message: 'src_prepare has to call eapply_user or default' });
  });
});

describe('package.env', () => {
  const load = (files: Readonly<Record<string, readonly string[]>>, env: Readonly<Record<string, string>>) =>
    loadPlayground({
      ebuilds: { 'app-misc/a-1': { EAPI: '8', IUSE: 'x y' }, 'app-misc/b-1': { EAPI: '8', IUSE: 'x y' } },
      user_config: { 'make.conf': ['CFLAGS="-O2"', 'FEATURES="test"', 'USE="x"'], ...files },
      extra_files: Object.fromEntries(Object.entries(env).map(([name, text]) => [`etc/portage/env/${name}`, text])),
    }).root;
  const first = (root: ReturnType<typeof load>, name: string) => {
    const [candidate] = root.candidates(name);
    if (candidate === undefined) throw new Error(`no ${name}`);
    return candidate;
  };

  it('sets variables, FEATURES and USE for the packages that it names', () => {
    const root = load(
      { 'package.env': ['*/* all.conf', 'app-misc/a small.conf more.conf'] },
      {
        'all.conf': 'ALL="yes"\n',
        'small.conf': 'CFLAGS="-Os"\nFEATURES="-test nostrip"\nUSE="-x"\n',
        'more.conf': `CFLAGS="\${CFLAGS} -g"\nFEATURES="ccache"\n`,
      },
    );
    expect(root.packageVariables(first(root, 'app-misc/a'))).toMatchObject({
      ALL: 'yes',
      CFLAGS: '-Os -g',
      FEATURES: '-test nostrip ccache',
    });
    expect(root.packageVariables(first(root, 'app-misc/b'))).toEqual({ ALL: 'yes' });
    expect([...root.use(first(root, 'app-misc/a')).enabled]).not.toContain('x');
    expect([...root.use(first(root, 'app-misc/b')).enabled]).toContain('x');
  });

  it('switches tests on and off, and with them the flag of their name', () => {
    const ebuild = { EAPI: '8', IUSE: 'test' };
    const flags = (features: string, ofPackage: string): readonly string[] => {
      const { root } = loadPlayground({
        ebuilds: { 'app-misc/a-1': ebuild },
        user_config: { 'make.conf': [`FEATURES="${features}"`], 'package.env': ['app-misc/a tests.conf'] },
        extra_files: { 'etc/portage/env/tests.conf': `FEATURES="${ofPackage}"\n` },
      });
      return [...root.use(first(root, 'app-misc/a')).enabled].filter((flag) => flag === 'test');
    };
    expect(flags('', 'test')).toEqual(['test']);
    expect(flags('test', '-test')).toEqual([]);
    expect(flags('test', 'nostrip')).toEqual(['test']);
  });

  it('goes on where a file is not there, as Portage does', () => {
    const root = load({ 'package.env': ['app-misc/a missing.conf'] }, {});
    expect(() => root.use(first(root, 'app-misc/a'))).not.toThrow();
    expect(() => root.use(first(root, 'app-misc/b'))).not.toThrow();
    // no path leads out of env/
    expect(() => load({ 'package.env': ['*/* ../../make.conf'] }, {})).not.toThrow();
  });
});
