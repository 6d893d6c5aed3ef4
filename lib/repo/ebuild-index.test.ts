import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EbuildIndex, generatedCache, openIndex } from './ebuild-index';
import { retryFailed } from './failed-entries';
import { diskTree } from './file-tree';
import { eapiOfEbuild, generateMetadata, type MetadataSource } from './metadata-driver';
import { type RepositorySet, repositoriesAt } from './repositories';

let folder: string;
let clock = 1_000_000;

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  clock += 10;
  utimesSync(join(folder, path), clock, clock);
};

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const eclass = 'inherited() { :; }\n';

function addEbuild(name: string, text = 'EAPI=8\n'): string {
  const [category, pf] = name.split('/') as [string, string];
  const pn = pf.replace(/-\d.*$/, '');
  write(`repo/${category}/${pn}/${pf}.ebuild`, text);
  return text;
}

function addEntry(name: string, ebuild: string, keys: string): void {
  write(`repo/metadata/md5-cache/${name}`, `${keys}\n_eclasses_=own\t${md5(eclass)}\n_md5_=${md5(ebuild)}\n`);
}

const repositories = (): RepositorySet => repositoriesAt(diskTree(), [{ location: join(folder, 'repo') }]);

function open(): EbuildIndex {
  const set = repositories();
  return openIndex(set.ordered[0] as (typeof set.ordered)[0], set, join(folder, 'cache'));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'index-'));
  write('repo/profiles/repo_name', 'own\n');
  write('repo/profiles/categories', 'app-misc\n');
  write('repo/metadata/layout.conf', 'masters =\n');
  write('repo/eclass/own.eclass', eclass);
  addEntry('app-misc/a-1', addEbuild('app-misc/a-1'), 'DESCRIPTION=first\nEAPI=8\nSLOT=0');
  addEntry('app-misc/a-2', addEbuild('app-misc/a-2'), 'DESCRIPTION=second\nEAPI=8\nSLOT=0/2');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the index of a repository', () => {
  it('gives the same answers from its file as from the tree', () => {
    const cold = open();
    const warm = open();
    expect([cold.reread, warm.reread]).toEqual([2, 0]);
    for (const index of [cold, warm]) {
      expect(index.qualifiedNames()).toEqual(['app-misc/a']);
      expect(index.packages('app-misc/a').map((each) => [each.cpv, each.description, each.subSlot])).toEqual([
        ['app-misc/a-1', 'first', '0'],
        ['app-misc/a-2', 'second', '2'],
      ]);
    }
  });

  it('reads only the entry that changed', () => {
    open();
    addEntry('app-misc/a-2', 'EAPI=8\n', 'DESCRIPTION=changed\nEAPI=8\nSLOT=0');
    const index = open();
    expect(index.reread).toBe(1);
    expect(index.packages('app-misc/a')[1]?.description).toBe('changed');
    expect(open().reread).toBe(0);
  });

  it('drops an ebuild that is gone and finds one that is new', () => {
    open();
    rmSync(join(folder, 'repo/app-misc/a/a-1.ebuild'));
    addEntry('app-misc/b-1', addEbuild('app-misc/b-1'), 'EAPI=8\nSLOT=0');
    const index = open();
    expect(index.size).toBe(2);
    expect(index.packages('app-misc/a').map((each) => each.cpv)).toEqual(['app-misc/a-2']);
    expect(index.qualifiedNames()).toEqual(['app-misc/a', 'app-misc/b']);
  });

  it('distrusts entries whose ebuild or eclass is another one', () => {
    open();
    addEbuild('app-misc/a-1', 'EAPI=8\n# edited\n');
    expect(open().pending.map((each) => each.pf)).toEqual(['a-1']);
    write('repo/eclass/own.eclass', `${eclass}# edited\n`);
    expect(open().pending.map((each) => each.pf)).toEqual(['a-1', 'a-2']);
  });

  it('takes a tree without ebuilds by its cache entries', () => {
    rmSync(join(folder, 'repo/app-misc'), { recursive: true });
    const index = open();
    expect(index.size).toBe(2);
    expect(index.pending).toEqual([]);
  });

  it('finds what is wrong with metadata when it reads it', () => {
    addEntry('app-misc/a-2', 'EAPI=8\n', 'DEPEND=|| (\nEAPI=8\nSLOT=0');
    expect(open().packages('app-misc/a')[1]?.check.problem).toMatch(/^DEPEND: /);
    expect(open().packages('app-misc/a')[1]?.check.problem).toMatch(/^DEPEND: /);
  });
});

describe('generating metadata', () => {
  const source: MetadataSource = async ({ path }) =>
    path.includes('broken')
      ? { kind: 'failed', message: 'die in global scope' }
      : {
          kind: 'ok',
          keys: { EAPI: '8', SLOT: '0', DESCRIPTION: readFileSync(path, 'utf8').split('#')[1]?.trim() ?? '' },
          eclasses: [{ name: 'own', path: join(folder, 'repo/eclass/own.eclass') }],
        };
  const generate = (bash: string) =>
    generateMetadata(open().pending, repositories(), { source, bash, cacheFolder: join(folder, 'cache') });

  beforeEach(() => rmSync(join(folder, 'repo/metadata/md5-cache'), { recursive: true }));

  it('writes entries that the index takes until the ebuild changes', async () => {
    addEbuild('app-misc/a-1', 'EAPI=8\n# one');
    expect(await generate('5.2')).toEqual({ written: 2, failed: [] });
    expect(open().pending).toEqual([]);
    expect(open().packages('app-misc/a')[0]?.description).toBe('one');
    addEbuild('app-misc/a-1', 'EAPI=8\n# two');
    expect(open().pending.map((each) => each.pf)).toEqual(['a-1']);
    await generate('5.2');
    expect(open().packages('app-misc/a')[0]?.description).toBe('two');
  });

  it('keeps why an ebuild could not be read', async () => {
    addEbuild('app-misc/broken-1');
    const report = await generate('5.2');
    expect(report.failed).toEqual([{ cpv: 'app-misc/broken-1', message: 'die in global scope' }]);
    expect(open().packages('app-misc/broken')[0]?.metadata._unavailable_).toBe('die in global scope');
  });

  it('is not kept when nobody could read it, and tried again when the machine had nothing left to read it with', async () => {
    addEbuild('app-misc/b-1');
    const refused = new Error('the machine refused to start a sandbox');
    const { pending } = open();
    const options = { bash: '5.2', cacheFolder: join(folder, 'cache') };
    const refuse = (): Promise<never> => Promise.reject(refused);
    await expect(generateMetadata(pending, repositories(), { ...options, source: refuse })).rejects.toBe(refused);
    expect(open().pending).toEqual(pending);

    const message = 'environment: fork: retry: Resource temporarily unavailable';
    const starve = async () => ({ kind: 'failed', message }) as const;
    expect((await generateMetadata(pending, repositories(), { ...options, source: starve })).failed).toHaveLength(
      pending.length,
    );
    const [repository] = repositories().ordered;
    if (!repository) throw new Error('no repository');
    expect(retryFailed(repository, join(folder, 'cache'), () => '5.2')).toBe(true);
    expect(open().pending).toEqual(pending);
  });

  it('is tried again when an eclass came or changed', async () => {
    addEbuild('app-misc/broken-1');
    await generate('5.2');
    const [repository] = repositories().ordered;
    if (!repository) throw new Error('no repository');
    const again = (): boolean => retryFailed(repository, join(folder, 'cache'), () => '5.2');
    expect(again()).toBe(false);
    mkdirSync(join(folder, 'repo/eclass'), { recursive: true });
    writeFileSync(join(folder, 'repo/eclass/late.eclass'), '# late\n');
    expect(again()).toBe(true);
    expect(open().pending.map((each) => each.pf)).toEqual(['broken-1']);
    await generate('5.2');
    expect(again()).toBe(false);
  });

  it('waits for a bash that knows the EAPI', async () => {
    addEbuild('app-misc/a-2', 'EAPI=9\n');
    const [repository] = repositories().ordered;
    if (!repository) throw new Error('no repository');
    const report = await generate('5.2');
    expect(report.failed[0]?.message).toBe(
      'EAPI 9 needs bash 5.3 or newer; this machine has 5.2; `prefix-studio build-bash` makes one',
    );
    expect(retryFailed(repository, join(folder, 'cache'), () => '5.2')).toBe(false);
    expect(retryFailed(repository, join(folder, 'cache'), () => '5.3')).toBe(true);
    expect(open().pending.map((each) => each.pf)).toEqual(['a-2']);
    expect((await generate('5.3')).failed).toEqual([]);
    expect(generatedCache(join(folder, 'cache'), repository)).toContain('metadata');
  });

  it.each([
    ['# c\n\nEAPI=8\n', '8'],
    ['EAPI="7" # seven\n', '7'],
    ["EAPI='5'\n", '5'],
    ['inherit x\nEAPI=8\n', '0'],
    ['', '0'],
  ])('reads the EAPI of %j', (text, name) => {
    expect(eapiOfEbuild(text)).toBe(name);
  });
});
