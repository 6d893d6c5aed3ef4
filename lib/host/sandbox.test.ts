import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runScript } from './__fixtures__/heard-command';
import { buildUser } from './build-user';
import { findProgram } from './find-program';
import type { SandboxRequest } from './sandbox';
import { launchedBy, sandboxCommandLine } from './sandbox-command';
import { limitsOf } from './sandbox-limits';
import { type HostTree, viewArguments } from './sandbox-mounts';
import { probeSandbox } from './sandbox-probe';

/** A host as nested objects: a string is a link, null a file. */
interface Drawn {
  readonly [name: string]: Drawn | string | null;
}

function drawnHost(tree: Drawn): HostTree {
  const find = (path: string): Drawn | string | null | undefined => {
    let here: Drawn | string | null | undefined = tree;
    for (const name of path.split('/').filter(Boolean)) {
      here = typeof here === 'object' && here !== null ? here[name] : undefined;
    }
    return here;
  };
  const describeEntry = (found: Drawn | string | null): { link: string | null; folder: boolean } => ({
    link: typeof found === 'string' ? found : null,
    folder: typeof found === 'object' && found !== null,
  });
  return {
    stat(path) {
      const found = find(path);
      return found === undefined ? null : describeEntry(found);
    },
    list(path) {
      const found = find(path);
      return Object.entries((found ?? {}) as Drawn).map(([name, entry]) => ({ name, ...describeEntry(entry) }));
    },
  };
}

const host = drawnHost({
  usr: { bin: {}, local: { bin: {}, lib: 'lib64', lib64: {} }, share: {} },
  bin: 'usr/bin',
  opt: { tool: {} },
  home: { somebody: {} },
  etc: { 'ld.so.cache': null, shadow: null },
});

const place = (target: string): readonly string[] =>
  viewArguments([{ source: '/stage', target, access: 'read-only' }], 'programs', host);

describe('the view of a build', () => {
  it('shows programs and hides people', () => {
    const view = place('/run/x').join(' ');
    expect(view).toContain('--ro-bind /usr /usr --symlink usr/bin /bin --ro-bind /opt /opt');
    expect(view).toContain('--ro-bind /etc/ld.so.cache /etc/ld.so.cache');
    expect(view).not.toMatch(/home|shadow/);
  });

  it('makes room for a prefix that the host does not have', () => {
    expect(place('/opt/demo').join(' ')).toContain('--dir /opt --ro-bind /opt/tool /opt/tool');
    expect(place('/opt/demo').slice(-3)).toEqual(['--ro-bind', '/stage', '/opt/demo']);
  });

  it('opens every folder along the way of a deep prefix, and keeps links', () => {
    expect(place('/usr/local/demo').join(' ')).toContain(
      '--dir /usr --ro-bind /usr/bin /usr/bin --dir /usr/local --ro-bind /usr/local/bin /usr/local/bin ' +
        '--symlink lib64 /usr/local/lib --ro-bind /usr/local/lib64 /usr/local/lib64 --ro-bind /usr/share /usr/share',
    );
  });

  it('does not follow a link on the way to the prefix', () => {
    const linked = drawnHost({ usr: { local: '../var/usrlocal' }, opt: 'usr/opt' });
    const view = viewArguments([{ source: '/stage', target: '/opt/demo', access: 'read-only' }], 'programs', linked);
    expect(view.join(' ')).toBe('--ro-bind /usr /usr --dir /opt --ro-bind /stage /opt/demo');
  });

  it('shows nothing of our own folder, wherever it is', () => {
    const serving = drawnHost({
      opt: { tool: {}, studio: { home: { 'studio.db': null, overlays: { x: {} } }, app: {} } },
    });
    const hidden = ['/opt/studio/home'];
    const own = '/opt/studio/home/overlays/x';
    const mounts = [{ source: own, target: own, access: 'read-only' as const }];
    expect(viewArguments(mounts, 'programs', serving, hidden).join(' ')).toBe(
      `--dir /opt --ro-bind /opt/tool /opt/tool --dir /opt/studio --dir /opt/studio/home --ro-bind /opt/studio/app /opt/studio/app --ro-bind ${own} ${own}`,
    );
    const around = [{ source: '/opt', target: '/opt', access: 'read-only' as const }];
    expect(viewArguments(around, 'programs', serving, hidden).join(' ')).toBe(
      '--ro-bind /opt /opt --tmpfs /opt/studio/home --remount-ro /opt/studio/home',
    );
  });

  it('covers a prefix that the host has', () => {
    expect(place('/opt/tool').join(' ')).not.toContain('/opt/tool /opt/tool');
  });
});

/** Does a process with this word on its command line run, but for the one that starts the sandbox? */
const running = (word: string): boolean =>
  readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      return words[0] === '/bin/sleep' && words[1] === word;
    } catch {
      return false;
    }
  });

const probe = await probeSandbox();

describe.skipIf(probe.kind === 'unusable')(
  `the sandbox${probe.kind === 'unusable' ? ` (skipped: ${probe.reason})` : ''}`,
  () => {
    let base: string;
    beforeAll(() => {
      base = mkdtempSync(join(tmpdir(), 'sandbox-'));
      for (const folder of ['stage/lib64', 'work']) mkdirSync(join(base, folder), { recursive: true });
      writeFileSync(join(base, 'stage/lib64/here'), 'yes');
    });
    afterAll(() => rmSync(base, { recursive: true, force: true }));

    const run = (script: string, change: Partial<SandboxRequest> = {}) =>
      runScript(script, {
        mounts: [
          { source: join(base, 'stage'), target: '/usr/local/demo/deep', access: 'read-only' },
          { source: join(base, 'work'), target: '/var/tmp/work', access: 'read-write' },
        ],
        workingDirectory: '/var/tmp/work',
        ...change,
      });

    it('places a prefix where the host has nothing', async () => {
      expect(existsSync('/usr/local/demo')).toBe(false);
      expect(await run('cat /usr/local/demo/deep/lib64/here; ls /usr/bin/env')).toMatchObject({
        exitCode: 0,
        output: 'yes/usr/bin/env\n',
      });
    });

    it.each(['/x', '/usr/x', '/etc/x', '/usr/local/x', '/usr/local/demo/deep/x', '/var/x'])(
      'cannot write %s',
      async (path) => {
        expect((await run(`touch ${path}`)).output).toContain('Read-only file system');
      },
    );

    it('writes its work folder and a private /tmp', async () => {
      expect(await run('echo made > made; touch /tmp/prefix-studio-private')).toMatchObject({ exitCode: 0 });
      expect(existsSync(join(base, 'work/made'))).toBe(true);
      expect(existsSync('/tmp/prefix-studio-private')).toBe(false);
    });

    const launchers = [[], ['strace', '-D', '-f', '-qq', '-o', '/dev/null', '--']].filter(
      ([program]) => program === undefined || findProgram(program) !== null,
    );

    it.each(launchers)(
      'ends with whoever started it, whatever ends that, and whatever starts it: %s',
      async (...launcher) => {
        const mark = `86399.${process.pid}${launcher.length}`;
        const shape = {
          mounts: [],
          view: 'programs',
          command: ['/bin/sleep', mark],
          environment: {},
          workingDirectory: '/',
          limits: limitsOf('build'),
          user: buildUser(),
          filterDescriptor: null,
          statusDescriptor: null,
          gateDescriptor: null,
        } as const;
        // a process between this one and the sandbox, to be killed
        const starter = `require('node:child_process').spawn(process.argv[1], process.argv.slice(2), { detached: true })`;
        const parent = spawn(process.execPath, ['-e', starter, ...launchedBy(launcher), ...sandboxCommandLine(shape)], {
          stdio: 'ignore',
        });
        await vi.waitFor(() => expect(running(mark)).toBe(true), { timeout: 300_000 });
        parent.kill('SIGKILL');
        await vi.waitFor(() => expect(running(mark)).toBe(false), { timeout: 300_000 });
      },
    );

    it('has no network and no capability, and sees only its own processes', async () => {
      const { output } = await run(
        'grep -c : /proc/net/dev; grep CapEff /proc/self/status; ls -d /proc/[0-9]* | wc -l; id -u; hostname',
      );
      const [interfaces, capabilities, processes, uid, name] = output.trim().split('\n');
      expect([interfaces, uid, name]).toEqual(['1', '0', 'localhost']);
      expect(capabilities).toMatch(/:\t0+$/);
      expect(Number(processes)).toBeLessThan(8);
    });

    it('passes records out and answers in', async () => {
      const records: (readonly string[])[] = [];
      const { output } = await run(`printf 'ask\\x1fone\\ntwo\\x1f\\x1e' >&3; read -r answer <&4; echo "$answer"`, {
        onRecord: (fields, answer) => {
          records.push(fields);
          return answer('forty-two');
        },
      });
      expect(records).toEqual([['ask', 'one\ntwo']]);
      expect(output).toBe('forty-two\n');
    });

    it('ends what ignores SIGTERM', async () => {
      const cancel = new AbortController();
      const ended = runScript('trap "" TERM; echo ready; while :; do sleep 1; done', {
        signal: cancel.signal,
        onOutput: (text) => {
          if (text.includes('ready')) cancel.abort();
        },
      });
      expect((await ended).isCancelled).toBe(true);
    });
  },
);
