import { describe, expect, it } from 'vitest';
import { RepoError } from './errors';
import { memoryTree } from './file-tree';
import { loadProfile } from './profile';
import { readReposConf } from './repos-conf';
import { loadRepositories, type RepositoryPlace, repositoriesAt } from './repositories';

const system = (files: Record<string, string>) => memoryTree(new Map(Object.entries(files)));

const base = {
  '/repos/main/profiles/repo_name': 'main\n',
  '/repos/main/metadata/layout.conf': 'masters =\nprofile-formats = portage-2\n',
  '/repos/over/profiles/repo_name': 'over\n',
  '/repos/over/metadata/layout.conf': 'masters = main\nprofile-formats = portage-2\naliases = other\n',
};

const conf = (text: string) => {
  const tree = system({ ...base, '/etc/repos.conf': text });
  return loadRepositories(tree, readReposConf(tree, '/etc/repos.conf'), { ROOTDIR: '/repos' });
};

describe('repos.conf', () => {
  it('orders by priority, the main repository lowest', () => {
    const set = conf(
      '[DEFAULT]\nmain-repo = main\n[over]\nlocation = /repos/over\n[main]\nlocation = %(ROOTDIR)s/main\n',
    );
    expect(set.ordered.map((each) => [each.name, each.priority])).toEqual([
      ['main', -1000],
      ['over', 0],
    ]);
    expect(set.main?.name).toBe('main');
    expect(set.byName.get('other')?.name).toBe('over');
  });

  it('looks for eclasses in the repository before its masters, in overrides first of all', () => {
    const plain = conf('[DEFAULT]\nmain-repo = main\n[over]\nlocation = /repos/over\n[main]\nlocation = /repos/main\n');
    expect(plain.byName.get('over')?.eclassFolders).toEqual(['/repos/over/eclass', '/repos/main/eclass']);
    const override = conf(
      '[DEFAULT]\nmain-repo = main\n[over]\nlocation = /repos/over\n[main]\nlocation = /repos/main\neclass-overrides = over\n',
    );
    expect(override.byName.get('main')?.eclassFolders).toEqual(['/repos/over/eclass', '/repos/main/eclass']);
  });

  it('leaves out sections whose name or folder is wrong, and says so', () => {
    const set = conf(
      '[main]\nlocation = /repos/main\n[wrong]\nlocation = /repos/over\n[gone]\nlocation = /repos/gone\n',
    );
    expect(set.ordered.map((each) => each.name)).toEqual(['main']);
    expect(set.notices).toEqual([
      'repos.conf: section [wrong] names a repository that calls itself `over`; left out',
      'repos.conf: section [gone]: `/repos/gone` is not a directory',
    ]);
  });

  it('names a folder that is no repository', () => {
    expect(() => repositoriesAt(system(base), [{ location: '/nowhere' }])).toThrow(RepoError);
    expect(() => repositoriesAt(system({ '/x/a': '' }), [{ location: '/x' }])).toThrow('is not an ebuild repository');
  });
});

describe('profiles', () => {
  const files = {
    ...base,
    '/repos/main/profiles/base/make.defaults': 'A=1',
    '/repos/main/profiles/leaf/parent': '../base\n',
    '/repos/main/profiles/leaf/deprecated': 'main:other\nuse that',
    '/repos/over/profiles/top/parent': 'main:leaf\n:own\n',
    '/repos/over/profiles/top/eapi': '8\n',
    '/repos/over/profiles/own/package.use/file': 'a/b c',
    '/repos/over/profiles/loop/parent': '../loop\n',
    '/repos/over/profiles/lost/parent': 'nobody:leaf\n',
    '/repos/over/profiles/future/eapi': '99\n',
  };
  const tree = system(files);
  const set = repositoriesAt(tree, [{ location: '/repos/main' }, { location: '/repos/over' }]);

  it('follows parents across repositories, furthest first', () => {
    const nodes = loadProfile(tree, '/repos/over/profiles/top', set);
    expect(nodes.map((node) => node.folder.replace('/repos/', ''))).toEqual([
      'main/profiles/base',
      'main/profiles/leaf',
      'over/profiles/own',
      'over/profiles/top',
    ]);
    expect(nodes.map((node) => node.eapi)).toEqual(['0', '0', '0', '8']);
    expect(nodes[1]?.deprecated).toBe('main:other\nuse that');
  });

  it.each([
    ['nowhere', 'PROFILE_NOT_FOUND'],
    ['loop', 'PROFILE_PARENT'],
    ['lost', 'PROFILE_PARENT'],
    ['future', 'PROFILE_EAPI'],
  ])('refuses %s with %s', (name, code) => {
    try {
      loadProfile(tree, `/repos/over/profiles/${name}`, set);
      expect.unreachable();
    } catch (error) {
      expect((error as RepoError).code).toBe(code);
    }
  });
});

describe('overlays of other people', () => {
  const main = {
    '/r/main/profiles/repo_name': 'portage-stable\n',
    '/r/main/profiles/categories': 'app-misc\n',
    '/r/main/metadata/layout.conf': 'masters =\n',
  };
  const gentoo = 'masters = gentoo\n';
  const open = (files: Record<string, string>, place: Omit<RepositoryPlace, 'location'> = { name: 'mine' }) =>
    repositoriesAt(system({ ...main, ...files }), [{ location: '/r/main' }, { location: '/r/mine', ...place }]);
  const mine = { '/r/mine/profiles/repo_name': 'mine\n', '/r/mine/metadata/layout.conf': gentoo };

  it('takes the main repository for the master `gentoo`, and says so', () => {
    const set = open(mine);
    expect(set.byName.get('mine')?.eclassFolders).toEqual(['/r/mine/eclass', '/r/main/eclass']);
    expect(set.notices).toEqual([
      'repository `mine`: its master `gentoo` is not configured; the main repository, `portage-stable`, is used instead',
    ]);
  });

  it('means the repository called `gentoo` where there is one', () => {
    const set = repositoriesAt(
      system({ ...main, ...mine, '/r/g/profiles/repo_name': 'gentoo\n', '/r/g/metadata/layout.conf': 'masters =\n' }),
      [{ location: '/r/main' }, { location: '/r/mine' }, { location: '/r/g' }],
    );
    expect(set.byName.get('mine')?.masters).toEqual(['gentoo']);
    expect(set.notices).toEqual([]);
  });

  it('has the categories of all repositories together', () => {
    const set = open({ ...mine, '/r/mine/profiles/categories': 'my-tools\n-app-misc\n#no-comment\n' });
    expect([...set.categories]).toEqual(['my-tools']);
    expect([...open(mine).categories]).toEqual(['app-misc']);
  });

  it.each([
    ['no profiles', { '/r/mine/metadata/layout.conf': gentoo }],
    ['nothing but an ebuild', { '/r/mine/app-misc/hello/hello-1.ebuild': 'EAPI=8\n' }],
    ['a name with a carriage return', { '/r/mine/profiles/repo_name': 'mine\r\n' }],
  ])('is read with %s', (_, files: Record<string, string>) => {
    expect(open(files).byName.get('mine')?.location).toBe('/r/mine');
  });

  it('has the name of its layout.conf before that of repo_name, and the one it is given besides', () => {
    const set = open({ ...mine, '/r/mine/metadata/layout.conf': 'repo-name = laid-out\nmasters = portage-stable\n' });
    expect(set.ordered.map(({ name }) => name)).toContain('laid-out');
    expect(set.byName.get('mine')).toBe(set.byName.get('laid-out'));
    expect(set.notices).toEqual(['the repository `mine` calls itself `laid-out`; either name means it']);
  });

  it('has the masters, aliases and priority that it is given', () => {
    const set = open(mine, { name: 'mine', masters: ['portage-stable'], aliases: ['ours'], priority: 7 });
    expect(set.byName.get('ours')).toMatchObject({ name: 'mine', masters: ['portage-stable'], priority: 7 });
    expect(set.notices).toEqual([]);
  });

  it('is refused when another one has its name', () => {
    const files = { ...main, ...mine, '/r/two/profiles/repo_name': 'mine\n' };
    const places = ['/r/main', '/r/mine', '/r/two'].map((location) => ({ location }));
    expect(() => repositoriesAt(system(files), places)).toThrow('calls itself `mine`, and so does `/r/mine`');
  });
});
