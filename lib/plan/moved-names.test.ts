import { describe, expect, it } from 'vitest';
import { applyEdits, designSchema } from '../design';
import { loadPlayground } from '../repo';
import type { DesignEdit } from '../resolve/plan';
import { movedNameWarnings } from './moved-names';

const { root } = loadPlayground({
  ebuilds: { 'app-new/tool-1': { EAPI: '8' }, 'app-new/kept-1': { EAPI: '8' } },
  extra_files: {
    'var/repositories/test_repo/profiles/updates/1Q-2020':
      'move app-old/tool app-new/tool\nmove app-old/gone app-new/gone\n',
  },
});

const design = designSchema.parse({
  name: 'x',
  board: 'amd64-usr',
  path: '/opt/x',
  packages: ['app-new/kept', '>=app-old/tool-1:0[a]'],
  package_use: { 'app-old/tool': ['a'], 'app-new/tool': ['-b'], 'app-new/kept': ['c'] },
  package_mask: ['<app-old/tool-0.5', 'app-old/gone'],
});

describe('lines of a design under old names', () => {
  it('are told with the repository that moved them, and all written anew by one fix', () => {
    const warnings = movedNameWarnings(design, root, () => true);
    expect(warnings.map(({ message }) => message)).toEqual([
      '`app-old/tool` in `package_use` matches no package: `app-old/tool` is `app-new/tool` now, according to `profiles/updates` of `test_repo`.',
      '`<app-old/tool-0.5` in `package_mask` matches no package: `app-old/tool` is `app-new/tool` now, according to `profiles/updates` of `test_repo`.',
    ]);
    const edits = warnings[0]?.fix?.edits ?? [];
    const mended = applyEdits(design, edits as DesignEdit[]);
    expect(mended.packages).toEqual(['app-new/kept', '>=app-new/tool-1:0[a]']);
    expect(mended.package_use).toEqual({ 'app-new/tool': ['a', '-b'], 'app-new/kept': ['c'] });
    expect(mended.package_mask).toEqual(['<app-new/tool-0.5', 'app-old/gone']);
    expect(movedNameWarnings(mended, root, () => true)).toEqual([]);
  });

  it('have no fix where none plans', () => {
    expect(movedNameWarnings(design, root, () => false).every(({ fix }) => fix === undefined)).toBe(true);
  });
});
