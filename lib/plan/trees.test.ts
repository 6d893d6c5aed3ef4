import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StudioError } from '../errors';
import { type CloneProgress, isGitAddress, receivedBytes } from './clone';
import { addTree, cloneTree, forgetTree, listTrees, repositoryFolder, treeFolder } from './trees';

let folder: string;
let home: string;
let checkout: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trees-'));
  home = join(folder, 'home');
  checkout = join(folder, 'scripts');
  for (const overlay of ['portage-stable', 'coreos-overlay', 'prefix-overlay']) {
    const profiles = join(checkout, 'sdk_container/src/third_party', overlay, 'profiles');
    mkdirSync(profiles, { recursive: true });
    writeFileSync(join(profiles, 'repo_name'), overlay);
  }
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const failure = async (run: () => unknown): Promise<StudioError> => {
  try {
    await run();
  } catch (error) {
    return error as StudioError;
  }
  throw new Error('was accepted');
};

describe('registered trees', () => {
  it('remembers a folder of the user and leaves it alone when it is removed', async () => {
    expect(addTree('mine', checkout, home)).toMatchObject({ name: 'mine', folder: checkout, url: null, usable: true });
    expect(listTrees(home).map((tree) => tree.name)).toEqual(['mine']);
    expect(treeFolder('mine', home)).toBe(checkout);
    await forgetTree('mine', home);
    expect(existsSync(checkout)).toBe(true);
    expect((await failure(() => treeFolder('mine', home))).code).toBe('TREE_UNKNOWN');
  });

  it('takes an ebuild repository as an overlay, which designs name without its folder', async () => {
    const overlay = join(folder, 'guru');
    mkdirSync(join(overlay, 'app-misc/hello'), { recursive: true });
    writeFileSync(join(overlay, 'app-misc/hello/hello-1.ebuild'), 'EAPI=8\n');
    expect(addTree('guru', overlay, home)).toMatchObject({ kind: 'overlay', folder: overlay, usable: true });
    expect(listTrees(home)[0]?.kind).toBe('overlay');
    expect(await repositoryFolder({ name: 'guru' }, { home })).toBe(overlay);
    const unknown = await failure(() => repositoryFolder({ name: 'other' }, { home }));
    expect([unknown.code, unknown.hint]).toEqual(['REPOSITORY_MISSING', expect.stringContaining('Known: guru.')]);
  });

  it('has a repository at the commit that a design names', async () => {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', checkout, '-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], {
        encoding: 'utf8',
      }).trim();
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'one');
    const first = git('rev-parse', 'HEAD');
    writeFileSync(join(checkout, 'later'), '');
    git('add', '.');
    git('commit', '-q', '-m', 'two');
    const [name, url] = ['pinned', `file://${checkout}`];
    const pinned = await repositoryFolder({ name, location: url, commit: first }, { home });
    const newest = await repositoryFolder({ name, location: url }, { home });
    expect([pinned, newest].map((place) => existsSync(join(place, 'later')))).toEqual([false, true]);
    const here = await failure(() => repositoryFolder({ name, location: checkout, commit: first }, { home }));
    expect(here.code).toBe('REPOSITORY_COMMIT');
  });

  it('refuses taken names, odd names and folders without overlays', async () => {
    addTree('mine', checkout, home);
    expect((await failure(() => addTree('mine', checkout, home))).code).toBe('TREE_EXISTS');
    expect((await failure(() => addTree('starter', checkout, home))).code).toBe('TREE_NAME');
    expect((await failure(() => addTree('../x', checkout, home))).code).toBe('TREE_NAME');
    expect((await failure(() => addTree('empty', folder, home))).code).toBe('TREE_NOT_FOUND');
  });

  it.each([
    ['the root of the machine', () => '/'],
    ['/etc', () => '/etc'],
    ['/proc', () => '/proc'],
    ['a device', () => '/dev/zero'],
    ['a file', () => made((path) => writeFileSync(path, ''))],
    ['a FIFO', () => made((path) => execFileSync('mkfifo', [path]))],
    ['a link to itself', () => made((path) => symlinkSync('odd', path))],
    ['a link to nowhere', () => made((path) => symlinkSync('gone', path))],
    ['nothing', () => join(folder, 'gone')],
    ['a folder without repositories', () => made((path) => mkdirSync(path))],
    ['a name that is too long', () => join(folder, 'x'.repeat(300))],
    ['a name with a NUL', () => join(folder, 'a\0b')],
    ['a folder whose overlays are files', () => made(withOverlays((path) => writeFileSync(path, '')))],
    ['a folder whose overlays are FIFOs', () => made(withOverlays((path) => execFileSync('mkfifo', [path])))],
  ])('refuses %s in clear words', async (_what, make) => {
    const path = make();
    const error = await failure(() => addTree('odd', path, home));
    expect(error.code).toBe('TREE_NOT_FOUND');
    expect(error.message).toContain(`\`${path}\``);
    expect(error.hint).toBeTruthy();
    expect(listTrees(home)).toEqual([]);
  });

  function made(make: (path: string) => void): string {
    const path = join(folder, 'odd');
    make(path);
    return path;
  }

  const withOverlays = (make: (path: string) => void) => (path: string) => {
    mkdirSync(path);
    for (const overlay of ['portage-stable', 'coreos-overlay', 'prefix-overlay']) make(join(path, overlay));
  };

  it('clones a repository with progress', async () => {
    const git = (...args: string[]): void => {
      execFileSync('git', ['-C', checkout, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
        stdio: 'pipe',
      });
    };
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    const steps: CloneProgress[] = [];
    const tree = await cloneTree('cloned', `file://${checkout}`, { home, onProgress: (step) => steps.push(step) });
    expect(tree).toMatchObject({ usable: true, url: `file://${checkout}`, folder: join(home, 'trees/cloned') });
    expect(tree.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(steps.length).toBeGreaterThan(0);
    await forgetTree('cloned', home);
    expect(existsSync(join(home, 'trees/cloned'))).toBe(false);
  });

  it('reads how much was received', () => {
    expect(receivedBytes('Receiving objects:  10% (1/10), 1.50 GiB | 3.00 MiB/s')).toBe(1.5 * 2 ** 30);
    expect(receivedBytes('Receiving objects:  10% (1/10)')).toBe(0);
    expect(receivedBytes('Resolving deltas:  10% (1/10), 1.50 GiB')).toBe(0);
  });

  it('tells addresses of git from folders', () => {
    const addresses = [
      'https://example.org/scripts',
      'ssh://git@example.org/scripts',
      'git@example.org:flatcar/scripts',
    ];
    expect(addresses.filter(isGitAddress)).toEqual(addresses);
    expect(
      ['/home/me/scripts', 'scripts', '../me@home', '--upload-pack=x:y', 'C:scripts'].filter(isGitAddress),
    ).toEqual([]);
  });

  it('says plainly that an address leads nowhere', async () => {
    const missing = await failure(() => cloneTree('gone', `file://${folder}/nowhere`, { home }));
    expect(missing.code).toBe('CLONE_FAILED');
    expect(missing.message).toContain('is not a git repository');
    expect((await failure(() => cloneTree('odd', '--upload-pack=x', { home }))).code).toBe('CLONE_FAILED');
    expect(listTrees(home)).toEqual([]);
  });
});
