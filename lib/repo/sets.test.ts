import { describe, expect, it } from 'vitest';
import { memoryTree } from './file-tree';
import { repositoriesAt } from './repositories';
import { listSets, readSet, type SetSources } from './sets';
import { readSetFiles } from './sets-conf';

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
    '',
  ].join('\n'),
  '/r/sets/tools': 'app-misc/tmux # windows\n@editors\n',
  '/r/sets/editors': 'app-editors/nano\n@missing\n',
  '/r/lists/one': 'app-misc/jq\n',
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
    files: readSetFiles(tree, repositories, userConfig),
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
    expect([...readSetFiles(tree, repositoriesAt(tree, [{ location: '/r' }]), null)]).toEqual([]);
  });
});

describe('sets', () => {
  it('come from the sets.conf of a repository, as folders of files and as single files', () => {
    const { sources, read } = sourcesOf(null);
    expect(read('one')).toEqual(['app-misc/jq']);
    expect(read('tools')).toEqual(['app-misc/tmux', 'app-editors/nano', '@missing']);
    expect(listSets(sources)).toEqual(expect.arrayContaining(['editors', 'one', 'tools', 'world']));
    expect(listSets(sources)).not.toContain('security');
  });

  it('of the user count more than those of a repository', () => {
    const { sources, read } = sourcesOf('/etc/portage');
    expect(read('editors')).toEqual(['app-editors/vim']);
    expect(listSets(sources)).not.toContain('.hidden');
  });

  it('that do not exist are none', () => {
    expect(sourcesOf(null).read('nowhere')).toBeNull();
  });
});
