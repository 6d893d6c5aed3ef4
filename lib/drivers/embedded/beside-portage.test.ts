import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Design, validateDesign } from '../../design';
import { probeSandbox } from '../../host/sandbox-probe';
import { openDesign } from '../../plan/open-design';
import { planOpened } from '../../plan/plan-design';
import { executeOpened, setUpOpened } from './embedded-engine';

/** A checkout of gentoo/portage, which runs from where it stands. */
const checkout = process.env.PREFIX_STUDIO_EMERGE ?? '';
const sandbox = await probeSandbox();
const missing = !existsSync(join(checkout, 'bin/emerge'))
  ? 'PREFIX_STUDIO_EMERGE names no checkout of gentoo/portage'
  : sandbox.kind === 'unusable'
    ? sandbox.reason
    : null;

let home: string;
const eprefix = '/opt/demo';
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
};
const ebuild = (cpv: string, metadata: string, body: string): void => {
  const [category = '', pf = ''] = cpv.split('/');
  const pn = pf.replace(/-\d.*$/, '');
  const head = `DESCRIPTION="${pn}"\nHOMEPAGE="https://example.org"\nLICENSE="MIT"\nKEYWORDS="amd64"\nS="\${WORKDIR}"\n`;
  write(`overlay/${category}/${pn}/${pf}.ebuild`, `EAPI=8\n${head}${metadata}\n${body}\n`);
};
const installs = (name: string): string => `src_install() { insinto /usr/share; newins - ${name} <<< ${name}; }`;

function designOf(packages: readonly string[]): Design {
  const repositories = [{ name: 'own', location: join(home, 'overlay') }];
  const checked = validateDesign({ name: 'demo', board: 'amd64-usr', path: eprefix, packages, repositories });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.design;
}

/** Builds a design into both roots; answers them. */
async function build(design: Design): Promise<{ readonly staging: string; readonly final: string }> {
  const opened = await openDesign(design, { home });
  const result = planOpened(opened);
  if (result.kind !== 'planned') throw new Error(JSON.stringify(result.derivations));
  await setUpOpened(opened, { home });
  const said: string[] = [];
  const outcome = await executeOpened(opened, result.plan, {
    home,
    emit: (event) => void said.push(JSON.stringify(event)),
  });
  expect(outcome, said.slice(-20).join('\n')).toEqual({ kind: 'succeeded' });
  return { staging: opened.names.stagingRoot, final: opened.names.finalRoot };
}

/** The configuration of a build host, on which Portage runs. */
function writeHost(): string {
  const host = join(home, 'host');
  for (const path of ['etc/portage', 'var/db/pkg', 'var/lib/portage', 'var/cache/edb', 'var/tmp', 'tmp'])
    mkdirSync(join(host, path), { recursive: true });
  cpSync(
    join(home, 'build/prefix-amd64-usr/demo/root', eprefix, 'etc/portage/repos.conf'),
    join(host, 'etc/portage/repos.conf'),
    {
      recursive: true,
    },
  );
  symlinkSync(join(process.cwd(), 'overlays/starter/profiles/amd64-usr'), join(host, 'etc/portage/make.profile'));
  copyFileSync(join(checkout, 'cnf/sets/portage.conf'), join(host, 'etc/portage/sets.conf'));
  return host;
}

/** Portage cannot box its builds in a box. */
const unboxed = ['sandbox', 'usersandbox', 'userpriv', 'ipc-sandbox', 'network-sandbox', 'pid-sandbox', 'mount-sandbox']
  .map((name) => `-${name}`)
  .join(' ');

/** World files of a root; '' for one that is not there. */
const worldOf = (root: string): readonly string[] =>
  ['world', 'world_sets'].map((name) => {
    const path = join(root, eprefix, 'var/lib/portage', name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  });

/** What a real Portage says of a copy of a root. */
function portage(
  root: string,
  program: 'emerge' | 'emaint',
  ...args: readonly string[]
): { status: number | null; output: string } {
  const copy = mkdtempSync(join(home, 'copy-'));
  cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
  return portageOn(copy, program, ...args);
}

/** The same on the root itself. */
function portageOn(
  copy: string,
  program: 'emerge' | 'emaint',
  ...args: readonly string[]
): { status: number | null; output: string } {
  copyFileSync(join(checkout, 'cnf/sets/portage.conf'), join(copy, eprefix, 'etc/portage/sets.conf'));
  for (const path of ['var/cache/edb', 'var/tmp', 'tmp']) mkdirSync(join(copy, eprefix, path), { recursive: true });
  const host = existsSync(join(home, 'host')) ? join(home, 'host') : writeHost();
  const { status, stdout, stderr } = spawnSync('python3', ['-b', join(checkout, 'bin', program), ...args], {
    encoding: 'utf8',
    env: {
      NODE_ENV: 'test',
      PATH: process.env.PATH,
      HOME: home,
      NOCOLOR: 'true',
      EPREFIX: eprefix,
      ROOT: copy,
      SYSROOT: copy,
      PORTAGE_CONFIGROOT: copy + eprefix,
      PORTAGE_OVERRIDE_EPREFIX: host,
      PORTAGE_TMPDIR: join(copy, eprefix, 'var/tmp'),
      CBUILD: 'x86_64-pc-linux-gnu',
      FEATURES: unboxed,
    },
  });
  return { status, output: stdout + stderr };
}

/** The sums at the end of `--depclean`. */
const sums = (output: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...output.matchAll(/^(Packages installed|Packages in world|Number to remove): +(\d+)$/gm)].map(
      ([, name, number]) => [name, Number(number)],
    ),
  );

describe.skipIf(missing !== null)(
  `a built prefix beside a real Portage${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    beforeAll(() => {
      home = mkdtempSync(join(tmpdir(), 'beside-portage-'));
      write('overlay/profiles/repo_name', 'own\n');
      write('overlay/profiles/categories', 'app-own\n');
      write('overlay/metadata/layout.conf', 'masters = starter\nthin-manifests = true\n');
      write(
        'overlay/sets.conf',
        `[own sets]\nclass = portage.sets.files.StaticFileSet\nmultiset = true\ndirectory = \${repository:own}/sets\nworld-candidate = true\n`,
      );
      write('overlay/sets/pair', 'app-own/listed\n');
      ebuild('app-own/library-1', 'SLOT="0/1"', installs('library'));
      ebuild(
        'app-own/tool-1',
        'SLOT="0"\nBDEPEND=""\nDEPEND="app-own/maker"\nRDEPEND="app-own/library:="',
        installs('tool'),
      );
      ebuild('app-own/maker-1', 'SLOT="0"', installs('maker'));
      ebuild('app-own/listed-1', 'SLOT="0"', installs('listed'));
      ebuild('app-own/slotted-1', 'SLOT="1"', installs('slotted-1'));
      ebuild('app-own/slotted-2', 'SLOT="2"', installs('slotted-2'));
      ebuild('app-own/dropped-1', 'SLOT="0"\nRDEPEND="app-own/below"', installs('dropped'));
      ebuild('app-own/below-1', 'SLOT="0"', installs('below'));
    });
    afterAll(() => rmSync(home, { recursive: true, force: true }));

    it('has the world that emerge writes when it builds the same', { timeout: 1_800_000 }, async () => {
      const asked = ['>=app-own/library-1', '=app-own/slotted-1', 'app-own/slotted:2', '@pair'];
      const { final, staging } = await build(designOf(asked));
      const root = mkdtempSync(join(home, 'real-'));
      cpSync(join(staging, eprefix, 'etc'), join(root, eprefix, 'etc'), { recursive: true, verbatimSymlinks: true });
      // its binary packages are none of the prefix's
      const conf = join(root, eprefix, 'etc/portage/make.conf');
      writeFileSync(conf, readFileSync(conf, 'utf8').replace(/^PKGDIR=.*$/m, `PKGDIR="${root}/packages"`));
      const made = portageOn(root, 'emerge', '--quiet', ...asked);
      expect(made.status, made.output).toBe(0);
      expect(worldOf(final)).toEqual(worldOf(root));
      expect(worldOf(root)).toEqual(['app-own/library\napp-own/slotted:1\napp-own/slotted:2\n', '@pair\n']);
    });

    it('has nothing that emerge would clean or update, also after a package was dropped', async () => {
      const asked = ['>=app-own/tool-1', 'app-own/slotted:1', '@pair'];
      await build(designOf([...asked, 'app-own/dropped']));
      const roots = await build(designOf(asked));
      for (const [place, installed, world] of [
        ['staging', 7, 4],
        ['final', 5, 3],
      ] as const) {
        const root = roots[place];
        const cleaned = portage(root, 'emerge', '-p', '--depclean');
        expect(cleaned.status, cleaned.output).toBe(0);
        expect(cleaned.output).toContain('No packages selected for removal by depclean');
        expect(sums(cleaned.output)).toEqual({
          'Packages installed': installed,
          'Packages in world': world,
          'Number to remove': 0,
        });
        const updated = portage(root, 'emerge', '-pvuDN', '@world');
        expect(updated.status, updated.output).toBe(0);
        expect(updated.output).toContain('Total: 0 packages');
        const checked = portage(root, 'emaint', '--check', 'world');
        expect(checked.output).not.toMatch(/is not (?:a valid atom|installed)|no ebuilds available/i);
      }
    });
  },
);
