import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '../host/__fixtures__/heard-command';
import { probeSandbox } from '../host/sandbox-probe';
import { parseElf } from '../inspect';
import { checkOnHostileHost } from '../inspect/hostile/hostile-checks';
import { readSubject } from '../inspect/subject';
import { scanTree } from '../inspect/tree';
import { boards } from '../layout/names';
import { runEbuildPhases } from './phases';

const project = resolve(import.meta.dirname, '../..');
process.env.PREFIX_STUDIO_ROOT ??= project;
const sandbox = await probeSandbox();
const missing = ['gcc', 'g++', 'make', 'patchelf'].filter(
  (tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0,
);
const reason = sandbox.kind === 'unusable' ? sandbox.reason : missing.length > 0 ? `no ${missing.join(', ')}` : null;
const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as 'x64' | 'arm64'] ?? process.arch;
const eprefix = '/opt/demo';
const hasLocaleSources = existsSync('/usr/share/i18n/locales/de_DE');

describe.skipIf(reason !== null)(`the tool chain of a prefix${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  let base: string;
  let stage: string;

  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'toolchain-'));
    stage = join(base, 'stage');
    mkdirSync(join(stage, eprefix), { recursive: true });
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  /** Builds a package and copies its image into staging. */
  async function build(overlay: string, cpv: string): Promise<string> {
    const [category = '', pf = ''] = cpv.split('/');
    const buildDir = join(base, 'tmp/portage', category, pf);
    let output = '';
    const result = await runEbuildPhases({
      cpv,
      eapi: '8',
      slot: '0',
      ebuild: join(overlay, category, pf.replace(/-\d.*$/, ''), `${pf}.ebuild`),
      repository: 'test',
      eclassDirs: [join(project, 'overlays/toolchain/eclass')],
      roots: { broot: '/', root: stage, sysroot: stage, eprefix },
      chost: `${machine}-cros-linux-gnu`,
      arch: machine === 'x86_64' ? 'amd64' : 'arm64',
      use: [],
      distfiles: [],
      distDir: base,
      variables: {},
      restrict: [],
      buildDir,
      phases: ['setup', 'unpack', 'prepare', 'configure', 'compile', 'install'],
      environmentFile: null,
      replacingVersions: [],
      replacedByVersion: null,
      onOutput: (text) => {
        output += text;
      },
      onPhase: () => {},
    });
    expect(result, output).toMatchObject({ kind: 'ok' });
    const image = join(buildDir, 'image');
    cpSync(image, stage, { recursive: true, verbatimSymlinks: true });
    return image;
  }

  it('builds programs that need nothing of the host, and refuses the host', async () => {
    const starter = join(project, 'overlays/toolchain');
    await build(starter, 'sys-libs/c-runtime-1.2');
    await build(starter, 'sys-devel/c-toolchain-1.0');
    const image = await build(join(import.meta.dirname, '__fixtures__/overlay'), 'app-test/hello-1');

    const elf = parseElf(readFileSync(join(image, eprefix, 'usr/bin/hello')));
    expect(elf).toMatchObject({
      interpreter: expect.stringMatching(/^\/opt\/demo\/lib64\/ld-linux/),
      needed: expect.arrayContaining(['libstdc++.so.6', 'libc.so.6']),
    });
    const dynamic = execFileSync('readelf', ['-d', join(image, eprefix, 'usr/bin/hello')], { encoding: 'utf8' });
    expect(dynamic).toContain('(RPATH)');
    expect(dynamic).toContain('[/opt/demo/usr/lib64:/opt/demo/lib64]');
    expect(dynamic).not.toContain('RUNPATH');
  });

  it.each([[['-print-search-dirs']], [['-O1', '-pipe', '--print-search-dirs']]])(
    'tells build systems of no library folder of the machine: %j',
    (options) => {
      const compiler = join(stage, eprefix, 'usr/libexec/c-toolchain/bin', `${machine}-cros-linux-gnu-gcc`);
      const told = execFileSync(compiler, options, { encoding: 'utf8' });
      const [, folders = ''] = /^libraries: =(.*)$/m.exec(told) ?? [];
      expect(folders.split(':').filter((folder) => !folder.startsWith(`${eprefix}/`))).toEqual([]);
      expect(folders).toContain(`${eprefix}/usr/lib64/`);
    },
  );

  it('makes programs that start with nothing but the prefix, and name no build folder', () => {
    const output = execFileSync(
      'bwrap',
      [
        '--unshare-all',
        '--ro-bind',
        join(stage, eprefix),
        eprefix,
        '--proc',
        '/proc',
        '--',
        `${eprefix}/usr/bin/hello`,
      ],
      { encoding: 'utf8' },
    );
    expect(output).toBe('from a thread, 1 in hello.cc\n');
  });

  it('brings locales, conversions and its own name services, and looks for them nowhere else', async () => {
    await build(join(import.meta.dirname, '__fixtures__/overlay'), 'app-test/probe-1');
    const host = join(base, 'host');
    mkdirSync(join(host, 'libraries'), { recursive: true });
    writeFileSync(join(host, 'nsswitch.conf'), 'passwd: foreign [NOTFOUND=return] files\n');
    writeFileSync(join(host, 'ld.so.preload'), '/lib/x86_64-linux-gnu/libnss_foreign.so.2\n');
    writeFileSync(join(host, 'passwd'), 'somebody:x:4242:4242::/:/bin/sh\n');
    cpSync(join(stage, eprefix, 'lib64/libnss_files.so.2'), join(host, 'libraries/libnss_foreign.so.2'));
    const etc = ['nsswitch.conf', 'ld.so.preload', 'passwd'].flatMap((name) => [
      '--ro-bind',
      join(host, name),
      `/etc/${name}`,
    ]);
    const folders = ['/lib', '/usr/lib', '/lib64'].flatMap((folder) => ['--ro-bind', join(host, 'libraries'), folder]);
    const output = execFileSync(
      'bwrap',
      [
        ...['--unshare-all', '--ro-bind', join(stage, eprefix), eprefix, '--proc', '/proc', ...etc, ...folders],
        ...['--', `${eprefix}/usr/bin/probe`, 'C.UTF-8', 'en_US.UTF-8', 'fr_FR.utf8', 'xx_XX.UTF-8'],
      ],
      { encoding: 'utf8' },
    );
    expect(output.split('\n')).toEqual([
      ...['C.UTF-8: UTF-8', 'en_US.UTF-8: UTF-8', 'fr_FR.utf8: UTF-8', 'xx_XX.UTF-8: none'],
      hasLocaleSources ? 'März ,' : 'March .',
      ...['€ 日 ü', 'known', 'not found', ''],
    ]);
  });

  it.skipIf(process.arch !== 'x64')(
    'loads no name service, conversion or library of a host that names its own',
    async () => {
      const tree = await scanTree(stage, new Map());
      const subject = await readSubject(tree, eprefix, boards['amd64-usr'], []);
      const [host, files] = await checkOnHostileHost({
        subject,
        emulator: null,
        smoke: [['usr/bin/hello']],
        failing: [],
      });
      expect(host).toMatchObject({ ok: true, findings: [] });
      // what the C library itself asks of a host: data, no configuration and no code
      const asked = files?.findings.filter(({ path }) => path.endsWith('/libc.so.6')).map(({ detail }) => detail) ?? [];
      expect(asked.filter((detail) => /\.so\b|nsswitch|locale|gconv|ld\.so/.test(detail))).toEqual([]);
    },
  );

  it('says which cross compiler is missing, and who names its packages', async () => {
    const other = machine === 'x86_64' ? 'aarch64' : 'x86_64';
    if (spawnSync(`${other}-linux-gnu-gcc`, ['--version'], { stdio: 'ignore' }).status === 0) return;
    const script = join(project, 'overlays/toolchain/eclass/host-compiler.eclass');
    const { output } = await runScript(
      'EAPI=8; die() { echo "$*"; exit 1; }; source /run/host-compiler.eclass; find_host_compiler',
      {
        mounts: [{ source: script, target: '/run/host-compiler.eclass', access: 'read-only' }],
        environment: { PATH: '/usr/bin:/bin', CHOST: `${other}-cros-linux-gnu`, ARCH: 'arm64', EPREFIX: eprefix },
      },
    );
    expect(output).toContain(`needs ${other}-linux-gnu-gcc`);
    expect(output).toContain('`prefix-studio doctor` names');
  });
});
