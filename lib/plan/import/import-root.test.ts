import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Design, parseDesign } from '../../design';
import type { KnownTree } from './derive-tree';
import { type ImportChoices, importFiles } from './import-files';
import { readImport } from './read-import';

let folder: string;
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
function imported(place: string): { design: Design; told: readonly string[] } {
  const { files, left, path, name } = readImport(join(folder, place));
  const answer = importFiles(files, { ...(path !== undefined && { path }), ...(name !== undefined && { name }) });
  const parsed = parseDesign(answer.text.replace('packages: []', 'packages: [a/b]'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { design: parsed.design, told: [...left, ...answer.left].map(({ text, note }) => `${text}: ${note}`) };
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-root-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the root of a prefix of Studio', () => {
  const prefix = '__prefix__/arm64-usr/woods';
  const eroot = `${prefix}/root/opt/tree`;
  beforeEach(() => {
    write(`${prefix}/logs/x/build.log`, 'x\n');
    write(`${eroot}/usr/lib64/gconv/gconv-modules`, 'module A B C\n');
    write(`${eroot}/var/lib/portage/world`, 'app-text/tree\n');
    write(`${eroot}/var/db/pkg/app-text/tree-2/SLOT`, '0/1\n');
    write(`${eroot}/etc/portage/.prefix-studio.json`, '{}');
    symlinkSync('/usr', join(folder, eroot, 'etc/portage/make.profile'));
    write(
      `${eroot}/etc/portage/make.conf`,
      'CHOST="x"\nACCEPT_KEYWORDS="arm64 -~arm64"\nINSTALL_MASK="/usr/include /usr/lib64/pkgconfig *.a *.la /usr/share/doc"\nDISTDIR="/x"\nCFLAGS="-O1"\n',
    );
    write(
      `${eroot}/etc/portage/repos.conf/prefix-studio.conf`,
      '[DEFAULT]\nmain-repo = starter\n\n[toolchain]\nlocation = /x/toolchain\npriority = -2000\nmasters =\n\n[starter]\nlocation = /x/starter\n\n[mine]\nlocation = /x/mine\n',
    );
  });

  it.each([eroot, `${prefix}/root`, prefix])('is found from %s', (place) => {
    const { design, told } = imported(place);
    expect(design).toMatchObject({
      name: 'woods',
      board: 'arm64-usr',
      path: '/opt/tree',
      packages: ['app-text/tree'],
      accept_keywords: [],
      make_conf: { CFLAGS: '-O1', INSTALL_MASK: '/usr/share/doc' },
      repositories: [{ name: 'mine', location: '/x/mine' }],
    });
    expect(told).toEqual(['/x/starter: is the main repository, for which the tree of the design stands']);
  });

  it('is not guessed among several', () => {
    write('__prefix__/arm64-usr/other/root/opt/other/etc/portage/make.conf', '');
    expect(() => readImport(join(folder, '__prefix__'))).toThrow(
      expect.objectContaining({ code: 'IMPORT_UNREADABLE', message: expect.stringContaining('more than one root') }),
    );
  });

  it('is named by its path where nothing else tells its name', () => {
    write('copy/root/opt/leaf/var/lib/portage/world', 'app-text/tree\n');
    expect(imported('copy/root').design).toMatchObject({ name: 'leaf', path: '/opt/leaf' });
  });
});

it('takes no path from a folder in which no prefix can be', () => {
  write('copies/my machine/etc/portage/package.mask', 'app-misc/jq\n');
  expect(imported('copies').design).toMatchObject({ path: '/opt/imported', package_mask: ['app-misc/jq'] });
});

describe('make.conf', () => {
  const of = (text: string) => {
    write('portage/make.conf', text);
    return imported('portage');
  };

  it('keeps what is built for platforms, which are USE flags', () => {
    expect(of('GRUB_PLATFORMS="efi-64"\n').design.make_conf).toEqual({ GRUB_PLATFORMS: 'efi-64' });
  });

  it('keeps the words that are known, and tells which are not', () => {
    const { design, told } = of(
      `LDFLAGS="$${'{LDFLAGS}'} -Wl,-z,now"\nUSE="$${'{USE}'} x"\nCFLAGS="-O2 -I$${'{HOME}'}/include"\nMAKEOPTS="-j$(nproc)"\nL10N="$(locales)"\n`,
    );
    expect(design).toMatchObject({ use: ['x'], make_conf: { LDFLAGS: '-Wl,-z,now', CFLAGS: '-O2' } });
    expect(told.map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      `LDFLAGS: $${'{LDFLAGS}'}`,
      `CFLAGS: $${'{HOME}'}`,
      'L10N="$(locales)": contains what Portage cannot expand, so it counts as empty',
      expect.stringContaining('MAKEOPTS="-j$(nproc)"'),
    ]);
  });

  it('reads what it sources inside of what is imported, and tells what is not there', () => {
    write('portage/local/flags', 'CFLAGS="-O3"\n');
    write('flags', 'CFLAGS="-O9"\n');
    const { design, told } = of(
      `source local/flags\nsource ../flags\nsource /etc/passwd\nUSE="x"\nCXXFLAGS="$${'{CFLAGS}'}"\n`,
    );
    expect(design).toMatchObject({ use: ['x'], make_conf: { CFLAGS: '-O3', CXXFLAGS: '-O3' } });
    expect(told).toEqual([
      'source ../flags: is not among the files that are imported',
      'source /etc/passwd: is not among the files that are imported',
    ]);
    expect(readImport(join(folder, 'portage/make.conf')).files.map(({ path }) => path)).toEqual([
      'make.conf',
      'local/flags',
    ]);
  });
});

describe('the tree and the board', () => {
  const flatcar = { name: 'flatcar', folder: '/srv/scripts', isFlatcar: true };
  const other = { name: 'beta', folder: '/srv/beta', isFlatcar: true };
  const sdk = '/mnt/host/source/src/third_party';
  const wrapper = "#!/bin/bash\n# emerge\nPREFIXNAME='demo'\nEPREFIX='/opt/demo'\nCB_ROOT='/usr/x'\n";
  const profile = (arch: string) => `${sdk}/portage-stable/profiles/default/linux/${arch}/17.0/prefix/kernel-3.2+\n`;
  const derived = (files: Readonly<Record<string, string>>, choices: ImportChoices = {}) => {
    const answer = importFiles(
      Object.entries(files).map(([path, text]) => ({ path, text })),
      choices,
    );
    const parsed = parseDesign(answer.text.replace('packages: []', 'packages: [a/b]'));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { tree, board, repositories } = parsed.design;
    return { tree, board, repositories, told: answer.left.map(({ note }) => note).join('\n') };
  };

  it.each<[string, Readonly<Record<string, string>>, readonly KnownTree[], string]>([
    ['the only checkout, for a wrapper of the SDK', { 'emerge-prefix-demo-amd64-usr': wrapper }, [flatcar], 'flatcar'],
    ['the only checkout, for a profile of the SDK', { 'make.profile': profile('amd64') }, [flatcar], 'flatcar'],
    ['the checkout that holds the profile', { 'make.profile': '/srv/beta/x/profiles/y' }, [flatcar, other], 'beta'],
    [
      'the checkout that holds a repository',
      { 'repos.conf': '[portage-stable]\nlocation = /srv/beta/x/portage-stable\n' },
      [flatcar, other],
      'beta',
    ],
    [
      'the starter for what comes from elsewhere',
      { 'make.profile': '/var/db/repos/gentoo/profiles/x' },
      [flatcar],
      'starter',
    ],
  ])('is %s', (_, files, trees, tree) => {
    expect(derived(files, { trees }).tree).toBe(tree);
  });

  it('is that of the caller first', () => {
    const files = { 'make.profile': profile('arm64') };
    expect(derived(files, { trees: [flatcar], tree: 'mine', board: 'amd64-usr' })).toMatchObject({
      tree: 'mine',
      board: 'amd64-usr',
    });
  });

  it.each([
    [[], 'trees add flatcar'],
    [[flatcar, other], 'flatcar, beta'],
  ])('is told where it cannot be known: %#', (trees, words) => {
    const { tree, told } = derived({ 'make.profile': profile('amd64') }, { trees });
    expect(tree).toBe('starter');
    expect(told).toContain('comes from the Flatcar SDK');
    expect(told).toContain(words);
  });

  it.each([
    ['arm64', 'arm64-usr'],
    ['amd64', 'amd64-usr'],
  ])('a profile for %s is for %s', (arch, board) => {
    expect(derived({ 'make.profile': profile(arch) }).board).toBe(board);
  });

  it('a profile for another processor is told, and so is the desktop of a machine', () => {
    const of = (path: string) => derived({ 'make.profile': `/var/db/repos/gentoo/profiles/${path}` });
    expect(of('default/linux/x86/23.0').told).toContain('does not name the processor of a board');
    expect(of('default/linux/amd64/23.0/desktop/plasma').told).toContain('is the profile of a machine');
  });

  it('has the repositories of a checkout, which are no overlays of the design', () => {
    const conf = `[coreos]\nlocation = ${sdk}/coreos-overlay\n[x-crossdev]\nlocation = /usr/local/portage/crossdev\n[mine]\nlocation = /x/mine\n`;
    const { repositories, told } = derived({ 'repos.conf/x.conf': conf }, { trees: [flatcar] });
    expect(repositories).toEqual([{ name: 'mine', location: '/x/mine' }]);
    expect(told).toContain('belongs to a Flatcar checkout');
    expect(told).toContain('cross compilers of the SDK');
  });

  it('is found from a link of a folder on disk', () => {
    write('portage/package.use/x', 'app-misc/jq -man\n');
    symlinkSync('/var/db/repos/gentoo/profiles/default/linux/arm64/23.0', join(folder, 'portage/make.profile'));
    expect(imported('portage').design.board).toBe('arm64-usr');
  });
});
