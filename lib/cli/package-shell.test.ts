import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockWork, openPackageShell, prefixPlace, type ShellCommand } from '../engine/index';
import { runEbuildPhases } from '../engine/phases';
import { readWorkRecord, runRecorded } from '../engine/work-record';
import { type HeardResult, runHeard } from '../host/__fixtures__/heard-command';
import { startSandbox } from '../host/sandbox';
import { probeSandbox } from '../host/sandbox-probe';
import { sandboxTerminal } from '../host/session';
import { returnsOf } from '../host/token-pipe';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();

const ebuild = `EAPI=8
SLOT=0
S="\${WORKDIR}/tree"
src_unpack() { mkdir "\${S}" || die; MARK="set in unpack"; }
src_compile() { local hidden=1; echo "compile: \${MARK}"; die "no tool"; }
`;

describe.skipIf(sandbox.kind === 'unusable')('a shell in the sandbox of a failed package', () => {
  const home = mkdtempSync(join(tmpdir(), 'package-shell-'));
  const place = prefixPlace({ name: 'demo', board: 'amd64-usr', path: '/opt/demo' }, home);
  const buildDir = join(place.stagingDir, 'tmp/portage/dev-test/broken-1');

  beforeAll(async () => {
    const folder = join(home, 'overlay/dev-test/broken');
    for (const path of [folder, buildDir, place.stagingEroot]) mkdirSync(path, { recursive: true });
    writeFileSync(join(folder, 'broken-1.ebuild'), ebuild);
    // gone when the build has ended
    const tokens = join(home, 'tokens');
    const pipes = [tokens, returnsOf(tokens)];
    for (const pipe of pipes) writeFileSync(pipe, '');
    const result = await runRecorded(runEbuildPhases, {
      cpv: 'dev-test/broken-1',
      eapi: '8',
      slot: '0',
      ebuild: join(folder, 'broken-1.ebuild'),
      repository: 'test',
      eclassDirs: [],
      roots: { broot: '/', root: place.stagingRoot, sysroot: place.stagingRoot, eprefix: '/opt/demo' },
      chost: 'x86_64-cros-linux-gnu',
      arch: 'amd64',
      use: ['amd64'],
      distfiles: [],
      distDir: join(home, 'dist'),
      variables: {},
      restrict: [],
      buildDir,
      phases: ['unpack', 'prepare', 'configure', 'compile'],
      environmentFile: null,
      tokens,
      replacingVersions: [],
      replacedByVersion: null,
      onOutput: () => undefined,
      onPhase: () => undefined,
    });
    for (const pipe of pipes) rmSync(pipe);
    expect(result).toMatchObject({ kind: 'failed', phase: 'compile', message: 'no tool' });
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  async function run(command: ShellCommand, input = ''): Promise<HeardResult> {
    const record = readWorkRecord(buildDir);
    if (!record) throw new Error('the build left no record');
    const request = { place, command, isWritable: false, terminal: null, greeting: '' };
    const shell = await openPackageShell(record, request);
    try {
      return await runHeard({ ...shell.start, input });
    } finally {
      await shell.close();
    }
  }

  it('has what the phases left, in S, and no network', async () => {
    expect(readWorkRecord(buildDir)).toMatchObject({ done: ['unpack', 'prepare', 'configure'], failed: 'compile' });
    const script =
      'echo "$(basename "$PWD") $MARK [$hidden] $EBUILD_PHASE"; touch "$EPREFIX/x" 2>&1 || grep -c : /proc/net/dev; exit 9';
    const { exitCode, output } = await run({ kind: 'input' }, script);
    expect(exitCode).toBe(9);
    expect(output).toContain('tree set in unpack [] compile\n');
    expect(output).toMatch(/Read-only file system\n1\n$/);
  });

  it.each<ShellCommand>([
    { kind: 'text', text: 'src_compile; echo never' },
    { kind: 'words', words: ['src_compile'] },
  ])('runs functions of the ebuild: $kind', async (command) => {
    const { exitCode, output } = await run(command);
    expect(exitCode).toBe(1);
    expect(output).toContain('compile: set in unpack\n');
    expect(output).not.toContain('never');
  });

  it('has no colours where there is no terminal', async () => {
    const { output } = await run({ kind: 'text', text: 'einfo told; ewarn warned; ebegin work; eend 0' });
    expect(output).toBe(' * told\n * warned\n * work ...\n   [ ok ]\n');
  });

  it('is refused while somebody is in the work folder', async () => {
    const lock = await lockWork(buildDir, 'a shell in it');
    await expect(run({ kind: 'text', text: ':' })).rejects.toMatchObject({ code: 'PACKAGE_BUSY' });
    await lock.release();
  });

  it.skipIf(['script', 'stty', 'python3'].some((name) => spawnSync(name, ['--version']).status !== 0))(
    'gives a terminal with job control, from which TIOCSTI reaches nobody',
    async () => {
      const tiocsti =
        'import fcntl\ntry:\n  fcntl.ioctl(0, 0x5412, b"x")\n  print("typed")\nexcept OSError as e:\n  print("errno", e.errno)';
      const text = `stty size; [[ -t 0 ]] && tty; python3 -c '${tiocsti}'; exit 7`;
      const record = readWorkRecord(buildDir);
      if (!record) throw new Error('the build left no record');
      const shell = await openPackageShell(record, {
        place,
        command: { kind: 'text', text },
        isWritable: false,
        terminal: 'xterm',
        greeting: '',
      });
      const start = { ...shell.start, command: sandboxTerminal('33', '99', shell.start.command), hasControl: true };
      const { exitCode, output } = await runHeard(start);
      await shell.close();
      expect(output.replaceAll('\r', '').trim().split('\n')).toEqual(['33 99', '/dev/pts/0', 'errno 1']);
      expect(exitCode).toBe(7);
      expect(existsSync(join(buildDir, '../.broken-1.lock'))).toBe(false);
    },
  );

  it.skipIf(['script', 'stty'].some((name) => spawnSync(name, ['--version']).status !== 0))(
    'tells programs of a new size of the terminal',
    async () => {
      const record = readWorkRecord(buildDir);
      if (!record) throw new Error('the build left no record');
      const text = 'stty size; until [[ $(stty size) == "40 120" ]]; do :; done; echo resized; exit 7';
      const command: ShellCommand = { kind: 'text', text };
      const request = { place, command, isWritable: false, terminal: 'xterm', greeting: '' };
      const shell = await openPackageShell(record, request);
      const running = await startSandbox({
        ...shell.start,
        command: sandboxTerminal('33', '99', shell.start.command),
        hasControl: true,
      });
      let output = '';
      for await (const part of running.stdout) {
        output += part;
        if (output.includes('33 99')) running.control?.write('40 120\n');
      }
      const { exitCode } = await running.ended;
      await shell.close();
      expect(output.replaceAll('\r', '').trim().split('\n')).toEqual(['33 99', 'resized']);
      expect(exitCode).toBe(7);
    },
  );
});
