import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { beforeAll, describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '..');

/** Rank of each layer; a file may import only from a lower rank, or from its own layer. */
const ranks: Readonly<Record<string, number>> = {
  'lib/errors.ts': 0,
  'lib/home.ts': 0,
  'lib/host': 1,
  'lib/pms': 1,
  'lib/layout': 2,
  'lib/resolve': 2,
  'lib/db': 2,
  'lib/design': 3,
  'lib/repo': 3,
  'lib/inspect': 3,
  'lib/engine': 4,
  'lib/sysext': 4,
  'lib/plan': 5,
  'lib/overlay': 6,
  'lib/drivers': 6,
  'lib/api': 7,
  'lib/runner': 8,
  'lib/service': 9,
  'lib/cli': 10,
  components: 10,
  app: 11,
};

/** Folders without I/O: no node modules, React, Next or process. */
const pure = ['lib/errors.ts', 'lib/pms', 'lib/layout', 'lib/resolve', 'lib/design', 'lib/api'];

const layers = Object.keys(ranks);

const pathOf = (layer: string): string => `^${layer}${layer.endsWith('.ts') ? '$' : '/'}`;

/** Layers that a file of a layer may not import from. */
const closedTo = (layer: string): string[] =>
  layers.filter((other) => other !== layer && (ranks[other] ?? 0) >= (ranks[layer] ?? 0)).map(pathOf);

const purePaths = pure.map(pathOf);

const forbidden: IForbiddenRuleType[] = [
  {
    name: 'belongs to no layer',
    from: { path: '^(?:lib|components|app)/', pathNot: layers.map(pathOf) },
    to: {},
  },
  ...layers
    .filter((layer) => closedTo(layer).length > 0)
    .map((layer) => ({
      name: `${layer} may not import this layer`,
      from: { path: pathOf(layer) },
      to: { path: closedTo(layer) },
    })),
  {
    name: 'pure code takes types alone from code that is not',
    from: { path: purePaths },
    to: {
      path: layers.filter((layer) => !pure.includes(layer)).map(pathOf),
      dependencyTypesNot: ['type-only'],
    },
  },
  { name: 'pure code knows no machine', from: { path: purePaths }, to: { dependencyTypes: ['core'] } },
  {
    name: 'pure code knows no page',
    from: { path: purePaths },
    to: { path: '^node_modules/(?:react|react-dom|next)/' },
  },
  { name: 'circle, counting types', from: {}, to: { circular: true } },
  { name: 'circle of folders', scope: 'folder', from: {}, to: { circular: true } },
  { name: 'is not found', from: {}, to: { couldNotResolve: true } },
];

describe('layers', () => {
  let result: ICruiseResult;

  beforeAll(async () => {
    const { output } = await cruise(
      ['lib', 'components', 'app'],
      {
        baseDir: project,
        tsPreCompilationDeps: true,
        tsConfig: { fileName: join(project, 'tsconfig.json') },
        exclude: { path: String.raw`\.test\.tsx?$|__fixtures__` },
        doNotFollow: { path: 'node_modules' },
        validate: true,
        metrics: true,
        ruleSet: { forbidden },
      },
      undefined,
      { tsConfig: undefined },
    );
    result = output as ICruiseResult;
  });

  it('finds the code it is to judge', () => {
    for (const layer of layers) expect(sourcesOf(result, [layer]).length, layer).toBeGreaterThan(0);
  });

  it('imports only lower ranks, in no circle, through the alias and for types too', () => {
    const told = result.summary.violations.map(({ rule, from, to, cycle }) =>
      [rule.name, from, ...(cycle ? cycle.map(({ name }) => name) : [to])].join(' → '),
    );
    expect(told).toEqual([]);
  });

  it('keeps pure folders free of clock, chance and environment', () => {
    const wrong: string[] = [];
    for (const source of sourcesOf(result, pure)) {
      const text = textOf(source).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      for (const word of ['process.env', 'Date.now(', 'Math.random(', 'new Date()']) {
        if (text.includes(word)) wrong.push(`${source} uses ${word}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has client components take node layers as types only', () => {
    const wrong: string[] = [];
    for (const { source, dependencies } of result.modules) {
      if (!/^(?:app|components)\//.test(source) || !/^\s*['"]use client['"]/.test(textOf(source))) continue;
      for (const { resolved, dependencyTypes } of dependencies) {
        const layer = layers.find((each) => new RegExp(pathOf(each)).test(resolved));
        if (!layer?.startsWith('lib/') || pure.includes(layer) || dependencyTypes.includes('type-only')) continue;
        wrong.push(`${source} → ${resolved}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

const textOf = (source: string): string => readFileSync(join(project, source), 'utf8');

const sourcesOf = ({ modules }: ICruiseResult, of: readonly string[]): readonly string[] =>
  modules.map(({ source }) => source).filter((source) => of.some((layer) => new RegExp(pathOf(layer)).test(source)));
