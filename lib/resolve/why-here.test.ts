import { describe, expect, it } from 'vitest';
import { madeUpPackage, madeUpPlan } from './made-up-plan';
import type { PlanEdge, PlannedPackage, PlanRoot } from './plan';
import { similarNames } from './similar-names';
import { whyHere } from './why-here';

const node = (root: PlanRoot, cpv: string, change: Partial<PlannedPackage> = {}): PlannedPackage =>
  madeUpPackage(root, cpv, { reason: 'It belongs to @system.', ...change });

const edge = (from: string, to: string, change: Partial<PlanEdge> = {}): PlanEdge => ({
  from,
  to,
  class: 'RDEPEND',
  atom: to.slice(to.indexOf('|') + 1).replace(/-[0-9]+$/, ''),
  conditions: [],
  soft: false,
  ...change,
});

const packages = [
  node('final', 'app/python-3', { requested: true }),
  node('final', 'lib/readline-8'),
  node('final', 'lib/ncurses-6'),
  node('staging', 'app/python-3'),
  node('staging', 'lib/ncurses-6'),
  node('host', 'dev/pkgconf-2', { action: 'provided' }),
  node('final', 'sys/runtime-1'),
];

const plan = madeUpPlan(packages, {
  requests: ['app/python'],
  edges: [
    edge('final|app/python-3', 'final|lib/readline-8', { conditions: ['readline?'], atom: '>=lib/readline-8:=' }),
    edge('final|app/python-3', 'final|lib/ncurses-6', { conditions: ['ncurses?'] }),
    edge('final|app/python-3', 'final|lib/ncurses-6', { class: 'PDEPEND', soft: true }),
    edge('final|lib/readline-8', 'final|lib/ncurses-6', { atom: 'lib/ncurses:0=' }),
    edge('final|lib/ncurses-6', 'final|lib/readline-8', { soft: true }),
    edge('staging|app/python-3', 'staging|lib/ncurses-6', { class: 'DEPEND' }),
    edge('staging|lib/ncurses-6', 'host|dev/pkgconf-2', { class: 'BDEPEND', atom: 'virtual/pkgconfig' }),
  ],
});

const ways = (id: string, paths?: number): string[] =>
  (whyHere(plan, id, { paths })?.all ?? []).map((way) => way.map((hop) => `${hop.from} →`).join(' '));

describe('why a package is in a plan', () => {
  it('quotes atom, class, condition and root of the shortest way', () => {
    const why = whyHere(plan, 'final|lib/readline-8');
    expect(why?.shortest?.map(({ sentence }) => sentence)).toEqual([
      '`app/python-3` needs `>=lib/readline-8:=` to run (RDEPEND), because `readline` is on, in what ships (final).',
    ]);
    expect(why?.summary).toBe(why?.shortest?.[0]?.sentence);
  });

  it('finds all ways, shortest first, and never walks in circles', () => {
    expect(ways('final|lib/ncurses-6')).toEqual([
      'final|app/python-3 →',
      'final|app/python-3 → final|lib/readline-8 →',
    ]);
    expect(ways('final|lib/readline-8')).toEqual([
      'final|app/python-3 →',
      'final|app/python-3 → final|lib/ncurses-6 →',
    ]);
  });

  it('says that there are more than it shows', () => {
    expect(whyHere(plan, 'final|lib/ncurses-6', { paths: 1 })).toMatchObject({ isTruncated: true });
    expect(ways('final|lib/ncurses-6', 1)).toHaveLength(1);
    expect(whyHere(plan, 'final|lib/ncurses-6')?.isTruncated).toBe(false);
  });

  it('puts parallel lines into one step, the strongest first', () => {
    const [hop] = whyHere(plan, 'final|lib/ncurses-6')?.shortest ?? [];
    expect(hop).toMatchObject({ class: 'RDEPEND', also: [{ class: 'PDEPEND' }] });
  });

  it('goes from staging to what ships', () => {
    const why = whyHere(plan, 'host|dev/pkgconf-2');
    expect(why?.shortest?.map(({ sentence }) => sentence)).toMatchInlineSnapshot(`
      [
        "\`app/python-3\` ships (final); its binary package is made where things are built (staging).",
        "\`app/python-3\` needs \`lib/ncurses\` to be compiled, for headers and libraries (DEPEND), where things are built (staging).",
        "\`lib/ncurses-6\` needs \`virtual/pkgconfig\` as a tool while it is built (BDEPEND), on the build machine (host).",
      ]
    `);
    expect(why?.summary).toMatchInlineSnapshot(
      `"\`lib/ncurses-6\` needs \`virtual/pkgconfig\` as a tool while it is built (BDEPEND), on the build machine (host). It goes back to \`app/python-3\`, which you asked for (one package between)."`,
    );
  });

  it('knows what was asked for, what only belongs to the base, and what is not there', () => {
    expect(whyHere(plan, 'final|app/python-3')).toMatchObject({
      requested: true,
      summary: 'You asked for `app/python-3`.',
      all: [],
    });
    expect(whyHere(plan, 'final|sys/runtime-1')).toMatchObject({ shortest: null, summary: 'It belongs to @system.' });
    expect(whyHere(plan, 'final|no/thing-1')).toBeNull();
  });

  it('stays quick in a plan full of ways', () => {
    const layers = Array.from({ length: 12 }, (_, layer) =>
      Array.from({ length: 8 }, (_, at) => node('final', `l${layer}/p${at}-1`, { requested: layer === 0 })),
    );
    const edges = layers
      .slice(1)
      .flatMap((layer, above) => layer.flatMap((to) => (layers[above] ?? []).map((from) => edge(from.id, to.id))));
    const why = whyHere({ ...plan, packages: layers.flat(), edges }, 'final|l11/p0-1');
    expect(why?.isTruncated).toBe(true);
    expect(why?.shortest ?? why?.all).toBeDefined();
  });
});

describe('similar names', () => {
  const all = [
    'app-editors/nano',
    'app-editors/vim',
    'dev-libs/openssl',
    'dev-libs/openssl-compat',
    'net-libs/nghttp2',
    'dev-lang/python',
    'dev-python/python-exec',
    'media-libs/libpng',
    'app-misc/jq',
  ];

  it.each([
    ['nano', ['app-editors/nano']],
    ['app-misc/nano', ['app-editors/nano']],
    ['app-editors/naon', ['app-editors/nano']],
    ['dev-libs/open-ssl', ['dev-libs/openssl', 'dev-libs/openssl-compat']],
    ['net-libs/nghttp3', ['net-libs/nghttp2']],
    ['dev-lang/pyhton', ['dev-lang/python']],
    ['python', ['dev-lang/python', 'dev-python/python-exec']],
    ['media-libs/png', ['media-libs/libpng']],
    ['x/qqqqq', []],
  ])('%s: %j', (name, expected) => {
    expect(similarNames(name, all)).toEqual(expected);
  });
});
