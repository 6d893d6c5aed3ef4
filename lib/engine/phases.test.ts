import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import type { EbuildPhase, PhaseMessage, PhaseRequest, PhaseResult } from './phase-contract';
import { cpuMsOf, runEbuildPhases } from './phases';

const project = resolve(import.meta.dirname, '../..');
process.env.PREFIX_STUDIO_ROOT ??= project;
const overlay = join(import.meta.dirname, '__fixtures__/overlay');
const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

const buildPhases: readonly EbuildPhase[] = [
  'pretend',
  'setup',
  'unpack',
  'prepare',
  'configure',
  'compile',
  'install',
];

describe('cpuMsOf', () => {
  it('reads what the shell prints', () => {
    expect(cpuMsOf('1m2.500s 0m0.250s')).toBe(62_750);
  });
});

describe.skipIf(sandbox.kind === 'unusable')(`phases in the sandbox${skipped}`, () => {
  let base: string;

  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'phases-'));
    for (const folder of ['stage/opt/demo', 'dist', 'source/tree/deep'])
      mkdirSync(join(base, folder), { recursive: true });
    const files: Record<string, string> = {
      README: 'before\n',
      tool: '#!/bin/true\n',
      'tool.1': '.TH tool 1\n',
      'tool.de.1': '.TH tool 1\n',
      'libx.so.1': 'x',
      'x.h': '',
      conf: '',
      '99test': '',
      'batch one': '1',
      batch2: '2',
      'tree/a': 'a',
      'tree/deep/b': 'b',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(base, 'source', name), text);
    chmodSync(join(base, 'source/README'), 0o400);
    execFileSync('tar', ['-C', base, '-czf', join(base, 'dist/everything.tar.gz'), 'source']);
  });

  afterAll(() => rmSync(base, { recursive: true, force: true }));

  interface Run {
    readonly result: PhaseResult;
    readonly output: string;
    readonly phases: readonly EbuildPhase[];
    readonly messages: readonly PhaseMessage[];
    readonly buildDir: string;
  }

  async function run(cpv: string, change: Partial<PhaseRequest> = {}): Promise<Run> {
    const [category = '', pf = ''] = cpv.split('/');
    const pn = pf.replace(/-\d.*$/, '');
    const buildDir =
      change.buildDir ?? join(base, 'tmp/portage', category, `${pf}${Object.values(change.variables ?? {}).join('')}`);
    const phases: EbuildPhase[] = [];
    const messages: PhaseMessage[] = [];
    let output = '';
    const stage = join(base, 'stage');
    const result = await runEbuildPhases({
      cpv,
      eapi: '8',
      slot: '0',
      ebuild: join(overlay, category, pn, `${pf}.ebuild`),
      repository: 'test',
      eclassDirs: [join(overlay, 'eclass')],
      roots: { broot: '/', root: stage, sysroot: stage, eprefix: '/opt/demo' },
      chost: 'x86_64-cros-linux-gnu',
      arch: 'amd64',
      use: ['amd64', 'docs', 'flag'],
      distfiles: [],
      distDir: join(base, 'dist'),
      variables: {},
      restrict: [],
      buildDir,
      phases: buildPhases,
      environmentFile: null,
      replacingVersions: [],
      replacedByVersion: null,
      onPhase: (phase) => phases.push(phase),
      onMessage: (message) => messages.push(message),
      ...change,
      onOutput: (text) => {
        output += text;
        change.onOutput?.(text);
      },
    });
    return { result, output, phases, messages, buildDir };
  }

  const variables = (way: string): Partial<PhaseRequest> => ({
    variables: { WAY: way, ABI: 'amd64', LIBDIR_amd64: 'lib64' },
  });

  it('runs what an ebuild may do, and hands on what the merge has to know', async () => {
    const { result, output, phases, buildDir } = await run('app-test/everything-1.2-r3', {
      ...variables(''),
      slot: '0/5',
      distfiles: ['everything.tar.gz'],
    });
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect(phases).toEqual(buildPhases);
    const image = join(buildDir, 'image/opt/demo');
    const mode = (path: string): string => (lstatSync(join(image, path)).mode & 0o7777).toString(8);
    const text = (path: string): string => readFileSync(join(image, path), 'utf8');

    expect(text('usr/share/everything/secret')).toBe('base\nlayered\ndocs-on\nno\n--enable-docs\n--with-shared=foo\n');
    expect(mode('usr/share/everything/secret')).toBe('600');
    expect(mode('usr/bin/tool')).toBe('750');
    expect(mode('usr/sbin/tool')).toBe('755');
    expect(text('usr/bin/from-stdin')).toBe('#!/bin/true\n');
    expect(text('usr/share/everything/tree/deep/b')).toBe('b');
    expect(text('usr/share/doc/everything-1.2-r3/README')).toBe('after\n');
    expect(existsSync(join(image, 'usr/share/doc/everything-1.2-r3/html/batch one'))).toBe(true);
    expect(existsSync(join(image, 'usr/share/doc/everything-1.2-r3/html/tree/a'))).toBe(true);
    expect(existsSync(join(image, 'usr/share/man/de/man1/tool.1'))).toBe(true);
    expect(readlinkSync(join(image, 'usr/bin/link'))).toBe('../share/everything/secret');
    expect(existsSync(join(image, 'var/empty/.keep_app-test_everything-0'))).toBe(true);
    expect(mode('usr/lib64/libx.so.1')).toBe('755');
    for (const path of ['usr/include/x.h', 'etc/conf.d/conf', 'etc/init.d/service', 'etc/env.d/99test']) {
      expect(existsSync(join(image, path)), path).toBe(true);
    }
    expect(result.kind === 'ok' && result.installed).toEqual({
      strip: [],
      stripExclude: ['/usr/bin'],
      owners: [{ path: '/opt/demo/usr/bin/tool', uid: 65534, gid: 65534 }],
      capabilities: [],
    });

    const info = (name: string): string => readFileSync(join(buildDir, 'build-info', name), 'utf8').trim();
    expect(info('DEFINED_PHASES')).toBe('compile install postinst preinst test');
    expect(info('INHERITED')).toBe('base-layer layered');
    expect(info('IUSE')).toBe('+docs static base layered');
    expect(info('DEPEND')).toBe('dev-test/of-ebuild dev-test/of-base dev-test/of-layered');
  });

  it('restores the environment for the phases of the merge, which may write below the prefix', async () => {
    const buildDir = join(base, 'tmp/portage/app-test/everything-1.2-r3amd64lib64');
    const environmentFile = join(buildDir, 'build-info/environment');
    const { result, output, messages } = await run('app-test/everything-1.2-r3', {
      phases: ['preinst', 'postinst'],
      environmentFile,
      buildDir,
      replacingVersions: ['1.1', '1.0'],
    });
    expect(result, output).toMatchObject({ kind: 'ok', installed: null });
    expect(readFileSync(join(base, 'stage/opt/demo/var/lib/everything'), 'utf8')).toBe('1.2-r3 binary\n');
    expect(messages).toEqual([
      { level: 'log', phase: 'preinst', text: 'replacing 1.1 1.0' },
      { level: 'warn', phase: 'postinst', text: 'first line\\nsecond line' },
    ]);
  });

  it.each([
    ['plain', 'plain death'],
    ['subshell', 'death in a subshell'],
    ['substitution', 'death in a substitution'],
    ['pipe', 'death in a pipe'],
    ['helper', 'dobin: `missing` does not exist'],
    ['xargs', 'dobin: `missing` does not exist'],
    ['make', 'emake: make failed with status 2'],
    ['exit', 'ended with status 7 without calling `die`'],
    ['signal', 'ended with status 137 without calling `die`'],
    ['banned', 'hasq: banned in EAPI 8'],
    ['flag', 'USE flag `unknown` is not in IUSE of app-test/dies-1'],
    ['write', 'the prefix is read-only'],
    ['network', 'there is no network'],
  ])('ends at once: %s', async (way, message) => {
    const { result, output } = await run('app-test/dies-1', variables(way));
    expect(result, output).toMatchObject({ kind: 'failed', phase: 'compile', message });
    expect(output).not.toContain('still alive');
    expect(output).not.toContain('end of src_compile');
  });

  it('says which atom has_version did not understand', async () => {
    const { result } = await run('app-test/dies-1', variables('query'));
    expect(result).toMatchObject({ kind: 'failed', message: expect.stringContaining('not an atom') });
  });

  it('keeps variables, and nothing else, from phase to phase', async () => {
    process.env.SECRET_OF_THE_CALLER = '1';
    const { result, output, buildDir } = await run('app-test/state-1', {
      isImplicitFlag: (flag) => flag === 'elibc_musl',
    });
    delete process.env.SECRET_OF_THE_CALLER;
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect(readFileSync(join(buildDir, 'image/opt/demo/etc/use'), 'utf8')).toBe('amd64 docs flag\n');
  });

  it('answers has_version from the package databases and from what the machine provides', async () => {
    const entry = join(base, 'stage/opt/demo/var/db/pkg/dev-test/lib-1.5');
    mkdirSync(entry, { recursive: true });
    for (const [name, text] of Object.entries({ SLOT: '2/5', USE: 'flag', IUSE: '+flag other' })) {
      writeFileSync(join(entry, name), `${text}\n`);
    }
    const { result, output } = await run('app-test/asks-1', { hostProvided: ['dev-test/tool-3', 'dev-test/tool-10'] });
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect(output).toContain('d=dev-test/lib-1.5\nb=dev-test/tool-10\nwith flag\nslot 2\nnone older\n');
  });

  it('ends every process of a cancelled build', async () => {
    const cancel = new AbortController();
    const { result } = await run('app-test/dies-1', {
      ...variables('sleep'),
      signal: cancel.signal,
      onOutput: (text) => {
        if (text.includes('sleeping')) cancel.abort();
      },
    });
    expect(result).toEqual({ kind: 'cancelled' });
  });

  it('refuses an EAPI that this bash cannot run or nobody knows', async () => {
    const { result } = await run('app-test/state-1', { eapi: 'banana' });
    expect(result).toMatchObject({ kind: 'failed', message: 'EAPI `banana` is not supported' });
  });
});
