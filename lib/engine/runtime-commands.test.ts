import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import { PhaseRunner } from './__fixtures__/phase-runner';
import type { PhaseRequest } from './phase-contract';

const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';
const runtime = join(import.meta.dirname, 'runtime');

describe('the table of EAPIs', () => {
  it('has no switch that nobody reads', () => {
    const table = readFileSync(join(runtime, 'lib/eapi.bash'), 'utf8');
    const switches = [
      ...new Set([...table.matchAll(/^\s*(__(?:CAN|EAPI)_[A-Z0-9_]+)=/gm)].map(([, name = '']) => name)),
    ];
    const files = execFileSync('grep', ['-rhoE', '__(CAN|EAPI)_[A-Z0-9_]+', runtime], { encoding: 'utf8' }).split('\n');
    const uses = (name: string): number => files.filter((each) => each === name).length;
    // more than its own line
    expect(switches.filter((name) => uses(name) < 2)).toEqual([]);
    const read = execFileSync(
      'grep',
      ['-rlE', '\\$?\\{?__(CAN|EAPI)_', join(runtime, 'helpers'), join(runtime, 'lib')],
      {
        encoding: 'utf8',
      },
    );
    expect(read).toContain('helpers/dosym');
  });
});

describe.skipIf(sandbox.kind === 'unusable')(`commands of the runtime${skipped}`, () => {
  let runner: PhaseRunner;
  beforeAll(() => {
    runner = new PhaseRunner();
  });
  afterAll(() => runner.remove());

  const compile = async (name: string, text: string, eapi: string, change: Partial<PhaseRequest> = {}) => {
    runner.ebuild(`app-test/${name}-1`, `src_compile() {\n${text}\n}\n`, eapi);
    return runner.run(`app-test/${name}-1`, ['compile'], { eapi, ...change });
  };
  const isThere = 'for f in edo ver_replacing pipestatus ver_test; do type -t "$f" > /dev/null && echo "has $f"; done';

  it.each([
    ['6', []],
    ['7', ['ver_test']],
    ['8', ['ver_test']],
  ])('of a later EAPI are not in EAPI %s', async (eapi, expected) => {
    const { result, output } = await compile(`later${eapi}`, isThere, eapi);
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect([...output.matchAll(/^has (\S+)/gm)].map(([, name]) => name)).toEqual(expected);
  });

  it.each([
    ['8', 'usev', 'IUSE="x"; USE=; echo "<$(usev !amd64 no)$(usev amd64 yes)>"', '<yes>'],
    ['7', 'usev7', 'echo "<$(usev amd64 yes)>"', '<amd64>'],
    ['6', 'portdir', `echo "<\${PORTDIR} \${ECLASSDIR##*/}>"`, '</var/db/repos/test 0>'],
    ['7', 'noportdir', `echo "<\${PORTDIR-none}>"`, '<none>'],
    ['7', 'unset', `echo "<\${DISPLAY-none}\${KEPT}>"`, '<none1>'],
    ['6', 'notunset', `echo "<\${DISPLAY-none}>"`, '<:0>'],
  ])('of EAPI %s: %s', async (eapi, name, text, expected) => {
    const variables = { DISPLAY: ':0', KEPT: '1', ENV_UNSET: 'DISPLAY HOMELESS' };
    const { output } = await compile(name, text, eapi, { variables, iuseImplicit: ['amd64'] });
    expect(output).toContain(expected);
  });

  it('tell what is: FEATURES, and the variables of Portage that ebuilds read', async () => {
    const text = `for name in FEATURES PORTAGE_ACTUAL_DISTDIR PORTAGE_BUILDDIR PORTAGE_CONFIGROOT PORTAGE_COMPRESS \\
  EMERGE_FROM CCACHE_DISABLE EBUILD_PHASE_FUNC; do echo "\${name}=\${!name}"; done
printf 'all:\\n\\t@echo "made with $(WITH)"\\n' > Makefile; emake`;
    const { output } = await compile('variables', text, '8', {
      features: ['test', 'splitdebug', 'nostrip'],
      variables: { EXTRA_EMAKE: 'WITH=extra', FEATURES: 'lies' },
    });
    expect(output).toContain(
      `FEATURES=ipc-sandbox mount-sandbox network-sandbox nostrip pid-sandbox test userpriv
PORTAGE_ACTUAL_DISTDIR=/var/cache/distfiles
PORTAGE_BUILDDIR=/var/tmp/portage/app-test/variables-1
PORTAGE_CONFIGROOT=/opt/demo
PORTAGE_COMPRESS=bzip2
EMERGE_FROM=ebuild
CCACHE_DISABLE=1
EBUILD_PHASE_FUNC=src_compile
`,
    );
    expect(output).toContain('made with extra');
    const shown = `printf 'all:\\n\\t@echo "$(MAKEFLAGS)"\\n' > Makefile; MAKEOPTS="-k" emake`;
    expect((await compile('makeopts', shown, '8')).output).toMatch(/^k/m);
  });

  it.each(['has_version', 'best_version'])(
    '%s: refuse a repository, which no EAPI lets an ebuild name',
    async (command) => {
      const { result, output } = await compile(`asks-${command}`, `${command} app-test/one::gentoo; echo went on`, '8');
      expect(result).toMatchObject({ kind: 'failed', message: expect.stringContaining('names a repository') });
      expect(output).not.toContain('went on');
    },
  );

  it('find themselves under the name localhost', async () => {
    const text = `python3 -c 'import socket
server = socket.create_server(("localhost", 0))
socket.create_connection(("localhost", server.getsockname()[1]), 5)
print("reached localhost")' || die`;
    expect((await compile('localhost', text, '8')).output).toContain('reached localhost');
  });

  it('run what an eclass registered when a phase ends', async () => {
    const text = `said_well() { echo "well"; }; said_badly() { echo "badly: $*"; }
register_success_hook said_well said_well; EBUILD_DEATH_HOOKS+=" said_badly"; die "oh no"`;
    const { output, result } = await compile('hooks', text, '8');
    expect(output).toContain('badly: oh no\n');
    expect(output).not.toContain('well\n');
    expect(result).toMatchObject({ message: 'oh no' });
    const good = 'said_well() { echo "well"; }; register_success_hook said_well said_well';
    expect((await compile('hooks2', good, '8')).output.match(/well/g)).toEqual(['well']);
  });

  it('configure runs by its own interpreter, in bash where it asks for a plain shell', async () => {
    const show = `printf "%s\\n" "shell \${BASH_VERSION:+bash} " "$@"; if [ "$1" = --help ]; then echo --with-sysroot; fi`;
    const text = `mkdir -p deep own || die
printf '#! /bin/sh\\n%s\\n' '${show}' > configure; printf '#!/usr/bin/env python3\\nprint("in python")\\n' > own/configure
echo old > deep/config.sub; echo old > deep/config.guess; chmod +x configure own/configure
CONFIG_SHELL= econf --mine || die
ECONF_SOURCE=own econf || die
head -c 2 deep/config.sub`;
    const { output, result } = await compile('econf', text, '8');
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect(output).toContain('shell bash \n--prefix=/opt/demo/usr\n');
    expect(output).toContain('--with-sysroot=/opt/demo\n--mine\n');
    expect(output).toContain('in python');
    expect(output.trimEnd().endsWith(existsSync('/usr/share/misc/config.sub') ? '#!' : 'ol')).toBe(true);
  });

  describe('docompress', () => {
    const install = `src_install() {
	dodoc -r "\${FILESDIR}"/doc/. || die
	docinto html; dodoc "\${FILESDIR}"/doc/page
	doman "\${FILESDIR}"/tool.1
	dosym tool.1 /usr/share/man/man1/link.1
	dosym link.1 /usr/share/man/man1/chain.1
	insinto /usr/share/other; doins "\${FILESDIR}"/doc/page "\${FILESDIR}"/tool.1
	docompress /usr/share/other/page
	docompress -x /usr/share/doc/\${PF}/sub
}
`;
    const files = (root: string, folder = ''): string[] =>
      readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return files(root, path);
        return [entry.isSymbolicLink() ? `${path} -> ${readlinkSync(join(root, path))}` : path];
      });
    beforeAll(() => {
      runner.ebuild('app-test/docs-1', install);
      // packed still longer than what is left as it is
      const numbers = Array.from({ length: 400 }, (_, index) => index * 7919).join(' ');
      const text = 'long enough to be worth it '.repeat(40);
      for (const name of ['page', 'both', 'both.gz', 'pic.png', 'sub/kept', 'empty']) {
        runner.write(`repository/app-test/docs/files/doc/${name}`, name === 'empty' ? '' : text);
      }
      runner.write('repository/app-test/docs/files/tool.1', text);
      execFileSync('gzip', ['-n', runner.write('repository/app-test/docs/files/doc/packed', numbers)]);
    });
    const run = async (variables: Readonly<Record<string, string>>) => {
      const { buildDir, result, output } = await runner.run('app-test/docs-1', ['install'], { variables });
      expect(result, output).toMatchObject({ kind: 'ok' });
      const found = files(join(buildDir, 'image/opt/demo/usr/share')).sort();
      execFileSync('rm', ['-rf', join(buildDir, 'image')]);
      return found;
    };

    it('compresses what is in the list and not left out, and links follow', async () => {
      expect(await run({})).toEqual([
        'doc/docs-1/both.bz2',
        'doc/docs-1/both.gz',
        'doc/docs-1/empty',
        'doc/docs-1/html/page',
        'doc/docs-1/packed.bz2',
        'doc/docs-1/page.bz2',
        'doc/docs-1/pic.png',
        'doc/docs-1/sub/kept',
        'man/man1/chain.1.bz2 -> link.1.bz2',
        'man/man1/link.1.bz2 -> tool.1.bz2',
        'man/man1/tool.1.bz2',
        'other/page.bz2',
        'other/tool.1',
      ]);
    });

    it('does what PORTAGE_COMPRESS says, nothing when it is empty', async () => {
      expect(await run({ PORTAGE_COMPRESS: 'gzip' })).toContain('man/man1/tool.1.gz');
      const plain = await run({ PORTAGE_COMPRESS: '' });
      expect(plain).toContain('man/man1/chain.1 -> link.1');
      expect(plain).toContain('doc/docs-1/packed.gz');
    });
  });
});
