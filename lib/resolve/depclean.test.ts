import { describe, expect, it } from 'vitest';
import { loadPlayground, type Playground } from '../repo';
import { brokenDependencies, depclean } from './depclean';
import { defaultOptions, type ResolveOptions } from './options';

const installed: Playground['installed'] = {
  'app-misc/tool-1': { EAPI: '8', RDEPEND: 'dev-libs/lib:2' },
  'dev-libs/lib-2': { EAPI: '8', SLOT: '2' },
  'dev-libs/lib-1': { EAPI: '8', SLOT: '1', RDEPEND: 'dev-libs/old' },
  'dev-libs/old-1': { EAPI: '8' },
};

function removed(
  named: readonly string[],
  options: Partial<ResolveOptions> = {},
  action: 'depclean' | 'prune' = 'depclean',
): string[] {
  const { root } = loadPlayground({ installed, world: ['app-misc/tool'] });
  return depclean(root, named, { ...defaultOptions, ...options }, action).remove.map(({ cpv }) => cpv);
}

describe('removing', () => {
  it('takes what nothing in the world needs, users first', () => {
    expect(removed([])).toEqual(['dev-libs/lib-1', 'dev-libs/old-1']);
  });

  it('keeps what is excluded, and what that needs', () => {
    expect(removed([], { exclude: ['lib'] })).toEqual([]);
    expect(removed([], { exclude: ['old'] })).toEqual(['dev-libs/lib-1']);
  });

  it('understands names with wildcards, which no longer count as wanted', () => {
    expect(removed(['dev-libs/*'])).toEqual(['dev-libs/lib-1', 'dev-libs/old-1']);
    expect(removed(['*/tool'])).toEqual(['app-misc/tool-1']);
    expect(removed(['*/tool'], { deselect: false })).toEqual([]);
  });

  it('prunes versions of which a higher one is installed and that nothing needs', () => {
    expect(removed([], {}, 'prune')).toEqual(['dev-libs/lib-1']);
    expect(removed(['app-misc/tool'], {}, 'prune')).toEqual([]);
  });

  it('names dependencies that nothing installed meets', () => {
    const { root } = loadPlayground({ installed: { 'app-misc/a-1': { EAPI: '8', RDEPEND: 'dev-libs/none' } } });
    const broken = brokenDependencies(root, defaultOptions);
    expect(broken.map(({ atom }) => atom.text)).toEqual(['dev-libs/none']);
  });
});
