import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openIndex } from './ebuild-index';
import { diskTree, type FileTree } from './file-tree';
import { limits } from './limits';
import { generateMetadata, type MetadataSource } from './metadata-driver';
import { readPackageMoves } from './package-moves';
import { loadProfile } from './profile';
import { repositoriesAt } from './repositories';
import { ProfiledConfiguration } from './root-configuration';

vi.mock('./limits', async (original) => {
  const real = await original<typeof import('./limits')>();
  // a test need not make 50,000 files
  return { limits: { ...real.limits, folderEntries: 100 } };
});

let base: string;
let tree: string;

const secret = 'DESCRIPTION=root:$6$secret:19000::\nEAPI=8\nSLOT=0\n';
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

function write(path: string, text: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}

function link(path: string, to: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  rmSync(join(tree, path), { force: true });
  symlinkSync(to, join(tree, path));
}

function fifo(path: string): string {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  rmSync(join(tree, path), { force: true });
  execFileSync('mkfifo', [join(tree, path)]);
  return join(tree, path);
}

function makeFolder(path: string): string {
  mkdirSync(path);
  return path;
}

function replaceByFolder(path: string): void {
  rmSync(join(tree, path));
  mkdirSync(join(tree, path));
}

function writeAll(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) write(path, text);
}

function makeSelfLink(): void {
  link('profiles/evil/self', '.');
  write('profiles/evil/parent', 'self\nself\n');
}

function first<Value>(list: readonly Value[]): Value {
  const [value] = list;
  if (value === undefined) throw new Error('the list is empty');
  return value;
}

function giant(path: string): void {
  write(path, '');
  truncateSync(join(tree, path), 2 ** 40);
}

/** An ebuild with a md5-cache entry that fits it. */
function addPackage(name: string, more = ''): void {
  const [category = '', pf = ''] = name.split('/');
  const ebuild = `EAPI=8\n# ${name}\n`;
  write(`${category}/${pf.replace(/-\d.*$/, '')}/${pf}.ebuild`, ebuild);
  write(`metadata/md5-cache/${name}`, `EAPI=8\nKEYWORDS=amd64\nSLOT=0\n${more}_md5_=${md5(ebuild)}\n`);
}

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'hostile-tree-')));
  tree = join(base, 'tree');
  mkdirSync(tree);
  writeFileSync(join(base, 'secret'), secret);
  write('profiles/repo_name', 'hostile\n');
  write('profiles/categories', 'app-misc\n');
  write('profiles/arch.list', 'amd64\n');
  write('profiles/good/eapi', '8\n');
  write('profiles/good/make.defaults', 'ARCH="amd64"\nACCEPT_KEYWORDS="amd64"\n');
  write('metadata/layout.conf', 'masters =\nprofile-formats = portage-2\n');
  addPackage('app-misc/good-1');
  addPackage('app-misc/evil-1');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function open(cacheFolder: string | null = null) {
  const files = diskTree();
  const repositories = repositoriesAt(files, [{ location: tree }]);
  const index = openIndex(first(repositories.ordered), repositories, cacheFolder);
  return { files, repositories, index };
}

function configure(files: FileTree, profile = 'good') {
  const { repositories, index } = open();
  const input = {
    tree: files,
    repositories,
    profile: join(tree, 'profiles', profile),
    userConfig: null,
    ebuilds: index,
  };
  return new ProfiledConfiguration(input);
}

/** Is the good package there and to be had? */
function goodIsVisible(files: FileTree = open().files): boolean {
  const configuration = configure(files);
  const [good] = configuration.candidates('app-misc/good');
  return good !== undefined && configuration.isVisible(good);
}

const everything = (value: unknown): string =>
  JSON.stringify(value, (_key, part) => (part instanceof Map ? [...part] : part));

describe('an ebuild', () => {
  const ebuild = 'app-misc/evil/evil-1.ebuild';
  it.each([
    ['a link out', () => link(ebuild, '../../../secret'), 'leads out'],
    ['an absolute link out', () => link(ebuild, '/etc/passwd'), 'leads out'],
    ['a FIFO', () => fifo(ebuild), 'not a regular file'],
    ['a device', () => link(ebuild, '/dev/zero'), 'not a regular file'],
    ['a sparse giant', () => giant(ebuild), 'too large'],
    ['a link to itself', () => link(ebuild, 'evil-1.ebuild'), 'leads to itself'],
    ['a folder', () => replaceByFolder(ebuild), 'not a regular file'],
  ])('that is %s masks its own package and says why', (_what, make, reason) => {
    make();
    const cache = join(base, 'cache');
    for (const { index } of [open(cache), open(cache)]) {
      const [evil] = index.packages('app-misc/evil');
      expect(evil?.metadata._unavailable_).toContain(reason);
      expect(evil?.metadata._unavailable_).toContain(ebuild);
      expect(everything(evil)).not.toContain('root:');
      expect(index.pending).toEqual([]);
    }
    const { files } = open();
    const configuration = configure(files);
    expect(configuration.masks(first(configuration.candidates('app-misc/evil')))).toMatchObject([
      { kind: 'invalid', detail: expect.stringContaining(reason) },
    ]);
    expect(goodIsVisible()).toBe(true);
  });

  it('in a package folder, or category, that is a link out is not found', () => {
    mkdirSync(join(base, 'outside/evil'), { recursive: true });
    writeFileSync(join(base, 'outside/evil/evil-2.ebuild'), 'EAPI=8\n');
    rmSync(join(tree, 'app-misc/evil'), { recursive: true });
    link('app-misc/evil', join(base, 'outside/evil'));
    write('profiles/categories', 'app-misc\napp-evil\n');
    link('app-evil', join(base, 'outside'));
    const { index } = open();
    expect(index.qualifiedNames()).toEqual(['app-misc/good']);
    expect(index.refused.map(({ path }) => path)).toEqual([join(tree, 'app-evil'), join(tree, 'app-misc/evil')]);
    expect(goodIsVisible()).toBe(true);
  });

  it('with a name that no package has is passed over', () => {
    for (const name of ['-rf', 'a b', '$(id)', 'x\ny', '..x', 'é', 'a-1']) {
      write(`app-misc/${name}/${name}-1.ebuild`, 'EAPI=8\n');
    }
    write('app-misc/evil/evil-$(id).ebuild', 'EAPI=8\n');
    expect(open().index.qualifiedNames()).toEqual(['app-misc/evil', 'app-misc/good']);
  });
});

describe('an entry of md5-cache', () => {
  const entry = 'metadata/md5-cache/app-misc/evil-1';
  it.each([
    ['is a link out', () => link(entry, '../../../../secret')],
    ['is a FIFO', () => fifo(entry)],
    ['is a sparse giant', () => giant(entry)],
    ['has a giant value', () => write(entry, `EAPI=8\nSLOT=0\nIUSE=${'x '.repeat(limits.cacheValueBytes)}\n`)],
    ['has the sum of another ebuild', () => write(entry, `EAPI=8\nSLOT=0\n_md5_=${md5('other')}\n`)],
    ['has no sum', () => write(entry, 'EAPI=8\nSLOT=0\n')],
    ['has eclasses that do not exist', () => lie(`_eclasses_=gone\t${md5('')}\n`)],
    ['has eclasses with paths', () => lie(`_eclasses_=../../../secret\t${md5(secret)}\n`)],
    ['is binary', () => write(entry, '\0\uffff=\0\n=\n')],
  ])('that %s leaves its ebuild to be read anew', (_what, make) => {
    make();
    const { index } = open();
    expect(index.packages('app-misc/evil')).toEqual([]);
    expect(index.pending.map(({ pf }) => pf)).toEqual(['evil-1']);
    expect(everything(index.refused)).not.toContain('root:');
    expect(goodIsVisible()).toBe(true);
  });

  function lie(more: string): void {
    writeFileSync(join(base, 'secret.eclass'), secret);
    addPackage('app-misc/evil-1', more);
  }

  it('for an ebuild that does not exist is nothing', () => {
    write('metadata/md5-cache/app-misc/ghost-1', 'EAPI=8\nSLOT=0\n');
    expect(open().index.qualifiedNames()).toEqual(['app-misc/evil', 'app-misc/good']);
  });

  it.each([
    ['100,000 brackets', `DEPEND=${'( '.repeat(100_000)}${') '.repeat(100_000)}\n`],
    ['a slot of nonsense', 'SLOT=../../x\n'],
    ['a condition on nonsense', 'RDEPEND=x!? ( a/b )\n'],
    ['a licence that is deep', `LICENSE=${'( '.repeat(1000)}MIT${' )'.repeat(1000)}\n`],
    ['an exponential REQUIRED_USE', `IUSE=a b\nREQUIRED_USE=${'?? ( '.repeat(200)}a b${' )'.repeat(200)}\n`],
  ])('with %s masks its package', (_what, more) => {
    addPackage('app-misc/evil-1', more);
    const { files } = open();
    const configuration = configure(files);
    const evil = first(configuration.candidates('app-misc/evil'));
    expect(configuration.masks(evil)).toMatchObject([{ kind: 'invalid' }]);
    expect(goodIsVisible()).toBe(true);
  });

  it.each([
    ['an EAPI of nonsense', 'EAPI=8; rm -rf /\n'],
    ['100,000 flags', `IUSE=${Array.from({ length: 100_000 }, (_, at) => `f${at}`).join(' ')}\n`],
    ['keys of JavaScript', '__proto__=x\nconstructor=x\nhasOwnProperty=x\ntoString=x\n'],
  ])('with %s is judged', (_what, more) => {
    addPackage('app-misc/evil-1', more);
    const { files } = open();
    const configuration = configure(files);
    const evil = first(configuration.candidates('app-misc/evil'));
    expect(() => configuration.masks(evil)).not.toThrow();
    expect(() => configuration.use(evil)).not.toThrow();
    expect(goodIsVisible()).toBe(true);
  });

  it('counts in a tree without ebuilds, but not when it is a link out', () => {
    rmSync(join(tree, 'app-misc'), { recursive: true });
    link(entry, '../../../../secret');
    const { index } = open();
    expect(index.packages('app-misc/evil')[0]?.metadata._unavailable_).toContain('leads out');
    expect(index.packages('app-misc/good')[0]?.metadata.SLOT).toBe('0');
  });
});

describe('what an ebuild says of itself', () => {
  const answer: Extract<Awaited<ReturnType<MetadataSource>>, { kind: 'ok' }> = {
    kind: 'ok',
    keys: { EAPI: '8', SLOT: '0' },
    eclasses: [],
  };

  it.each([
    ['eclasses elsewhere', { ...answer, eclasses: [{ name: 'x', path: '/etc/passwd' }] }, 'is not an eclass'],
    [
      'a value without end',
      { ...answer, keys: { DESCRIPTION: 'x'.repeat(limits.cacheValueBytes + 1) } },
      'longer than',
    ],
  ])('is not believed: %s', async (_what, given, reason) => {
    rmSync(join(tree, 'metadata/md5-cache/app-misc/evil-1'));
    const { index, repositories } = open();
    const cacheFolder = join(base, 'cache');
    const report = await generateMetadata(index.pending, repositories, {
      source: async () => given,
      cacheFolder,
      bash: '5.3',
    });
    expect(report.failed).toMatchObject([{ cpv: 'app-misc/evil-1', message: expect.stringContaining(reason) }]);
    expect(open(cacheFolder).index.packages('app-misc/evil')[0]?.metadata._unavailable_).toContain(reason);
  });
});

describe('a file of profiles/ or metadata/', () => {
  it.each([
    'profiles/package.mask',
    'profiles/good/package.use',
    'profiles/good/use.mask',
    'profiles/good/package.use.force',
    'profiles/license_groups',
    'profiles/updates/1Q-2024',
    'profiles/thirdpartymirrors',
  ])('%s is left out when it is a link out, a FIFO or a giant', (path) => {
    for (const make of [() => link(path, join(base, 'secret')), () => fifo(path), () => giant(path)]) {
      rmSync(join(tree, path), { force: true });
      make();
      const { files, repositories } = open();
      expect(goodIsVisible(files)).toBe(true);
      readPackageMoves(files, first(repositories.ordered));
      files.readText(join(tree, path));
      expect(files.refusals().map((refusal) => refusal.path)).toContain(join(tree, path));
    }
  });

  it.each(['profiles/categories', 'metadata/layout.conf', 'profiles/eapi'])('%s as a link out says nothing', (path) => {
    link(path, join(base, 'secret'));
    const { index, files } = open();
    expect(everything([index.qualifiedNames(), files.refusals()])).not.toContain('root:');
  });

  it('repo_name as a link out does not name the repository', () => {
    link('profiles/repo_name', join(base, 'secret'));
    expect(() => open()).toThrow(expect.objectContaining({ code: 'REPOSITORY_INVALID' }));
  });

  it('that is a folder with a link to itself ends', () => {
    write('profiles/package.mask/real', 'app-misc/evil\n');
    for (const name of ['a', 'b', 'c']) link(`profiles/package.mask/${name}`, '.');
    const { files } = open();
    const configuration = configure(files);
    expect(configuration.isVisible(first(configuration.candidates('app-misc/evil')))).toBe(false);
    expect(goodIsVisible(files)).toBe(true);
  });

  it('with a variable that doubles itself is an error, not a full memory', () => {
    const doubling = `A="xxxxxxxxxx"\n${`A="$${'{A}'}$${'{A}'}"\n`.repeat(60)}`;
    write('profiles/good/make.defaults', doubling);
    expect(() => goodIsVisible()).toThrow(expect.objectContaining({ code: 'CONFIG_SYNTAX' }));
  });

  it('with white space without end is read in linear time', () => {
    const spaces = ' '.repeat(500_000);
    write('metadata/layout.conf', `masters =${spaces}x${spaces}\na${spaces}b\n`);
    write('profiles/categories', `app-misc${spaces}x\n`);
    expect(open().index.qualifiedNames()).toHaveLength(2);
  });
});

describe('a profile', () => {
  const load = (name: string) => {
    const { files, repositories } = open();
    return loadProfile(files, join(tree, 'profiles', name), repositories);
  };

  it.each([
    ['itself', () => write('profiles/evil/parent', '.\n')],
    ['its child', () => writeAll({ 'profiles/evil/parent': '../b\n', 'profiles/b/parent': '../evil\n' })],
    ['a folder outside', () => write('profiles/evil/parent', '../../../outside\n')],
    ['an absolute folder outside', () => write('profiles/evil/parent', '/etc\n')],
    ['a folder outside, by repository', () => write('profiles/evil/parent', 'hostile:../../../etc\n')],
    ['a repository that is not there', () => write('profiles/evil/parent', 'other:x\n')],
    ['nothing', () => link('profiles/evil/parent', join(base, 'secret'))],
    ['a link to itself', () => makeSelfLink()],
  ])('with %s as its parent is refused', (_what, make) => {
    make();
    mkdirSync(join(base, 'outside'), { recursive: true });
    expect(() => load('evil')).toThrow(expect.objectContaining({ code: 'PROFILE_PARENT' }));
    expect(load('good')).toHaveLength(1);
  });

  it('with parents that double at each step is refused', () => {
    for (let at = 0; at < 40; at++) write(`profiles/p${at}/parent`, `../p${at + 1}\n../p${at + 1}\n`);
    write('profiles/p40/eapi', '8\n');
    expect(() => load('p0')).toThrow(expect.objectContaining({ code: 'PROFILE_PARENT' }));
  });

  it('that is a link out is refused', () => {
    mkdirSync(join(base, 'outside'));
    link('profiles/evil', join(base, 'outside'));
    expect(() => load('evil')).toThrow(expect.objectContaining({ code: 'PROFILE_NOT_FOUND' }));
  });

  it('may be a link within', () => {
    link('profiles/alias', 'good');
    expect(load('alias')).toHaveLength(1);
  });
});

describe('a repository', () => {
  const at = (location: string) => () => repositoriesAt(diskTree(), [{ location, name: 'x' }]);

  it.each([
    ['the root of the machine', () => '/'],
    ['/etc', () => '/etc'],
    ['/proc', () => '/proc'],
    ['/dev/null', () => '/dev/null'],
    ['a file', () => join(base, 'secret')],
    ['a FIFO', () => fifo('pipe')],
    ['an empty folder', () => makeFolder(join(base, 'empty'))],
  ])('that is %s is refused', (_what, make) => {
    expect(at(make())).toThrow(expect.objectContaining({ code: expect.stringMatching(/^REPOSITORY_/) }));
  });

  it('with more files in a folder than any has leaves that folder out', () => {
    const folder = join(tree, 'app-misc/evil');
    for (let at = 2; at <= limits.folderEntries + 1; at++) writeFileSync(join(folder, `evil-${at}.ebuild`), '');
    const { index } = open();
    expect(index.refused).toMatchObject([{ path: folder, reason: `holds more than ${limits.folderEntries} files` }]);
    expect(goodIsVisible()).toBe(true);
  });

  it('has eclasses of its own only', () => {
    writeFileSync(join(base, 'foreign.eclass'), secret);
    link('eclass/foreign.eclass', join(base, 'foreign.eclass'));
    addPackage('app-misc/evil-1', `_eclasses_=foreign\t${md5(secret)}\n`);
    expect(open().index.pending.map(({ pf }) => pf)).toEqual(['evil-1']);
    rmSync(join(tree, 'eclass'), { recursive: true });
    link('eclass', base);
    expect(open().index.pending.map(({ pf }) => pf)).toEqual(['evil-1']);
    expect(readFileSync(join(base, 'secret'), 'utf8')).toBe(secret);
  });
});
