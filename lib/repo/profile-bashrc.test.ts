import { describe, expect, it } from 'vitest';
import { loadPlayground } from './playground';

const profiles = 'var/repositories/test_repo/profiles/default/linux/x86';

describe('bash of a profile', () => {
  it('comes parents first, and what package.bashrc names only for its packages and where the repository allows it', () => {
    const paths = (formats: string): readonly (readonly string[])[] => {
      const { root } = loadPlayground({
        ebuilds: { 'app-misc/a-1': {}, 'app-misc/b-1': {} },
        repo_configs: { test_repo: { 'layout.conf': [`profile-formats = ${formats}`] } },
        profile: { 'profile.bashrc': [':'], 'package.bashrc': ['app-misc/a one ../../two'] },
        extra_files: { [`${profiles}/profile.bashrc`]: ':\n' },
      });
      const of = (name: string): readonly string[] =>
        root.bashrcs(root.candidates(name)[0] ?? null).map(({ path }) => path.replace('profiles/default/linux/', ''));
      return [of('app-misc/a'), of('app-misc/b'), root.bashrcs(null).map(({ repository }) => repository)];
    };
    const always = ['x86/profile.bashrc', 'x86/test_profile/profile.bashrc'];
    expect(paths('portage-2 profile-bashrcs')).toEqual([
      [...always, 'x86/test_profile/bashrc/one', 'x86/test_profile/bashrc/two'],
      always,
      ['test_repo', 'test_repo'],
    ]);
    expect(paths('portage-2')[0]).toEqual(always);
  });
});
