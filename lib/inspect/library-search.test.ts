import { describe, expect, it } from 'vitest';
import { boards } from '../layout/names';
import type { ElfFacts } from './elf';
import { findLibrary, followInTree } from './library-search';
import { checkLinks, checkNeeded } from './static-checks';
import type { ElfFile, ProofSubject } from './subject';
import type { FileEntry } from './tree';

const eprefix = '/opt/x';
const entry = (path: string, kind: FileEntry['kind'], target: string | null = null): FileEntry => ({
  ...{ path, kind, target, sizeBytes: 0, mode: 0o755, uid: 0, files: 0, owner: null, mark: null, mtime: 0 },
});

function subjectOf(entries: readonly FileEntry[], elfs: readonly ElfFile[] = []): ProofSubject {
  const byPath = new Map(entries.map((one) => [one.path, one]));
  const nothing = { buildPaths: [], scripts: [], buildPathHits: [], tooLarge: [] };
  return { tree: { root: '/none', entries }, eprefix, board: boards['amd64-usr'], elfs, byPath, ...nothing };
}

function elf(path: string, change: Partial<ElfFacts>): ElfFile {
  const facts: ElfFacts = {
    ...{ bits: 64, type: 'DYN', machine: 62, interpreter: null, soname: null, needed: [], rpath: [], runpath: [] },
    ...{ textRelocations: false, executableStack: false, dynamic: true, bindNow: false },
    ...change,
  };
  return { entry: entry(path, 'file'), facts };
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

describe('the way to a file', () => {
  it('goes through links of folders and files', () => {
    const library = entry('/opt/x/usr/lib64/libx.so.1.2', 'file');
    const subject = subjectOf([
      entry('/opt', 'directory'),
      entry('/opt/x', 'directory'),
      entry('/opt/x/usr', 'directory'),
      entry('/opt/x/lib', 'link', 'usr/lib'),
      entry('/opt/x/usr/lib', 'link', 'lib64'),
      entry('/opt/x/usr/lib64', 'directory'),
      entry('/opt/x/usr/lib64/libx.so', 'link', 'libx.so.1.2'),
      library,
    ]);
    expect(followInTree(subject, '/opt/x/lib/libx.so')).toBe(library);
    expect(followInTree(subject, '/opt/x/lib/none')).toBeNull();
    const user = elf('/opt/x/bin/x', { rpath: ['/opt/x/lib'] });
    expect(findLibrary(subject, user, 'libx.so')).toEqual({ kind: 'own-path', path: '/opt/x/lib/libx.so' });
    for (const name of ['none', '', '..', 'x']) expect(findLibrary(subject, user, name).kind).toBe('missing');
  });

  it('has as many links as the kernel follows, of files and folders together', () => {
    const chain = (length: number) =>
      subjectOf([
        ...numbers(length).map((at) => entry(`/l${at}`, 'link', at + 1 === length ? '/end' : `/l${at + 1}`)),
        entry('/end', 'directory'),
        entry('/end/file', 'file'),
      ]);
    expect(followInTree(chain(39), '/l0/file')?.path).toBe('/end/file');
    expect(followInTree(chain(41), '/l0/file')).toBeNull();
    expect(followInTree(subjectOf([entry('/a', 'link', '/b'), entry('/b', 'link', '/a')]), '/a/x')).toBeNull();
  });
});

describe('a prefix that costs much to look at', () => {
  const folders = numbers(1024).map((at) => `${eprefix}/d${at}`);

  it('is done with when libraries that are nowhere are searched in many folders', async () => {
    const needed = numbers(4096).map((at) => `lib${at}.so`);
    const subject = subjectOf(
      [],
      numbers(20).map((at) => elf(`${eprefix}/e${at}`, { needed, rpath: folders })),
    );
    expect((await checkNeeded(subject)).findings.length).toBe(20 * 4096);
  });

  it('can be cancelled', async () => {
    const there = numbers(4096).map((at) => `lib${at}.so`);
    const entries = there.map((name) => entry(`${eprefix}/elsewhere/${name}`, 'file'));
    const subject = subjectOf(
      entries,
      numbers(20).map((at) => elf(`${eprefix}/e${at}`, { needed: there, rpath: folders })),
    );
    const links = subjectOf(numbers(100_000).map((at) => entry(`${eprefix}/l${at}`, 'link', `l${at + 1}`)));
    // both are awaited from the beginning: a rejection that nobody waits for yet would end the run of all tests
    const checks = [checkNeeded(subject, stopped()), checkLinks(links, stopped())];
    await Promise.all(checks.map((check) => expect(check).rejects.toMatchObject({ name: 'AbortError' })));
  });

  function stopped(): AbortSignal {
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    return controller.signal;
  }
});
