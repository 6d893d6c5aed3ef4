import { describe, expect, it } from 'vitest';
import { memoryTree } from './file-tree';
import { repositoriesAt } from './repositories';
import { listSets, readSet, type SetSources } from './sets';
import { readSetSources } from './sets-conf';

/** A path that begins at a repository, as sets.conf writes it. */
const at = (name: string): string => `\${repository:${name}}`;

const files: Record<string, string> = {
  '/r/profiles/repo_name': 'own\n',
  '/r/profiles/categories': 'app-misc\n',
  '/r/sets.conf': [
    '[own sets]',
    'class = portage.sets.files.StaticFileSet',
    'multiset = true',
    `directory = ${at('own')}/sets/`,
    '[one]',
    'class = portage.sets.files.StaticFileSet',
    `filename = ${at('own')}/lists/one`,
    '[elsewhere]',
    'class = portage.sets.files.StaticFileSet',
    'multiset = true',
    `directory = ${at('unknown')}/sets`,
    '[security]',
    'class = portage.sets.security.NewAffectedSet',
    '[mine]',
    'class = portage.sets.shell.CommandOutputSet',
    'command = cat /etc/passwd',
    '[listed]',
    'class = portage.sets.base.DummyPackageSet',
    'packages = app-misc/jq @one',
    '[base]',
    'class = portage.sets.profiles.PackagesSystemSet',
    '[keyed]',
    'class = portage.sets.files.ConfigFileSet',
    `filename = ${at('own')}/lists/keyed`,
    '',
  ].join('\n'),
  '/r/sets/tools': 'app-misc/tmux # windows\n@editors\n',
  '/r/sets/editors': 'app-editors/nano\n@missing\n',
  '/r/lists/one': 'app-misc/jq\n',
  '/r/lists/keyed': 'app-misc/tmux -doc # no\n>=app-misc/jq-1.7 static\n',
  '/etc/portage/sets/editors': 'app-editors/vim\n',
  '/etc/portage/sets/.hidden': 'app-misc/no\n',
};

const sourcesOf = (
  userConfig: string | null,
): { sources: SetSources; read: (name: string) => readonly string[] | null } => {
  const tree = memoryTree(new Map(Object.entries(files)));
  const repositories = repositoriesAt(tree, [{ location: '/r' }]);
  const sources = {
    system: ['sys-apps/baselayout'],
    profile: [],
    sources: readSetSources(tree, repositories, userConfig),
    worldFolder: null,
  };
  return { sources, read: (name) => readSet(tree, sources, name) };
};

describe('sets of a stranger', () => {
  it.each([
    ['/etc/passwd', 'filename'],
    [`${at('own')}/../etc/passwd`, 'filename'],
    [`${at('own')}/../etc`, 'directory'],
    ['/etc', 'directory'],
    ['/r/../etc', 'directory'],
  ])('are no files outside of repositories: %s', (place, key) => {
    const conf = `[x]\nclass = portage.sets.files.StaticFileSet\nmultiset = ${key === 'directory'}\n${key} = ${place}\n`;
    const tree = memoryTree(
      new Map(Object.entries({ '/r/profiles/repo_name': 'own\n', '/r/sets.conf': conf, '/etc/passwd': 'root\n' })),
    );
    expect([...readSetSources(tree, repositoriesAt(tree, [{ location: '/r' }]), null).keys()]).not.toContain('x');
  });
});

describe('sets', () => {
  it('come from the sets.conf of a repository, as folders of files and as single files', () => {
    const { sources, read } = sourcesOf(null);
    expect(read('one')).toEqual(['app-misc/jq']);
    expect(read('tools')).toEqual(['app-misc/tmux', 'app-editors/nano', '@missing']);
    expect(listSets(sources)).toEqual(expect.arrayContaining(['editors', 'one', 'tools', 'world']));
    expect(listSets(sources)).not.toContain('mine');
  });

  it('of the user count more than those of a repository', () => {
    const { sources, read } = sourcesOf('/etc/portage');
    expect(read('editors')).toEqual(['app-editors/vim']);
    expect(listSets(sources)).not.toContain('.hidden');
  });

  it('are lists, first words of configuration files, and other names of @system too', () => {
    const { read } = sourcesOf(null);
    expect(read('listed')).toEqual(['app-misc/jq']);
    expect(read('keyed')).toEqual(['app-misc/tmux', '>=app-misc/jq-1.7']);
    expect(read('base')).toEqual(['sys-apps/baselayout']);
  });

  it.each([
    ['mine', 'CommandOutputSet'],
    ['module-rebuild', 'OwnerSet'],
  ])('of classes that ask about a machine are told as that: %s', (name, className) => {
    const { sources, read } = sourcesOf(null);
    expect(read(name)).toBeNull();
    expect(listSets(sources)).not.toContain(name);
    expect(sources.sources.get(name)).toEqual({ kind: 'unsupported', class: className });
  });

  it.each([
    ['NewAffectedSet', { skipsApplied: true, isAnyArch: false, wantsNewest: false }],
    ['SecuritySet', { skipsApplied: false, isAnyArch: true, wantsNewest: false }],
  ])('of advisories know which: %s', (className, choice) => {
    const conf = `[fixes]\nclass = portage.sets.security.${className}\n`;
    const tree = memoryTree(new Map(Object.entries({ '/r/profiles/repo_name': 'own\n', '/r/sets.conf': conf })));
    const found = readSetSources(tree, repositoriesAt(tree, [{ location: '/r' }]), null);
    expect(found.get('fixes')).toEqual({ kind: 'security', ...choice });
    expect(found.get('security')).toEqual({
      kind: 'security',
      skipsApplied: true,
      isAnyArch: false,
      wantsNewest: false,
    });
  });

  it('that do not exist are none', () => {
    expect(sourcesOf(null).read('nowhere')).toBeNull();
  });
});
