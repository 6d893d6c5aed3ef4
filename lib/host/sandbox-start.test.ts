import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runScript } from './__fixtures__/heard-command';
import { countsApart } from './process-limit';
import type { SandboxMount, SandboxRequest } from './sandbox';
import { limitsVariable, limitText } from './sandbox-limits';
import { probeSandbox } from './sandbox-probe';
import { isMissingProgram, notStarted } from './sandbox-status';

const probe = await probeSandbox();
const programs = ['/usr', '/bin', '/lib', '/lib64'].filter(existsSync);
const host = programs.map((path): SandboxMount => ({ source: path, target: path, access: 'read-only' }));

const run = (script: string, change: Partial<SandboxRequest> = {}) =>
  runScript(script, { profile: 'metadata', ...change });

describe.skipIf(probe.kind === 'unusable')('a sandbox beside another', () => {
  afterEach(() => {
    delete process.env[limitsVariable];
  });

  it('is not refused a process because of those that the other has', async () => {
    process.env[limitsVariable] = 'build.processes=400 metadata.processes=40 start.processes=40';
    const cancel = new AbortController();
    let tellReady = (): void => {};
    const ready = new Promise<void>((resolve) => {
      tellReady = resolve;
    });
    const crowd = run('for i in {1..200}; do sleep 1000 & done; echo ready; wait', {
      profile: 'build',
      signal: cancel.signal,
      onOutput: (text) => {
        if (text.includes('ready')) tellReady();
      },
    });
    await ready;
    const few = 'for i in 1 2 3 4; do echo x | cat; done';
    for (const view of [{}, { profile: 'start', view: 'bare', mounts: host } as const]) {
      expect(await run(few, view)).toMatchObject({ exitCode: 0, output: 'x\nx\nx\nx\n' });
    }
    cancel.abort();
    expect((await crowd).isCancelled).toBe(true);
  });

  it.each([
    ['programs', {}],
    ['bare', { profile: 'start', view: 'bare', mounts: host } as const],
  ])('is refused more than its own, seeing %s', async (_, view) => {
    process.env[limitsVariable] = 'metadata.processes=40 start.processes=40';
    const crowd = await run(
      `perl -e 'for (1 .. 60) { my $pid = fork; exit 3 unless defined $pid; sleep 1000 unless $pid }'`,
      view,
    );
    expect(crowd.exceeded?.limit ?? crowd.exitCode).toBe(countsApart(release()) ? 3 : 'processes');
  });

  it('is ended when it does nothing but fork, with the name of the limit', async () => {
    process.env[limitsVariable] = 'metadata.processes=60';
    const { exceeded } = await run(`perl -e 'fork while 1'`);
    expect(exceeded && limitText(exceeded)).toContain(
      'had more than 60 processes and threads (limit `metadata.processes`)',
    );
  });

  it('has the limit named when its shell says that it was refused a process', async () => {
    const words = 'bash: fork: retry: Resource temporarily unavailable';
    const { exceeded } = await run(`echo '${words}' >&2; exit 254`);
    // it may have made that up
    expect(exceeded && limitText(exceeded)).toMatch(
      /^seems to have met its limit of \d+ processes and threads \(limit `\w+\.processes`\)$/,
    );
    expect((await run(`echo '${words}' >&2; exit 0`)).exceeded).toBeNull();
  });
});

describe.skipIf(probe.kind === 'unusable')('a sandbox that does not start', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'start-'));
    chmodSync(folder, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is asked for again when the machine refuses it, and its words are not taken for those of the command', async () => {
    // the first try has no descriptors left
    const launcher = join(folder, 'launcher');
    writeFileSync(launcher, `#!/bin/sh\n[ -e ${folder}/tried ] || { : > ${folder}/tried; ulimit -n 9; }\nexec "$@"\n`);
    chmodSync(launcher, 0o755);
    expect(await run('echo here', { launcher: [launcher] })).toMatchObject({ exitCode: 0, output: 'here\n' });
    expect(existsSync(join(folder, 'tried'))).toBe(true);
  });

  it('is never told as an end of the command', async () => {
    const mounts: SandboxMount[] = [{ source: join(folder, 'nothing'), target: '/mnt', access: 'read-only' }];
    const refused = {
      code: 'SANDBOX_REFUSED',
      message: expect.stringMatching(/^the sandbox did not start: .*nothing/),
    };
    await expect(run('exit 0', { mounts })).rejects.toMatchObject(refused);
    await expect(run('exit 0', { mounts: [...host, ...mounts], view: 'bare' })).rejects.toMatchObject(refused);
  });

  it('is another thing than a program that is not there', async () => {
    const { exitCode, output } = await run('', { view: 'bare', mounts: host, command: ['/nowhere'] });
    expect(exitCode).toBe(1);
    expect(isMissingProgram(output)).toBe(true);
  });

  it('is cancelled while it is asked for', async () => {
    const cancel = new AbortController();
    const launcher = ['/bin/sh', '-c', 'echo Resource temporarily unavailable >&2; exit 1'];
    const ended = run('exit 0', { launcher, signal: cancel.signal });
    cancel.abort();
    expect((await ended).isCancelled).toBe(true);
  });
});

describe.skipIf(probe.kind === 'unusable')('a sandbox whose first process does not die with its parent', () => {
  // bubblewrap asks for that after it has started the command: a cancel may come before
  const script = `#!/bin/bash\nexec "\${@/#--die-with-parent/--unshare-uts}"\n`;
  const endless = 'trap "" TERM; echo ready; while :; do sleep 1; done';
  let folder: string;
  let launcher: readonly string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'orphan-'));
    launcher = [join(folder, 'launcher')];
    writeFileSync(join(folder, 'launcher'), script, { mode: 0o755 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is cancelled when it has begun', async () => {
    const cancel = new AbortController();
    const onOutput = (text: string) => {
      if (text.includes('ready')) cancel.abort();
    };
    expect((await run(endless, { launcher, signal: cancel.signal, onOutput })).isCancelled).toBe(true);
  });

  it('is ended by a limit', async () => {
    process.env[limitsVariable] = 'metadata.log=1K';
    const { exceeded } = await run('while :; do echo x; done', { launcher });
    delete process.env[limitsVariable];
    expect(exceeded?.limit).toBe('log');
  });

  it('is cancelled before anybody knows of it', async () => {
    const cancel = new AbortController();
    const ended = run(endless, { launcher, signal: cancel.signal });
    cancel.abort();
    expect((await ended).isCancelled).toBe(true);
  });
});

describe('what is said of it', () => {
  it.each([
    [
      'bwrap: Creating new namespace failed: Resource temporarily unavailable\n',
      'the machine refused to start a sandbox',
    ],
    ['unshare: fork failed: Cannot allocate memory', 'the machine refused to start a sandbox'],
    ['spawn bwrap EAGAIN', 'the machine refused to start a sandbox'],
    ["bwrap: Can't mkdir parents for /a: Permission denied", 'the sandbox did not start'],
  ])('of %j: %s', (words, message) => {
    expect(notStarted(words)).toMatchObject({ code: 'SANDBOX_REFUSED', message: expect.stringContaining(message) });
  });

  it('names what forbids namespaces', () => {
    expect(notStarted('bwrap: No permissions to create new namespace').hint).toMatch(/namespace/);
  });
});
