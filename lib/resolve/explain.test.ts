import { describe, expect, it } from 'vitest';
import { explainDerivation, explainDerivations, explainWarning, type Story, storyText } from './explain';
import { describeEdit, describeFix } from './explain-edit';
import { describeRequiredUse, requiredUseRepairs } from './explain-required-use';
import { describeAtom } from './explain-words';
import type { ChainHop, Derivation, PlanFailure } from './plan';

const chain: readonly ChainHop[] = [
  {
    parent: 'net-misc/curl-8.11.1',
    root: 'final',
    atom: '>=net-libs/nghttp3-1.1.0:=[ssl]',
    class: 'RDEPEND',
    conditions: ['http3?', '!static?'],
  },
  { parent: 'dev-vcs/git-2.45.2', root: 'final', atom: 'net-misc/curl', class: 'RDEPEND', conditions: ['curl?'] },
];

const tell = (failure: PlanFailure): string =>
  storyText(explainDerivation({ failure, root: 'final', chain: [] }), 'final');

describe('a derivation in words', () => {
  it('goes from the root cause over the path to what can be done', () => {
    const failure: PlanFailure = {
      kind: 'no_such_package',
      atom: '>=net-libs/nghttp3-1.1.0:=[ssl]',
      similar: ['net-libs/nghttp2'],
    };
    expect(storyText(explainDerivation({ failure, root: 'final', chain }), 'final')).toMatchInlineSnapshot(`
      "There is no package \`net-libs/nghttp3\`
        None of the package trees of this design has \`net-libs/nghttp3\`.
      From what you asked for down to the cause, in what ships (final):
        - \`dev-vcs/git-2.45.2\` needs \`net-misc/curl\` to run (RDEPEND), because \`curl\` is on.
        - \`net-misc/curl-8.11.1\` needs \`>=net-libs/nghttp3-1.1.0:=[ssl]\` to run (RDEPEND), because \`http3\` is on and \`static\` is off.
      What you can do:
        - Add a package tree that has it.
        - Or switch \`static\` on for \`net-misc/curl\`, which then does not ask for it."
    `);
  });

  it('offers a package tree when no name is like it', () => {
    expect(tell({ kind: 'no_such_package', atom: 'app-misc/qqq', similar: [] })).toMatchInlineSnapshot(`
      "There is no package \`app-misc/qqq\`
        None of the package trees of this design has \`app-misc/qqq\`.
      What you can do:
        - Add a package tree that has it."
    `);
  });

  it('asks which one is meant when a short name fits several', () => {
    const story = explainDerivation({
      failure: { kind: 'no_such_package', atom: 'lua', similar: ['dev-lang/lua', 'app-misc/lua'] },
      root: 'staging',
      chain: [],
    });
    expect(story.title).toBe('`lua` is the name of more than one package');
    expect(story.next).toEqual(['Write the one you mean with its category: `dev-lang/lua` or `app-misc/lua`.']);
  });

  it('lists what there is when no version fits', () => {
    expect(
      tell({ kind: 'no_match', atom: '>=sys-libs/zlib-2', available: ['sys-libs/zlib-1.3', 'sys-libs/zlib-1.3.1-r1'] }),
    ).toMatchInlineSnapshot(`
      "No version of \`sys-libs/zlib\` fits
        Wanted: \`sys-libs/zlib\`, version 2 or newer.
        There are only \`sys-libs/zlib-1.3\` and \`sys-libs/zlib-1.3.1-r1\`.
      What you can do:
        - Ask for \`sys-libs/zlib\` without a version, or for \`=sys-libs/zlib-1.3\` or \`=sys-libs/zlib-1.3.1-r1\`.
        - Or add a package tree that has the version you want."
    `);
  });

  it('names the guilty line and its comment', () => {
    const masks = [
      {
        kind: 'package.mask',
        atom: '>=dev-lang/python-3.14',
        file: 'profiles/coreos/targets/sdk/package.mask',
        line: 12,
        comment: 'Not ready for the SDK.\nSee the tracker.',
      },
    ] as const;
    const candidates = [{ cpv: 'dev-lang/python-3.14.0', repository: 'portage-stable', masks }];
    expect(tell({ kind: 'masked', atom: 'dev-lang/python:3.14', candidates })).toMatchInlineSnapshot(`
      "\`dev-lang/python\` is masked
        Wanted: \`dev-lang/python\`, slot 3.14.
        \`dev-lang/python-3.14.0::portage-stable\` is masked by the line \`>=dev-lang/python-3.14\` in \`profiles/coreos/targets/sdk/package.mask\`, line 12; the reason given there: “Not ready for the SDK. See the tracker.”.
      What you can do:
        - If the reason does not concern you, unmask \`=dev-lang/python-3.14.0\`."
    `);
  });

  it('does not advise what was searched and found in vain', () => {
    const masks = [{ kind: 'keyword', keywords: ['~amd64'], wouldAccept: ['~amd64'], advised: '~amd64' }] as const;
    const failure = {
      kind: 'masked',
      atom: 'app-misc/a',
      candidates: [{ cpv: 'app-misc/a-1', repository: 'tree', masks }],
    } as unknown as PlanFailure;
    const derivation: Derivation = { failure, root: 'final', chain };
    expect(explainDerivation(derivation).next).toHaveLength(2);
    expect(explainDerivation(derivation, true).next).toEqual([]);
    // a tree that nobody looked into may have it
    const missing: PlanFailure = { kind: 'no_such_package', atom: 'app-misc/qqq', similar: [] };
    expect(explainDerivation({ failure: missing, root: 'final', chain }, true).next).toEqual([
      'Add a package tree that has it.',
    ]);
  });

  it('says which keyword and which licence are missing', () => {
    const candidates = [
      {
        cpv: 'app-misc/a-2',
        repository: 'x',
        masks: [
          { kind: 'keyword', keywords: ['~amd64', '~arm64'], wouldAccept: ['~amd64'], advised: '~amd64' },
          { kind: 'license', missing: ['EULA-1'] },
        ],
      },
      {
        cpv: 'app-misc/a-9999',
        repository: 'x',
        masks: [{ kind: 'keyword', keywords: [], wouldAccept: ['**'], advised: '**' }],
      },
    ] as const;
    expect(tell({ kind: 'masked', atom: 'app-misc/a', candidates })).toMatchInlineSnapshot(`
      "No version of \`app-misc/a\` may be used
        Wanted: \`app-misc/a\`.
        \`app-misc/a-2::x\` is not marked as stable for this board; it carries \`~amd64\` and \`~arm64\` (KEYWORDS) and has a licence that has not been accepted: \`EULA-1\` (LICENSE).
        \`app-misc/a-9999::x\` is marked for no processor at all, as development versions are (no KEYWORDS).
      What you can do:
        - Accept the keyword \`~amd64\` for \`=app-misc/a-2\`. Read the licence and, if you agree, accept \`EULA-1\` for \`=app-misc/a-2\`."
    `);
  });

  it('tells masks that no setting lifts', () => {
    const candidates = [
      { cpv: 'app-misc/a-2', repository: 'x', masks: [{ kind: 'eapi', eapi: '10' }] },
      { cpv: 'app-misc/a-1', repository: 'x', masks: [{ kind: 'invalid', detail: 'DEPEND does not parse' }] },
    ] as const;
    expect(tell({ kind: 'masked', atom: 'app-misc/a', candidates })).toMatchInlineSnapshot(`
      "No version of \`app-misc/a\` may be used
        Wanted: \`app-misc/a\`.
        \`app-misc/a-2::x\` is written for EAPI \`10\`, which Studio does not know.
        \`app-misc/a-1::x\` has broken metadata: DEPEND does not parse.
      What you can do:
        - Choose a version written for an EAPI up to 9."
    `);
  });

  it('turns USE deps into a line to write', () => {
    expect(
      tell({
        kind: 'use_dependency',
        atom: 'dev-lang/python:3.11[sqlite,-tk]',
        cpv: 'dev-lang/python-3.11.2',
        changes: { sqlite: true, tk: false },
      }),
    ).toMatchInlineSnapshot(`
      "\`dev-lang/python\` is wanted with \`sqlite\` on and \`tk\` off
        Wanted: \`dev-lang/python\`, slot 3.11, with \`sqlite\` on and \`tk\` off.
        \`dev-lang/python-3.11.2\` would be built with \`sqlite\` off and \`tk\` on.
      What you can do:
        - Set the USE flags of this package: \`dev-lang/python sqlite -tk\`."
    `);
  });

  it('puts REQUIRED_USE into words', () => {
    expect(
      tell({
        kind: 'required_use',
        cpv: 'net-misc/curl-8.11.1',
        requiredUse: 'http3? ( quic ) quic? ( ssl )',
        violated: 'http3? ( quic )',
        use: ['http3', 'ssl'],
      }),
    ).toMatchInlineSnapshot(`
      "The USE flags of \`net-misc/curl-8.11.1\` cannot be combined
        When \`http3\` is on, \`quic\` has to be on.
        Now on: \`http3\`; off: \`quic\`.
        The rule as written (REQUIRED_USE): \`http3? ( quic )\`.
      What you can do:
        - Switch \`http3\` off: \`net-misc/curl -http3\`.
        - Or switch \`quic\` on: \`net-misc/curl quic\`."
    `);
  });

  it('tells both sides of a slot conflict', () => {
    expect(
      tell({
        kind: 'slot_conflict',
        slot: 'dev-libs/openssl:0',
        candidates: [
          {
            cpv: 'dev-libs/openssl-3.3.2',
            wantedBy: [{ cpv: 'net-misc/curl-8.11.1', atom: '>=dev-libs/openssl-3:=' }],
          },
          { cpv: 'dev-libs/openssl-1.1.1w', wantedBy: [{ cpv: 'app-misc/old-1', atom: '<dev-libs/openssl-3' }] },
        ],
      }),
    ).toMatchInlineSnapshot(`
      "Two versions of \`dev-libs/openssl\` are wanted, but there is room for one
        \`dev-libs/openssl-3.3.2\` is wanted by \`net-misc/curl-8.11.1\` (\`>=dev-libs/openssl-3:=\`).
        \`dev-libs/openssl-1.1.1w\` is wanted by \`app-misc/old-1\` (\`<dev-libs/openssl-3\`).
        Both would be in slot \`0\`, which holds one version at a time.
      What you can do:
        - Choose another version of \`net-misc/curl\` or \`app-misc/old\`, or leave it out.
        - Or switch off a USE flag that brings one of them in."
    `);
  });

  it('tells who blocks whom', () => {
    expect(
      tell({
        kind: 'blocked',
        blocker: '!!<sys-apps/util-linux-2.40',
        by: 'sys-apps/shadow-4.16',
        blocked: 'sys-apps/util-linux-2.39',
      }),
    ).toMatchInlineSnapshot(`
      "\`sys-apps/shadow\` and \`sys-apps/util-linux\` cannot be installed together
        \`sys-apps/shadow-4.16\` says \`!!<sys-apps/util-linux-2.40\`: it must not be installed together with \`sys-apps/util-linux\`, a version older than 2.40, not even while one replaces the other.
        \`sys-apps/util-linux-2.39\` is wanted too.
      What you can do:
        - Leave one of the two out, or choose a version of \`sys-apps/util-linux\` that the line does not name."
    `);
  });

  it('tells a circle and where it can be opened', () => {
    const soft = false;
    expect(
      tell({
        kind: 'circular',
        cycle: [
          { from: 'staging|a/a-1', to: 'staging|b/b-1', class: 'DEPEND', atom: 'b/b', conditions: ['doc?'], soft },
          { from: 'staging|b/b-1', to: 'staging|a/a-1', class: 'BDEPEND', atom: 'a/a', conditions: [], soft },
        ],
      }),
    ).toMatchInlineSnapshot(`
      "2 packages each need another of them first
        \`a/a-1\` needs \`b/b\` to be compiled, for headers and libraries (DEPEND), because \`doc\` is on.
        \`b/b-1\` needs \`a/a\` as a tool while it is built (BDEPEND).
      What you can do:
        - Change one of these USE flags to open the circle, build, and change it back: \`doc\`."
    `);
  });

  it('says what the build machine lacks', () => {
    expect(
      tell({
        kind: 'not_on_host',
        atom: 'dev-lang/python:3.14',
        masks: [{ kind: 'package.mask', atom: 'dev-lang/python:3.14', file: 'f', line: 3, comment: '' }],
      }),
    ).toMatchInlineSnapshot(`
      "\`dev-lang/python\`, slot 3.14 is needed on the build machine, which does not have it
        Wanted: \`dev-lang/python\`, slot 3.14, as a program that runs while building.
        It cannot be taken from the package trees: it is masked by the line \`dev-lang/python:3.14\` in \`f\`, line 3; no reason is given there.
      What you can do:
        - If the build machine does have it, say so: the host provides \`dev-lang/python\`, slot 3.14."
    `);
  });

  it('tells the same thing once, by the shorter way', () => {
    const failure: PlanFailure = { kind: 'no_such_package', atom: 'a/b', similar: [] };
    const derivations: Derivation[] = [
      { failure, root: 'final', chain },
      { failure, root: 'staging', chain: chain.slice(0, 1) },
    ];
    const stories: readonly Story[] = explainDerivations(derivations);
    expect(stories.map(({ path }) => path.length)).toEqual([1]);
  });

  it('passes warnings on', () => {
    const fix = { edits: [], title: 'Use Python 3.12', cost: '' };
    expect(
      explainWarning({
        code: 'older_slot',
        message: 'Python 2.7 is planned',
        hint: 'Set a target.',
        cpv: 'dev-lang/python-2.7.18',
        fix,
      }),
    ).toEqual({
      title: 'Python 2.7 is planned',
      cause: ['This is about `dev-lang/python-2.7.18`.'],
      path: [],
      next: ['Set a target.', 'Use Python 3.12'],
    });
  });
});

describe('words', () => {
  it.each([
    ['sys-libs/zlib', '`sys-libs/zlib`'],
    [
      '>=sys-libs/zlib-1.3:0/1=[minizip,-static-libs]',
      '`sys-libs/zlib`, version 1.3 or newer, slot 0, sub-slot 1, with `minizip` on and `static-libs` off',
    ],
    ['=dev-lang/python-3.11*', '`dev-lang/python`, a version 3.11 or one that begins so'],
    ['~a/b-1-r2', '`a/b`, version 1 in any revision'],
    ['<a/b-2::x', '`a/b`, a version older than 2, from repository `x`'],
    ['not an atom', '`not an atom`'],
  ])('%s is %s', (atom, text) => {
    expect(describeAtom(atom)).toBe(text);
  });

  it.each([
    ['^^ ( a b )', ['exactly one of `a` and `b` has to be on']],
    ['?? ( a b c )', ['at most one of `a`, `b` and `c` may be on']],
    ['a? ( !b c )', ['when `a` is on, `b` has to be off and `c` has to be on']],
    ['|| ( a ( b !c ) )', ['at least one of these has to hold: `a` on and (`b` on and `c` off)']],
    ['!x? ( || ( a b ) ) y', ['when `x` is off, at least one of `a` and `b` has to be on', '`y` has to be on']],
    ['((', ['`((` has to hold']],
  ])('%s: %j', (text, clauses) => {
    expect(describeRequiredUse(text)).toEqual(clauses);
  });

  it('finds the smallest repairs of REQUIRED_USE', () => {
    const repairs = (rule: string, use: string[]) =>
      requiredUseRepairs(rule, use).map((change) => Object.fromEntries(change));
    expect(repairs('http3? ( quic ) quic? ( ssl )', ['http3', 'ssl'])).toEqual([{ http3: false }, { quic: true }]);
    expect(repairs('^^ ( a b )', ['a', 'b'])).toEqual([{ a: false }, { b: false }]);
    expect(repairs('a b', [])).toEqual([{ a: true, b: true }]);
    expect(repairs('a', ['a'])).toEqual([]);
    expect(repairs('((', [])).toEqual([]);
  });

  it('describes every edit of a design', () => {
    expect(
      [
        { kind: 'package_use', atom: 'net-misc/curl', flags: ['-http3', '-quic'] },
        { kind: 'use', flags: ['-doc'] },
        { kind: 'make_conf', variable: 'PYTHON_TARGETS', value: 'python3_12' },
        { kind: 'accept_keywords', atom: '=a/b-1', keywords: ['~amd64'] },
        { kind: 'accept_license', atom: 'a/b', licenses: ['EULA'] },
        { kind: 'unmask', atom: '=a/b-1' },
        { kind: 'mask', atom: '>=a/b-2' },
        { kind: 'replace_package', from: 'a/b', to: 'a/c' },
        { kind: 'add_repository', name: 'mine', location: '/srv/tree' },
        { kind: 'provide_on_host', atom: 'dev-lang/perl' },
      ].map((edit) => describeEdit(edit as Parameters<typeof describeEdit>[0])),
    ).toMatchInlineSnapshot(`
      [
        "Set the USE flags of \`net-misc/curl\`: \`-http3 -quic\`.",
        "Set USE flags for all packages: \`-doc\`.",
        "Set \`PYTHON_TARGETS="python3_12"\`.",
        "Accept \`~amd64\` for \`=a/b-1\` (versions that are not released as stable).",
        "Accept the licence \`EULA\` for \`a/b\`.",
        "Unmask \`=a/b-1\`.",
        "Rule out \`>=a/b-2\`.",
        "Ask for \`a/c\` instead of \`a/b\`.",
        "Add the package tree \`mine\` from \`/srv/tree\`.",
        "Take \`dev-lang/perl\` from the build machine.",
      ]
    `);
    expect(describeFix({ edits: [{ kind: 'unmask', atom: 'a/b' }], title: '', cost: 'Adds 2 packages.' })).toEqual([
      'Unmask `a/b`.',
      'Adds 2 packages.',
    ]);
  });
});
