import { describe, expect, it } from 'vitest';
import type { DesignEdit } from '../resolve/plan';
import { type DesignInput, designSchema } from './schema';
import { undoneBy } from './undone';

const undone = (design: Partial<DesignInput>, edit: DesignEdit): readonly string[] =>
  undoneBy(designSchema.parse({ name: 'x', board: 'amd64-usr', path: '/opt/x', packages: ['a/b'], ...design }), edit);

describe('what an edit takes back', () => {
  const off: DesignEdit = { kind: 'package_use', atom: 'net-misc/curl', flags: ['-http3', 'ssl'] };

  it.each([
    [{ package_use: { 'net-misc/curl': ['http3'] } }, ['`http3` in `package_use of net-misc/curl`']],
    [{ package_use: { 'net-*/*': ['-ssl'] } }, ['`-ssl` in `package_use of net-*/*`']],
    [{ use: ['http3', 'zstd'] }, ['`http3` in `use`']],
    // the owner refused at the package what is wanted elsewhere
    [{ use: ['http3'], package_use: { 'net-misc/curl': ['-http3'] } }, []],
    [{ use: ['-http3'], package_use: { 'net-misc/wget': ['http3'] } }, []],
  ] as const)('flags: %j', (design, phrases) => {
    expect(undone(design as unknown as Partial<DesignInput>, off)).toEqual(phrases);
  });

  it('masks, licences, keywords and variables', () => {
    expect(undone({ package_mask: ['>=a/b-2'] }, { kind: 'drop_mask', atom: '>=a/b-2' })).toHaveLength(1);
    const licence: DesignEdit = { kind: 'accept_license', atom: '=a/b-1', licenses: ['EULA'] };
    expect(undone({ accept_license: ['*', '-EULA'] }, licence)).toEqual(['`-EULA` in `accept_license`']);
    expect(undone({ package_license: { 'a/b': ['-EULA'] } }, licence)).toHaveLength(1);
    expect(undone({ package_license: { 'a/c': ['-EULA'] } }, licence)).toEqual([]);
    const keyword: DesignEdit = { kind: 'accept_keywords', atom: '=a/b-1', keywords: ['~amd64'] };
    expect(undone({ package_accept_keywords: { 'a/b': ['-~amd64'] } }, keyword)).toHaveLength(1);
    const python: DesignEdit = { kind: 'make_conf', variable: 'PYTHON_TARGETS', value: 'python3_12' };
    expect(undone({ make_conf: { PYTHON_TARGETS: 'python3_11' } }, python)).toEqual([
      '`PYTHON_TARGETS="python3_11"` in `make_conf`',
    ]);
    expect(undone({ make_conf: { PYTHON_TARGETS: 'python3_12' } }, python)).toEqual([]);
  });
});
