import { describe, expect, it } from 'vitest';
import { AtomTable } from './atom-table';
import { makeCandidate } from './candidate';
import { parseConfigLines } from './config-lines';

const user = { allowWildcard: true, allowRepository: true, allowBuildId: true };
const table = (text: string): AtomTable => new AtomTable(parseConfigLines(text, `table ${text}`), user);
const pkg = makeCandidate('dev-libs/a-2.1', 'main', 'ebuild', { EAPI: '8', SLOT: '2/5' });

describe('tables of atoms', () => {
  it('orders rules from the least to the most specific', () => {
    const rules = table(
      '=dev-libs/a-2.1 exact\n*/* all\ndev-libs/a name\n>=dev-libs/a-2 range\ndev-libs/a:2 slot\ndev-libs/* category',
    );
    expect(rules.values(pkg).flat()).toEqual(['category', 'all', 'name', 'range', 'slot', 'exact']);
  });

  it('prefers the range that is closer to the version', () => {
    expect(table('>=dev-libs/a-1 far\n>=dev-libs/a-2 near').values(pkg).flat()).toEqual(['far', 'near']);
    expect(table('>=dev-libs/a-2 near\n>=dev-libs/a-1 far').values(pkg).flat()).toEqual(['far', 'near']);
  });

  it('joins lines of one atom', () => {
    expect(table('dev-libs/a x\ndev-libs/b y\ndev-libs/a -x z').values(pkg)).toEqual([['x', '-x', 'z']]);
  });

  it('matches slot, sub-slot and repository', () => {
    const rules = table('dev-libs/a:2/5 yes\ndev-libs/a:2/4 no\ndev-libs/a::main here\ndev-libs/a::other there');
    expect(new Set(rules.values(pkg).flat())).toEqual(new Set(['yes', 'here']));
  });

  it('passes over lines that are no atoms', () => {
    expect(table('dev-libs/a[flag] no\ndev-libs/a-2.1 no\n=dev-libs/a no').values(pkg)).toEqual([]);
  });

  it('gives the line for every package away once', () => {
    const rules = table('*/* x\ndev-libs/a y');
    expect(rules.take('*/*')).toEqual(['x']);
    expect(rules.take('*/*')).toBeNull();
    expect(rules.values(pkg)).toEqual([['y']]);
  });
});
