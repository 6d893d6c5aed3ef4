import { describe, expect, it } from 'vitest';
import { loadPlayground, type Playground } from '../repo';
import { depclean } from './depclean';
import { defaultOptions, type ResolveOptions } from './options';
import { Package } from './package';
import { resolve } from './resolver';

/** Numbers below 1 that look random and are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

type Random = () => number;

const pick = <Value>(random: Random, from: readonly Value[]): Value =>
  from[Math.floor(random() * from.length)] as Value;

function shuffled<Value>(random: Random, values: readonly Value[]): Value[] {
  const left = [...values];
  return values.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as Value);
}

const reordered = <Value>(random: Random, record: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(shuffled(random, Object.entries(record)));

const names = ['app-misc/a', 'app-misc/b', 'dev-libs/c', 'dev-libs/d', 'sys-libs/e', 'virtual/f'];
const versions = ['1', '2', '3'];

function atom(random: Random): string {
  const name = pick(random, names);
  const form = random();
  if (form < 0.2) return `${pick(random, ['>=', '<', '=', '~'])}${name}-${pick(random, versions)}`;
  if (form < 0.4) return `${name}:=`;
  if (form < 0.55) return `${name}[${pick(random, ['x(+)', '-x(-)'])}]`;
  return name;
}

function dependency(random: Random): string {
  const form = random();
  if (form < 0.25) return `|| ( ${atom(random)} ${atom(random)} ${atom(random)} )`;
  if (form < 0.35) return `x? ( ${atom(random)} )`;
  if (form < 0.45) return `!${pick(random, names)}`;
  return atom(random);
}

function ebuild(random: Random, version: string): Record<string, string> {
  const few = (most: number): string =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, () => dependency(random)).join(' ');
  return {
    EAPI: '8',
    SLOT: random() < 0.5 ? '0' : `0/${version}`,
    IUSE: random() < 0.5 ? '+x' : 'x',
    KEYWORDS: random() < 0.15 ? '~x86' : 'x86',
    RDEPEND: few(2),
    DEPEND: few(1),
    PDEPEND: random() < 0.1 ? few(1) : '',
  };
}

function madeUp(random: Random): Playground {
  const ebuilds: Record<string, Record<string, string>> = {};
  for (const name of names) {
    for (const version of versions) if (random() < 0.7) ebuilds[`${name}-${version}`] = ebuild(random, version);
  }
  const installed: Record<string, Record<string, string>> = {};
  for (const name of names) {
    const own = Object.entries(ebuilds).filter(([cpv]) => cpv.startsWith(`${name}-`));
    if (own.length === 0 || random() < 0.5) continue;
    const [cpv, metadata] = pick(random, own);
    installed[cpv] = { ...metadata, KEYWORDS: 'x86', RDEPEND: (metadata.RDEPEND ?? '').replaceAll(':=', ':0/1=') };
  }
  const built = Object.entries(ebuilds).filter(() => random() < 0.5);
  return {
    ebuilds,
    installed,
    binpkgs: built.map(([cpv, metadata], index) => ({ cpv, metadata: { ...metadata, BUILD_TIME: String(index + 1) } })),
    world: [...new Set(Object.keys(installed).map((cpv) => cpv.slice(0, -2)))].slice(0, 2),
  };
}

const inAnotherOrder = (random: Random, { ebuilds, installed, binpkgs, ...rest }: Playground): Playground => ({
  ...rest,
  ebuilds: reordered(random, ebuilds ?? {}),
  installed: reordered(random, installed ?? {}),
  binpkgs: shuffled(random, binpkgs ?? []),
});

/** Everything a plan says, in its order. */
function told(playground: Playground, requests: readonly string[], options: Partial<ResolveOptions>): unknown {
  const { root } = loadPlayground(playground);
  const roots = { running: root, target: null, targetSysroot: 'target' } as const;
  const { success, run } = resolve(roots, requests, { ...defaultOptions, ...options });
  return {
    success,
    tasks: run.serialized?.map((task) => (task instanceof Package ? task.key : task.atom.text)),
    flags: [...run.state.useChanges].map(([pkg, { changes }]) => [pkg.key, [...changes]]),
    unsatisfied: run.unsatisfiedForDisplay.map((each) => each.atom.text),
    removed: depclean(root, [], defaultOptions).remove.map(({ cpv }) => cpv),
  };
}

const optionSets: readonly Partial<ResolveOptions>[] = [
  {},
  { update: true, deep: true },
  { update: true, deep: true, newUse: true, withBdeps: true },
  { usePackages: 'yes' },
  { usePackages: 'only', update: true, deep: true },
  { emptyTree: true },
];

describe('a plan', () => {
  it.each([1, 2, 3, 4])('is the same whatever the order of files (%i)', (seed) => {
    const random = numbers(seed * 7919);
    for (let round = 0; round < 25; round += 1) {
      const playground = madeUp(random);
      const options = pick(random, optionSets);
      const requests = random() < 0.3 ? ['@world'] : [pick(random, names), pick(random, names)];
      const first = told(playground, requests, options);
      expect(
        told(inAnotherOrder(random, playground), requests, options),
        JSON.stringify({ playground, requests }),
      ).toEqual(first);
    }
  });
});
