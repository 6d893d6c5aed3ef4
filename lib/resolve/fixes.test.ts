import { describe, expect, it } from 'vitest';
import { loadPlayground, type Playground } from '../repo';
import { deriveFailures } from './derive';
import { explainNoFix } from './explain-no-fix';
import { costOf, titlesOf } from './fix-words';
import { type FixAnswer, searchFixes } from './fixes';
import { defaultOptions } from './options';
import type { DesignEdit } from './plan';
import { resolve } from './resolver';

/** Searches on a target with these ebuilds, and a host without any. */
function search(playground: Playground, request: string, undone?: (edit: DesignEdit) => readonly string[]): FixAnswer {
  const { root } = loadPlayground(playground);
  const host = loadPlayground({ ebuilds: {} }).root;
  const resolution = resolve({ running: host, target: root, targetSysroot: 'target' }, [request], defaultOptions);
  const derivations = deriveFailures(resolution, (pkg) =>
    pkg.root === resolution.run.frozen.running ? 'host' : 'staging',
  );
  return searchFixes({ host, target: root, atoms: [request], requests: [request], undone }, derivations);
}

const editsOf = ({ fixes }: FixAnswer): (readonly DesignEdit[])[] => fixes.map(({ edits }) => edits);

describe('the words of the owner', () => {
  const playground: Playground = {
    ebuilds: {
      'app-admin/tool-1': { EAPI: '8', IUSE: '+gui', RDEPEND: 'gui? ( x11-libs/kit[fast] )' },
      'x11-libs/kit-1': { EAPI: '8', IUSE: 'fast' },
    },
  };
  const without = (own: readonly string[]) =>
    search(playground, 'app-admin/tool', (edit) =>
      edit.kind === 'package_use' ? edit.flags.filter((flag) => own.includes(flag)) : [],
    );

  it('are kept while another fix exists', () => {
    expect(editsOf(without([])).flat().length).toBe(2);
    expect(editsOf(without(['fast']))).toEqual([[{ kind: 'package_use', atom: 'app-admin/tool', flags: ['-gui'] }]]);
    expect(editsOf(without(['-gui']))).toEqual([[{ kind: 'package_use', atom: 'x11-libs/kit', flags: ['fast'] }]]);
  });

  it('are named first where none does', () => {
    const { fixes } = without(['fast', '-gui']);
    expect(fixes.length).toBeGreaterThan(0);
    for (const { cost } of fixes) expect(cost).toMatch(/^It undoes what you wrote: (fast|-gui)\./);
  });
});

describe('a package that was moved', () => {
  const answer = search(
    {
      ebuilds: { 'app-new/tool-1': { EAPI: '8', SLOT: '2' } },
      extra_files: {
        'var/repositories/test_repo/profiles/updates/1Q-2020':
          'move app-old/tool app-mid/tool\nslotmove app-mid/tool 1 2\n',
        'var/repositories/test_repo/profiles/updates/2Q-2021': 'move app-mid/tool app-new/tool\n',
      },
    },
    '>=app-old/tool-1:1',
  );

  it('is asked for under its present name and slot', () => {
    expect(editsOf(answer)).toEqual([
      [
        { kind: 'move', line: 'move app-old/tool app-mid/tool' },
        { kind: 'move', line: 'slotmove app-mid/tool 1 2' },
        { kind: 'move', line: 'move app-mid/tool app-new/tool' },
      ],
    ]);
  });
});

describe('a search for fixes', () => {
  it('leaves to the target system what is only needed to run', () => {
    const answer = search({ ebuilds: { 'app-admin/tool-1': { EAPI: '8', RDEPEND: 'virtual/mta' } } }, 'app-admin/tool');
    expect(editsOf(answer)).toEqual([[{ kind: 'provide_on_target', atom: '=virtual/mta-9999' }]]);
    expect(answer.fixes[0]?.title).toBe('Take mta from the target system');
  });

  it('lends no library, because programs look for it in their own prefix', () => {
    const answer = search(
      { ebuilds: { 'app-admin/tool-1': { EAPI: '8', DEPEND: 'dev-libs/gone', RDEPEND: 'dev-libs/gone' } } },
      'app-admin/tool',
    );
    expect(answer.fixes).toEqual([]);
    expect(answer.noFix.map(({ kind }) => kind)).toEqual(['nowhere', 'always_needed']);
    expect(explainNoFix(answer.noFix)).toEqual([
      'No repository here has `dev-libs/gone`: it is not in `test_repo`.',
      '`app-admin/tool-1` needs `dev-libs/gone` to be compiled, for headers and libraries (DEPEND) whatever its USE flags.',
    ]);
  });

  it('does not lend what a virtual stands for when it is built against', () => {
    const answer = search(
      {
        ebuilds: {
          'app-admin/tool-1': { EAPI: '8', DEPEND: 'virtual/device-access' },
          'virtual/device-access-1': { EAPI: '8', RDEPEND: 'sys-apps/gone' },
        },
      },
      'app-admin/tool',
    );
    expect(answer.fixes).toEqual([]);
  });

  it('asks without a flag that does not exist instead of switching it on', () => {
    const ebuilds = { 'app-admin/tool-1': { EAPI: '8', IUSE: 'ssl' } };
    const [fix] = search({ ebuilds }, 'app-admin/tool[nosuch,ssl]').fixes;
    expect(fix).toMatchObject({
      title: 'Take tool without nosuch + 1 more',
      edits: [
        { kind: 'replace_package', from: 'app-admin/tool[nosuch,ssl]', to: 'app-admin/tool[ssl]' },
        { kind: 'package_use', atom: 'app-admin/tool', flags: ['ssl'] },
      ],
    });
  });

  it('says that a flag does not exist where a package asks for it', () => {
    const ebuilds = {
      'app-admin/other-1': { EAPI: '8', DEPEND: 'app-admin/tool[nosuch]' },
      'app-admin/tool-1': { EAPI: '8', IUSE: 'ssl' },
    };
    expect(explainNoFix(search({ ebuilds }, 'app-admin/other').noFix)).toContain(
      'No version that may be used has the USE flag `nosuch`; `app-admin/tool-1` does not.',
    );
  });

  it('takes a slot that there is, and a release before a live ebuild', () => {
    const ebuilds = {
      'dev-lang/snake-3.9999': { EAPI: '8', SLOT: '3.9' },
      'dev-lang/snake-3.8': { EAPI: '8', SLOT: '3.8' },
    };
    const first = (request: string) => editsOf(search({ ebuilds }, request))[0];
    expect(first('dev-lang/snake:2')).toMatchObject([{ kind: 'replace_package', to: 'dev-lang/snake:3.8' }]);
    expect(first('=dev-lang/snake-2')).toMatchObject([{ kind: 'replace_package', to: '=dev-lang/snake-3.8' }]);
  });

  it('lifts what is least in the way: keywords of a release before those of a live ebuild', () => {
    const ebuilds = {
      'app-admin/tool-9999': { EAPI: '8', KEYWORDS: '' },
      'app-admin/tool-2': { EAPI: '8', KEYWORDS: '~x86' },
    };
    expect(editsOf(search({ ebuilds }, 'app-admin/tool'))[0]).toMatchObject([
      { kind: 'accept_keywords', atom: '=app-admin/tool-2' },
    ]);
  });

  it('tells how far a search got when one failure hides another', () => {
    const answer = search(
      {
        ebuilds: {
          'app-admin/tool-1': { EAPI: '8', IUSE: '+one', RDEPEND: 'one? ( dev-libs/one ) dev-libs/two' },
        },
      },
      'app-admin/tool',
    );
    expect(answer.fixes).toEqual([]);
    expect(explainNoFix(answer.noFix).at(-1)).toBe('No repository here has `dev-libs/two`: it is not in `test_repo`.');
  });
});

describe('the words of fixes', () => {
  const flags = (atom: string, ...words: string[]): DesignEdit => ({ kind: 'package_use', atom, flags: words });

  it('name what is built without what, in the space of a button', () => {
    const python: DesignEdit[] = ['PYTHON_TARGETS', 'PYTHON_SINGLE_TARGET'].map((variable) => ({
      kind: 'make_conf',
      variable,
      value: 'python3_12',
    }));
    const titles = titlesOf([
      [flags('net-misc/curl', '-http3', '-quic')],
      python,
      [...python, flags('dev-python/charset-normalizer', '-native-extensions')],
      [flags('sys-apps/systemd-utils', 'python_single_target_python3_11')],
    ]);
    expect(titles).toEqual([
      'Build curl without http3 and quic',
      'Use Python 3.12',
      'Use Python 3.12 + 1 more',
      'Build systemd-utils for Python 3.11',
    ]);
    expect(titles.every((title) => title.length <= 45)).toBe(true);
  });

  it('never give two fixes the same title', () => {
    const long = 'app-misc/a-name-that-is-longer-than-any-button-has-room-for-really';
    const titles = titlesOf([[flags(long, 'a')], [flags(long, 'b')], [flags(long, 'c')]]);
    expect(new Set(titles).size).toBe(3);
    expect(titles.every((title) => title.length <= 45)).toBe(true);
  });

  it('say what is lost and compare with the first suggestion', () => {
    expect(costOf([flags('net-misc/curl', '-http3', '-quic')], 11, null)).toBe(
      '`net-misc/curl` loses http3 and quic. Builds 11 packages.',
    );
    expect(costOf([{ kind: 'provide_on_target', atom: '=virtual/mta-9999' }], 9, 11)).toBe(
      '`virtual/mta` is not in the image: the system it runs on must have it. Builds 9 packages, 2 fewer than the first suggestion.',
    );
  });
});
