import { describe, expect, it } from 'vitest';
import { loadPlayground, type Playground } from '../repo';
import { depclean } from './depclean';
import { deriveFailures } from './derive';
import { searchFixes } from './fixes';
import { defaultOptions, type ResolveOptions } from './options';
import { Package } from './package';
import { type Resolution, resolve } from './resolver';

function plan(playground: Playground, requests: readonly string[], options: Partial<ResolveOptions> = {}): Resolution {
  const { root } = loadPlayground(playground);
  return resolve({ running: root, target: null, targetSysroot: 'target' }, requests, { ...defaultOptions, ...options });
}

const tasks = ({ run }: Resolution): string[] =>
  (run.serialized ?? []).map((task) =>
    task instanceof Package ? `${task.operation === 'uninstall' ? '-' : ''}${task.cpv}` : task.atom.text,
  );

const failures = (resolution: Resolution) => deriveFailures(resolution, () => 'staging');

/** The same system written down in the opposite order. */
const reversed = (playground: Playground): Playground => ({
  ...playground,
  ebuilds: Object.fromEntries(Object.entries(playground.ebuilds ?? {}).reverse()),
  installed: Object.fromEntries(Object.entries(playground.installed ?? {}).reverse()),
});

const library: Playground = {
  ebuilds: {
    'app-misc/tool-2': { EAPI: '8', RDEPEND: 'dev-libs/one:= || ( dev-libs/two dev-libs/three )', IUSE: 'extra' },
    'app-misc/tool-1': { EAPI: '8' },
    'dev-libs/one-1.10': { EAPI: '8', SLOT: '0/2', DEPEND: 'dev-libs/base' },
    'dev-libs/one-1.9': { EAPI: '8', SLOT: '0/1' },
    'dev-libs/two-1': { EAPI: '8', KEYWORDS: '~x86' },
    'dev-libs/three-1': { EAPI: '8', PDEPEND: 'app-misc/late' },
    'dev-libs/base-1': { EAPI: '8' },
    'app-misc/late-1': { EAPI: '8' },
    'app-misc/user-1': { EAPI: '8', RDEPEND: 'dev-libs/one:=' },
  },
};

describe('choosing packages', () => {
  it('takes the newest visible versions and the first alternative that can be had', () => {
    const resolution = plan(library, ['app-misc/tool']);
    expect(resolution.success).toBe(true);
    expect(new Set(tasks(resolution))).toEqual(
      new Set(['app-misc/tool-2', 'dev-libs/one-1.10', 'dev-libs/base-1', 'dev-libs/three-1', 'app-misc/late-1']),
    );
  });

  it('merges what is needed before what needs it', () => {
    const order = tasks(plan(library, ['app-misc/tool']));
    expect(order.indexOf('dev-libs/base-1')).toBeLessThan(order.indexOf('dev-libs/one-1.10'));
    expect(order.indexOf('dev-libs/one-1.10')).toBeLessThan(order.indexOf('app-misc/tool-2'));
  });

  it('gives the same plan again, and when the ebuilds are found in another order', () => {
    const first = tasks(plan(library, ['app-misc/tool', 'app-misc/user']));
    expect(tasks(plan(library, ['app-misc/tool', 'app-misc/user']))).toEqual(first);
    expect(tasks(plan(reversed(library), ['app-misc/tool', 'app-misc/user']))).toEqual(first);
  });

  it('prefers an alternative that is installed', () => {
    const system: Playground = { ...library, installed: { 'dev-libs/two-1': { EAPI: '8', KEYWORDS: '~x86' } } };
    expect(tasks(plan(system, ['app-misc/tool']))).not.toContain('dev-libs/three-1');
  });

  it('builds a package again when the sub-slot that it was built against goes away', () => {
    const system: Playground = {
      ...library,
      installed: {
        'dev-libs/one-1.9': { EAPI: '8', SLOT: '0/1' },
        'app-misc/user-1': { EAPI: '8', RDEPEND: 'dev-libs/one:0/1=' },
      },
      world: ['app-misc/user'],
    };
    expect(tasks(plan(system, ['@world'], { update: true, deep: true }))).toEqual([
      'dev-libs/base-1',
      'dev-libs/one-1.10',
      'app-misc/user-1',
    ]);
  });

  it('starts again with an older version when the newest leads nowhere', () => {
    const system: Playground = {
      ebuilds: {
        'app-misc/top-1': { EAPI: '8', RDEPEND: 'dev-libs/mid' },
        'dev-libs/mid-2': { EAPI: '8', RDEPEND: 'dev-libs/nowhere' },
        'dev-libs/mid-1': { EAPI: '8' },
      },
    };
    const resolution = plan(system, ['app-misc/top']);
    expect(tasks(resolution)).toEqual(['dev-libs/mid-1', 'app-misc/top-1']);
    expect(resolution.attempts).toBeGreaterThan(0);
  });

  it('removes an installed package that a new one forbids', () => {
    const system: Playground = {
      ebuilds: { 'app-misc/new-1': { EAPI: '8', RDEPEND: '!app-misc/old' } },
      installed: { 'app-misc/old-1': { EAPI: '8' } },
    };
    expect(tasks(plan(system, ['app-misc/new']))).toEqual(
      expect.arrayContaining(['app-misc/new-1', '-app-misc/old-1']),
    );
  });
});

describe('telling why not', () => {
  it('names a package that does not exist and who wants it', () => {
    const [first] = failures(
      plan({ ebuilds: { 'app-misc/a-1': { EAPI: '8', IUSE: '+x', RDEPEND: 'x? ( dev-libs/none )' } } }, ['app-misc/a']),
    );
    expect(first?.failure).toMatchObject({ kind: 'no_such_package', atom: 'dev-libs/none' });
    expect(first?.chain).toEqual([
      { parent: 'app-misc/a-1', root: 'staging', atom: 'dev-libs/none', class: 'RDEPEND', conditions: ['x?'] },
    ]);
  });

  it('names the violated part of REQUIRED_USE', () => {
    const [first] = failures(
      plan({ ebuilds: { 'app-misc/a-1': { EAPI: '8', IUSE: 'x y', REQUIRED_USE: '^^ ( x y )' } } }, ['app-misc/a']),
    );
    expect(first?.failure).toMatchObject({ kind: 'required_use', cpv: 'app-misc/a-1', violated: '^^ ( x y )' });
  });

  it('shows both sides of a slot conflict', () => {
    const system: Playground = {
      ebuilds: {
        'app-misc/a-1': { EAPI: '8', RDEPEND: '=dev-libs/l-1' },
        'app-misc/b-1': { EAPI: '8', RDEPEND: '=dev-libs/l-2' },
        'dev-libs/l-1': { EAPI: '8' },
        'dev-libs/l-2': { EAPI: '8' },
      },
    };
    const conflict = failures(plan(system, ['app-misc/a', 'app-misc/b'])).find(
      ({ failure }) => failure.kind === 'slot_conflict',
    );
    expect(conflict?.failure).toMatchObject({ slot: 'dev-libs/l:0' });
  });
});

describe('fixes', () => {
  function fixesFor(playground: Playground, request: string) {
    const { root } = loadPlayground(playground);
    const resolution = resolve({ running: root, target: root, targetSysroot: 'target' }, [request], defaultOptions);
    const problem = { host: root, target: root, atoms: [request], requests: [request] };
    return searchFixes(problem, failures(resolution)).fixes;
  }

  it('switches off a flag together with the one that REQUIRED_USE ties to it', () => {
    const [first] = fixesFor(
      {
        ebuilds: {
          'net-misc/client-1': {
            EAPI: '8',
            IUSE: '+http3 +quic',
            REQUIRED_USE: 'quic? ( http3 ) http3? ( quic )',
            RDEPEND: 'http3? ( net-libs/gone )',
          },
        },
      },
      'net-misc/client',
    );
    expect(first?.edits).toEqual([{ kind: 'package_use', atom: 'net-misc/client', flags: ['-http3', '-quic'] }]);
  });

  it('accepts a keyword where nothing else would help', () => {
    const [first] = fixesFor({ ebuilds: { 'app-misc/fresh-1': { EAPI: '0', KEYWORDS: '~x86' } } }, 'app-misc/fresh');
    expect(first?.edits).toEqual([{ kind: 'accept_keywords', atom: '=app-misc/fresh-1', keywords: ['~x86'] }]);
  });

  it('offers nothing when nothing helps', () => {
    expect(fixesFor({ ebuilds: { 'app-misc/a-1': { EAPI: '8', RDEPEND: 'dev-libs/none' } } }, 'app-misc/a')).toEqual(
      [],
    );
  });
});

describe('being as lenient and as strict as Portage', () => {
  it('rejects defaults in IUSE where the EAPI has none', () => {
    expect(plan({ ebuilds: { 'app-misc/a-1': { EAPI: '0', IUSE: '+foo' } } }, ['app-misc/a']).success).toBe(false);
    expect(plan({ ebuilds: { 'app-misc/a-1': { EAPI: '1', IUSE: '+foo' } } }, ['app-misc/a']).success).toBe(true);
  });

  it('goes on with a flag proposed for one parent when another wants it the other way and no attempt is left', () => {
    const playground: Playground = {
      ebuilds: {
        'sci-libs/K-1': { EAPI: '1', IUSE: '+foo' },
        'sci-libs/L-1': { EAPI: '2', DEPEND: 'sci-libs/K[-foo]' },
        'sci-libs/M-1': { EAPI: '2', DEPEND: 'sci-libs/K[foo=]', IUSE: '+foo' },
      },
    };
    const resolution = plan(playground, ['sci-libs/L', 'sci-libs/M'], { backtrack: 0 });
    expect(resolution.success).toBe(false);
    expect(tasks(resolution)).toEqual(['sci-libs/K-1', 'sci-libs/L-1', 'sci-libs/M-1']);
  });

  it('keeps the rebuild of what was bound to a slot when the change that asked for it is taken back', () => {
    const keyworded = { EAPI: '8', KEYWORDS: '~x86' };
    const playground: Playground = {
      ebuilds: {
        'app-misc/user-1': { EAPI: '8', RDEPEND: 'dev-libs/ssl:=' },
        'app-misc/stuck-1': { ...keyworded, RDEPEND: 'dev-libs/ssl:0=' },
        'dev-libs/ssl-1': { EAPI: '8', SLOT: '0/1' },
        'dev-libs/ssl-3': { ...keyworded, SLOT: '0/3' },
      },
      installed: {
        'app-misc/user-1': { EAPI: '8', RDEPEND: 'dev-libs/ssl:0/3=' },
        'app-misc/stuck-1': { ...keyworded, RDEPEND: 'dev-libs/ssl:0/3=' },
        'dev-libs/ssl-3': { ...keyworded, SLOT: '0/3' },
      },
      world: ['app-misc/user', 'app-misc/stuck'],
    };
    expect(tasks(plan(playground, ['@world'], { update: true, deep: true }))).toEqual(['app-misc/user-1']);
  });
});

describe('removing what nothing needs', () => {
  it('keeps the world and what it needs, and takes users away before what they use', () => {
    const { root } = loadPlayground({
      ebuilds: {},
      installed: {
        'app-misc/kept-1': { EAPI: '8', RDEPEND: 'dev-libs/shared' },
        'dev-libs/shared-1': { EAPI: '8' },
        'app-misc/gone-1': { EAPI: '8', RDEPEND: 'dev-libs/own dev-libs/shared' },
        'dev-libs/own-1': { EAPI: '8' },
      },
      world: ['app-misc/kept'],
    });
    const answer = depclean(root, [], defaultOptions);
    expect(answer.remove.map(({ cpv }) => cpv)).toEqual(['app-misc/gone-1', 'dev-libs/own-1']);
  });
});
