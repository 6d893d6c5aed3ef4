import { describe, expect, it } from 'vitest';
import type { PlannedPackage } from '../resolve/plan';
import { type ListingOptions, planListing, useWords } from './plan-listing';

const options: ListingOptions = {
  titles: { host: 'host', staging: 'staging', final: 'final' },
  useExpand: ['PYTHON_TARGETS', 'ABI_X86'],
  hidden: ['ABI_X86'],
  columns: null,
};

const planned = (root: PlannedPackage['root'], cpv: string, use: string[] = [], off: string[] = []): PlannedPackage =>
  ({
    root,
    cpv,
    slot: '0',
    action: root === 'host' ? 'provided' : 'build',
    use,
    iuse: [...use, ...off].sort(),
    reason: 'Asked for by the design.',
  }) as unknown as PlannedPackage;

describe('the list of a plan', () => {
  it('groups USE flags by their variable and leaves out hidden ones', () => {
    const entry = planned(
      'staging',
      'a/b-1',
      ['ssl', 'python_targets_python3_12', 'abi_x86_64'],
      ['doc', 'abi_x86_32'],
    );
    expect(useWords(entry, options)).toEqual(['USE="ssl', '-doc"', 'PYTHON_TARGETS="python3_12"']);
  });

  it('says nothing about USE where there are no flags', () => {
    expect(planListing({ packages: [planned('staging', 'a/b-1')] }, options)).toEqual([
      'staging (1)',
      '  build  a/b-1  Asked for by the design.',
      '',
    ]);
  });

  it('tells flags once when final takes what staging builds', () => {
    const plan = { packages: [planned('staging', 'a/b-1', ['ssl']), planned('final', 'a/b-1', ['ssl'])] };
    expect(planListing(plan, options).filter((line) => line.includes('USE='))).toHaveLength(1);
    const other = { packages: [planned('staging', 'a/b-1', ['ssl']), planned('final', 'a/b-1', [], ['ssl'])] };
    expect(planListing(other, options).filter((line) => line.includes('USE='))).toHaveLength(2);
  });

  it('ends lines where the terminal ends, and only there', () => {
    const flags = ['one', 'two', 'three', 'four', 'five'];
    const plan = { packages: [planned('host', 'c/d-1'), planned('host', 'c/e-1'), planned('staging', 'a/b-1', flags)] };
    const narrow = planListing(plan, { ...options, columns: 30 });
    expect(narrow.filter((line) => line.startsWith(' '.repeat(9))).length).toBe(2);
    expect(narrow.slice(0, 3)).toEqual(['host (2)', '  c/d-1, c/e-1', '']);
    expect(planListing(plan, options)).toContain(`${' '.repeat(9)}USE="five four one three two"`);
  });
});
