import { expect, it } from 'vitest';
import type { PackageRow } from '@/lib/api/wire';
import { rankPackages } from './rank';

const row = (name: string, description: string): PackageRow => ({
  name,
  newest: '1',
  description,
  repository: 'starter',
  versions: [],
  license: 'MIT',
  iuse: [],
});
const rows = [
  row('dev-libs/libedit', 'line editing'),
  row('app-editors/nano', 'small editor'),
  row('sys-apps/ed', 'your basic line editor'),
  row('app-misc/editorconfig', 'styles'),
];

it('puts the name that was typed before names and words that hold it', () => {
  expect(rankPackages(rows, 'ed').map((hit) => hit.name)).toEqual([
    'sys-apps/ed',
    'app-misc/editorconfig',
    'dev-libs/libedit',
    'app-editors/nano',
  ]);
  expect(rankPackages(rows, 'line editor').map((hit) => hit.name)).toEqual(['sys-apps/ed']);
  expect(rankPackages(rows, ' ')).toBe(rows);
});
