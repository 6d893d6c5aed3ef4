import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from './__fixtures__/heard-command';
import { delegation } from './control-group';
import type { SandboxRequest } from './sandbox';
import { limitsVariable, limitText } from './sandbox-limits';
import { probeSandbox } from './sandbox-probe';
import { deniedCalls } from './syscall-filter';

const probe = await probeSandbox();
const secret = `canary-${process.pid}-${Math.floor(performance.now() * 1000)}`;

describe.skipIf(probe.kind === 'unusable')('a command that means harm', () => {
  let base: string;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'hostile-'));
    mkdirSync(join(base, 'work'));
    mkdirSync(join(base, 'shown'));
    chmodSync(join(base, 'shown'), 0o755);
    writeFileSync(join(base, 'secret'), secret, { mode: 0o600 });
    process.env.PREFIX_STUDIO_TEST_SECRET = secret;
  });
  afterAll(() => {
    delete process.env.PREFIX_STUDIO_TEST_SECRET;
    rmSync(base, { recursive: true, force: true });
  });
  afterEach(() => {
    delete process.env[limitsVariable];
  });

  const run = (script: string, change: Partial<SandboxRequest> = {}) =>
    runScript(script, {
      mounts: [
        { source: join(base, 'work'), target: '/work', access: 'read-write' },
        { source: join(base, 'shown'), target: '/shown', access: 'read-only' },
      ],
      environment: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
      workingDirectory: '/work',
      ...change,
    });

  it('is nobody on this machine: its files belong to an ordinary user, and it has no capability to get', async () => {
    const { output } = await run(
      'touch mine; grep -E "^Cap|^NoNewPrivs|^Seccomp:|^Groups" /proc/self/status; cat /proc/self/uid_map',
    );
    const owner = statSync(join(base, 'work/mine')).uid;
    expect(owner).not.toBe(0);
    for (const name of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      expect(output).toMatch(new RegExp(`^${name}:\\t0+$`, 'm'));
    }
    expect(output).toMatch(/^NoNewPrivs:\t1$/m);
    expect(output).toMatch(/^Seccomp:\t2$/m);
    expect(output).toMatch(new RegExp(`^ +0 +${owner} +1$`, 'm'));
  });

  it('sees a folder that only its owner may enter, and no link in it followed', async () => {
    const closed = join(base, 'closed');
    mkdirSync(join(closed, 'category'), { recursive: true });
    chmodSync(join(closed, 'category'), 0o755);
    writeFileSync(join(closed, 'category/file'), 'shown', { mode: 0o644 });
    symlinkSync(base, join(closed, 'link'));
    chmodSync(closed, 0o700);
    const { output } = await run('cat /closed/category/file; cat /closed/link/secret', {
      mounts: [{ source: closed, target: '/closed', access: 'read-only' }],
      workingDirectory: '/',
    });
    expect(output).toMatch(/^shown/);
    expect(output).not.toContain(secret);
  });

  it.each([
    ['the environment of process 1', 'tr "\\0" "\\n" < /proc/1/environ'],
    ['every environment that it sees', 'cat /proc/[0-9]*/environ | tr "\\0" "\\n"'],
    ['its own environment', 'env; set'],
    ['the files of every process', 'for root in /proc/[0-9]*/root; do cat "$root"BASE/secret; done'],
    [
      'descriptors that were left open',
      'for each in /proc/[0-9]*/fd/*; do timeout 1 head -c 4096 "$each" < /dev/null; done',
    ],
    ['the secret by its path', 'cat BASE/secret'],
    ['passwords', 'cat /etc/shadow /etc/gshadow; ls -A /root /home'],
    ['the memory of process 1', 'head -c 4096 /proc/1/mem; cat /proc/1/maps; cat /proc/kcore | head -c 100'],
  ])('does not read %s', async (_, script) => {
    const { output } = await run(script.replaceAll('BASE', base));
    expect(output).not.toContain(secret);
    expect(output).not.toMatch(/^root:[^x*]/m);
  });

  it.each([
    '/usr/x',
    '/etc/x',
    '/x',
    '/shown/x',
    '/dev/x',
    '/proc/sys/kernel/hostname',
    '/proc/sysrq-trigger',
    '/proc/sys/vm/drop_caches',
    '/sys/x',
  ])('does not write %s', async (path) => {
    const { output } = await run(`echo b > ${path} && echo written`);
    expect(output).not.toContain('written');
  });

  it('gets EPERM for every call that a build does not need', async () => {
    const calls = [...deniedCalls()];
    const lines = calls.map(
      ([name, number]) => `$! = 0; syscall(${number}, -1, 0, 0, 0, 0, 0); print "${name} ", $! + 0, "\\n";`,
    );
    const { output } = await run(`perl -e '${lines.join(' ')}'`);
    expect(output.trim().split('\n')).toEqual(calls.map(([name]) => `${name} 1`));
  });

  it.each([
    ['a user namespace through clone', 'syscall(56, 0x10000000 | 17, 0, 0, 0, 0)', 1],
    ['clone3, whose flags cannot be seen', 'syscall(435, 0, 0)', 38],
    ['a call of the x32 table', 'syscall(0x40000000 + 39)', 38],
    ['memory without a process (memfd_create)', 'my $n = "x"; syscall(319, $n, 0)', 38],
    ['memory without a process (shmget)', 'syscall(29, 0, 4096, 0600 | 01000)', 38],
    ['a packet socket', 'syscall(41, 17, 3, 0)', 1],
    ['a vsock socket', 'syscall(41, 40, 1, 0)', 1],
    ['a socket of the kernel’s crypto', 'syscall(41, 38, 5, 0)', 1],
    ['words into a terminal’s mouth', 'my $c = "x"; syscall(16, 0, 0x5412, $c)', 1],
  ])('gets no %s', async (what, call, errno) => {
    if (process.arch !== 'x64') return;
    // a control group counts such memory, so it need not be refused
    if (what.startsWith('memory') && delegation()?.controllers.includes('memory')) return;
    const { output } = await run(`perl -e '$! = 0; ${call}; print $! + 0'`);
    expect(output).toBe(`${errno}`);
  });

  it('reaches no port of this machine, and no abstract socket', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    const abstract = createServer(() => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => abstract.listen(`\0${secret}`, resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { output } = await run(
      `(exec 9<>/dev/tcp/127.0.0.1/${port}) && echo connected; ` +
        `perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); print "connected" if connect(S, pack_sockaddr_un("\\0${secret}"))'`,
    );
    server.close();
    abstract.close();
    expect(output).not.toContain('connected\n');
    expect(output).not.toMatch(/connected$/);
    expect(connections).toBe(0);
  });

  it('signals nobody outside', async () => {
    const outside = spawn('sleep', ['600'], { stdio: 'ignore' });
    await run(`kill -9 ${outside.pid} -1; kill -9 ${process.pid}`);
    expect(outside.exitCode ?? outside.signalCode).toBeNull();
    outside.kill('SIGKILL');
  });

  it('leaves nothing running behind', async () => {
    await run(
      `(setsid sleep 612.25 < /dev/null > /dev/null 2>&1 &) ; (nohup sleep 612.25 > /dev/null 2>&1 &); sleep 0.1`,
    );
    const left = readdirSync('/proc').filter((name) => {
      try {
        return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('612.25');
      } catch {
        return false;
      }
    });
    expect(left).toEqual([]);
  });

  it.each([
    ['wall', '1s', 'sleep 1000'],
    ['wall', '1s', 'trap "" TERM INT HUP; while :; do sleep 5; done'],
    ['processor', '1s', 'while :; do :; done & while :; do :; done & wait'],
    ['memory', '200M', `for i in 1 2; do perl -e 'my @a; push @a, "x" x 1e6 for 1 .. 150; sleep 1000' & done; wait`],
    [
      'processes',
      '40',
      `perl -e 'for (1 .. 60) { my $pid = fork; exit 3 unless defined $pid; sleep 1000 unless $pid }'`,
    ],
    ['log', '1M', 'yes'],
    ['log', '1M', 'head -c 100000000 /dev/zero | tr "\\0" x; sleep 1000'],
    ['log', '1M', 'head -c 4000000 /dev/zero | tr "\\0" x >&3; sleep 1000'],
    ['file', '1M', 'head -c 4000000 /dev/zero > large; exit $?'],
    ['file', '1M', 'trap "" XFSZ; head -c 4000000 /dev/zero > large; exit $?'],
  ])('is ended by the limit %s=%s', async (limit, value, script) => {
    process.env[limitsVariable] = `build.${limit}=${value}`;
    const { exceeded, exitCode } = await run(script);
    // the kernel may refuse memory and processes before the watch sees the sum, and the command fails by that
    const isRefused = exceeded === null && (limit === 'memory' || limit === 'processes') && exitCode !== 0;
    if (!isRefused) expect(exceeded && limitText(exceeded)).toContain(`limit \`build.${limit}\``);
  });

  it('cannot write a giant file, a heap of memory files or a flood of processes', async () => {
    process.env[limitsVariable] = 'build.file=1M build.memory=64M build.processes=400';
    const { output } = await run(
      [
        'truncate -s 1T giant && echo giant',
        'head -c 32M /dev/zero > /tmp/heap && echo heap',
        'head -c 32M /dev/zero > /dev/shm/heap && echo shared',
        `perl -e 'fork while 1' & sleep 1`,
      ].join('; '),
    );
    expect(output).not.toMatch(/^(giant|heap|shared)$/m);
    expect(statSync(join(base, 'work/giant')).size).toBe(0);
  });

  it('is cancelled at once, whatever it does against it', async () => {
    const cancel = new AbortController();
    const ended = run(
      'trap "" TERM INT; (setsid bash -c \'trap "" TERM; echo ready; sleep 1000\') & wait; sleep 1000',
      {
        signal: cancel.signal,
        onOutput: (text) => {
          if (text.includes('ready')) cancel.abort();
        },
      },
    );
    expect((await ended).isCancelled).toBe(true);
  });
});
