import { expect, it } from 'vitest';
import { plannedLayout } from '@/lib/layout/planned-tree';
import { builtRows, foldersTo, plannedRows } from './layout-rows';

const planned = plannedLayout('/opt/demo', 'amd64-usr', 'demo.raw');

it('names every folder on the way', () => {
  expect(foldersTo('/opt/demo')).toEqual(['/', '/opt', '/opt/demo']);
  expect(foldersTo('/')).toEqual(['/']);
});

it('folds a planned folder with everything below', () => {
  const all = plannedRows(planned, new Set());
  const folded = plannedRows(planned, new Set(['/opt/demo/usr']));
  expect(all).toHaveLength(planned.length);
  expect(folded.some((row) => row.key.startsWith('/opt/demo/usr/'))).toBe(false);
  expect(folded.find((row) => row.key === '/opt/demo/usr')).toMatchObject({ expanded: false, level: 2 });
  expect(all.find((row) => row.key === '/opt/demo/lib64/ld-linux-x86-64.so.2')?.expanded).toBeNull();
});

it('shows children of open folders only', () => {
  const [opt] = planned.filter((row) => row.path === '/opt');
  const demo = planned.filter((row) => row.path === '/opt/demo');
  const known = new Map([
    ['/', { rows: [opt!] }],
    ['/opt', { rows: demo }],
  ]);
  expect(builtRows(known, new Set(['/'])).map((row) => row.key)).toEqual(['/opt']);
  expect(builtRows(known, new Set(['/', '/opt'])).map((row) => [row.key, row.level])).toEqual([
    ['/opt', 0],
    ['/opt/demo', 1],
  ]);
});
