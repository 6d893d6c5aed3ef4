import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { limitsVariable } from '../host/sandbox-limits';
import { probeSandbox } from '../host/sandbox-probe';
import type { ProofCheck } from '../layout/events';
import { HandMadePrefix } from './__fixtures__/hand-made-prefix';
import { checkCLibrary } from './c-library';
import { provePrefix } from './prove';
import { checkStarts } from './start-check';
import { checkNeeded, checkShebangs } from './static-checks';

const native = process.arch === 'x64';
const hasSandbox = (await probeSandbox()).kind === 'usable';
const canRun = native && hasSandbox;
const isRoot = process.getuid?.() === 0;

const eprefix = '/opt/proof';
const buildPaths = ['/build/prefix-amd64-usr/proof'];
const cLibrary = { version: null, summary: 'Compiled here.' };

/** A prefix with the machine's own C library and one program of a package, which links only against it. */
function makePrefix(): HandMadePrefix {
  const prefix = new HandMadePrefix(eprefix);
  prefix.ownPaths();
  prefix.compile('hello', '#include <stdio.h>\nint main(void) { puts("hello 1.0"); return 0; }\n');
  mkdirSync(prefix.inside('var/db/pkg/app-misc/hello-1'), { recursive: true });
  writeFileSync(prefix.inside('var/db/pkg/app-misc/hello-1/CONTENTS'), `obj ${eprefix}/usr/bin/hello 0 0\n`);
  return prefix;
}

const prove = (prefix: HandMadePrefix, smoke: string[][], signal?: AbortSignal): Promise<readonly ProofCheck[]> =>
  provePrefix({
    finalRoot: prefix.root,
    eprefix,
    board: 'amd64-usr',
    buildPaths,
    hostShells: [],
    cLibrary,
    smoke,
    signal,
  });

function checkOf(checks: readonly ProofCheck[], name: string): ProofCheck {
  const found = checks.find((check) => check.name === name);
  if (!found) throw new Error(`no check ${name}`);
  return found;
}

describe.skipIf(!canRun)('the proof of a prefix that holds all it needs', () => {
  let prefix: HandMadePrefix;
  let checks: readonly ProofCheck[] = [];

  beforeAll(async () => {
    prefix = makePrefix();
    const spy = readFileSync(join(import.meta.dirname, '__fixtures__/spy.c'), 'utf8');
    prefix.compile('spy', spy);
    writeFileSync(prefix.inside('usr/lib64/giant'), '');
    truncateSync(prefix.inside('usr/lib64/giant'), 90 * 1024 ** 3);
    if (isRoot) {
      mkdirSync(prefix.inside('usr/closed/deep'), { recursive: true });
      cpSync(prefix.inside('usr/bin/hello'), prefix.inside('usr/closed/deep/hello'));
      chmodSync(prefix.inside('usr/closed'), 0);
    }
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = `${(server.address() as AddressInfo).port}`;
    checks = await prove(prefix, [['usr/bin/hello'], ['usr/bin/spy', port, prefix.inside('usr/bin/hello')]]);
    server.close();
  });
  afterAll(() => prefix.remove());

  it('passes, and starts its programs with nothing else there', () => {
    expect(checks.filter((check) => !check.ok)).toEqual([]);
    expect(checkOf(checks, 'starts').summary).toContain('said “hello 1.0”');
  });

  it('starts a program that means harm, and it can do none', () => {
    const { ok, findings, summary } = checkOf(checks, 'starts');
    expect(findings.filter(({ severity }) => severity === 'leak')).toEqual([]);
    expect(summary).toMatch(/`usr\/bin\/spy \d+ \S+` ran(;|\.)/);
    expect(ok).toBe(true);
  });

  // nobody else can read it
  it.skipIf(!isRoot)('tells of a program that only root may reach, which it cannot start', () => {
    expect(checkOf(checks, 'starts').findings).toMatchObject([
      { detail: `was not started: only root may enter \`${eprefix}/usr/closed\``, severity: 'notice' },
    ]);
  });

  it('tells of a giant without reading it', () => {
    expect(checkOf(checks, 'staging-path')).toMatchObject({
      ok: true,
      summary: 'No file names the staging root or a work folder; 1 file is too large to be searched.',
      findings: [{ detail: 'is too large to be searched (90 GiB)', severity: 'notice' }],
    });
  });
});

describe.skipIf(!canRun)('the proof of a prefix that reaches out of it', () => {
  let prefix: HandMadePrefix;
  let checks: readonly ProofCheck[] = [];

  beforeAll(async () => {
    prefix = makePrefix();
    const inside = (path: string) => prefix.inside(path);
    const nothing = 'int main(void) { return 0; }\n';
    prefix.compile('foreign', nothing, ['-Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2']);
    prefix.compile('searching', nothing, ['-Wl,-rpath,/usr/lib/x86_64-linux-gnu']);
    prefix.compile('failing', '#include <stdio.h>\nint main(void) { puts("no luck"); return 3; }\n');
    prefix.compile('crashing', '#include <stdlib.h>\nint main(void) { abort(); }\n');
    writeFileSync(inside('usr/bin/script'), '#!/usr/bin/env perl\n', { mode: 0o755 });
    writeFileSync(inside('usr/bin/shell-script'), '#!/bin/sh\necho hi\n', { mode: 0o755 });
    symlinkSync('/etc/passwd', inside('usr/bin/link'));
    symlinkSync('../lib64/none', inside('usr/bin/dangling'));
    writeFileSync(inside('usr/lib64/x.pc'), 'prefix=/build/prefix-amd64-usr/proof/root/opt/proof\n');
    writeFileSync(inside('usr/lib64/open'), '');
    chmodSync(inside('usr/lib64/open'), 0o666);
    checks = await prove(prefix, [['usr/bin/failing'], ['usr/bin/crashing']]);
  });
  afterAll(() => prefix.remove());

  const found = (name: string) =>
    checkOf(checks, name).findings.map(({ path, severity }) => [path.slice(eprefix.length), severity]);

  it("finds a program that the host's loader would start", () => {
    expect(found('interpreter')).toEqual([
      ['/lib64/libc.so.6', 'notice'],
      ['/usr/bin/foreign', 'leak'],
    ]);
  });

  it('finds search paths that leave the prefix', () => {
    expect(found('rpath')).toEqual([['/usr/bin/searching', 'leak']]);
    expect(checkOf(checks, 'rpath').findings[0]?.detail).toContain('/usr/lib/x86_64-linux-gnu');
  });

  it('finds scripts, links, build paths and permissions that leak', () => {
    expect(found('shebang')).toEqual([
      ['/usr/bin/script', 'leak'],
      ['/usr/bin/shell-script', 'notice'],
    ]);
    const { findings, leaveOut } = checkOf(checks, 'shebang');
    expect(findings.map(({ detail }) => detail)).toEqual([
      'is run by `/usr/bin/env perl` of the host; `dev-lang/perl` in the prefix brings it',
      'is run by `/bin/sh` of the host; `app-shells/bash` in the prefix brings it',
    ]);
    expect(leaveOut).toEqual(['/usr/bin/script']);
    expect(found('symlink')).toEqual([
      ['/usr/bin/dangling', 'notice'],
      ['/usr/bin/link', 'leak'],
    ]);
    expect(found('staging-path')).toEqual([['/usr/lib64/x.pc', 'leak']]);
    expect(found('permissions')).toEqual([['/usr/lib64/open', 'leak']]);
  });

  it('reports smoke commands that fail with status or signal and last words', () => {
    const { ok, findings } = checkOf(checks, 'starts');
    expect(ok).toBe(false);
    const detailOf = (name: string) => findings.find(({ path }) => path.endsWith(name))?.detail;
    expect(detailOf('/failing')).toContain('status 3');
    expect(detailOf('/failing')).toContain('no luck');
    expect(detailOf('/crashing')).toContain('ended with status 134 (SIGABRT)');
  });
});

describe.skipIf(!canRun)('the checks of a proof', () => {
  let prefix: HandMadePrefix;
  beforeEach(() => {
    prefix = makePrefix();
  });
  afterEach(() => prefix.remove());

  const script = (name: string, interpreter: string) =>
    writeFileSync(prefix.inside(`usr/bin/${name}`), `#!${interpreter}\n`, { mode: 0o755 });
  const shebangs = async (shells: string[] = []) => checkShebangs(await prefix.subject(), shells);

  it('name file, library and owner when a needed library is not inside', async () => {
    rmSync(prefix.inside('lib64/libc.so.6'));
    const checks = await prove(prefix, [['usr/bin/hello']]);
    const { ok, findings } = checkOf(checks, 'needed');
    expect(ok).toBe(false);
    expect(findings[0]).toMatchObject({
      path: `${eprefix}/usr/bin/hello`,
      owner: 'app-misc/hello-1',
      severity: 'leak',
    });
    expect(findings[0]?.detail).toContain('libc.so.6');
    expect(checkOf(checks, 'starts').ok).toBe(false);
    expect(checkOf(checks, 'c-library').summary).toBe('Programs need libc.so.6, and the prefix has none.');
  });

  it('say what scripts are run by when only the shell of every system is needed', async () => {
    script('script', '/bin/sh');
    const { ok, summary } = await shebangs();
    expect(ok).toBe(true);
    expect(summary).toBe(
      '1 script: 1 is run by a shell that every target of the image has; none by another interpreter of the host.',
    );
  });

  it('count on bash of the host only where the image is for systems that have it', async () => {
    script('one', '/bin/bash');
    script('two', '/usr/bin/env bash');
    script('three', '/usr/bin/perl -w');
    const leaksWith = async (shells: string[]) =>
      (await shebangs(shells)).findings
        .filter(({ severity }) => severity === 'leak')
        .map(({ path }) => path.split('/').at(-1));
    expect(await leaksWith([])).toEqual(['one', 'three', 'two']);
    expect(await leaksWith(['/bin/bash'])).toEqual(['three']);
  });

  it('offer to leave scripts out only when INSTALL_MASK can name each of them', async () => {
    script('one.pl', '/usr/bin/perl');
    expect((await shebangs()).leaveOut).toEqual(['/usr/bin/one.pl']);
    script('a *', '/usr/bin/perl');
    expect((await shebangs()).leaveOut).toBeUndefined();
  });

  it('compare the C library with the one that was planned', async () => {
    const subject = await prefix.subject();
    const verdict = (version: string | null) => checkCLibrary(subject, { version, summary: 'Compiled here.' });
    const found = /carries glibc ([\d.]+)\./.exec((await verdict(null)).summary)?.[1] ?? '';
    expect(found).toMatch(/^\d/);
    expect((await verdict(found)).ok).toBe(true);
    expect(await verdict('1.0')).toMatchObject({
      ok: false,
      summary: `The prefix has glibc ${found}, but 1.0 was planned.`,
    });
  });

  it('end programs that never end, however they go about it, and name the limit', async () => {
    const bodies = {
      endless: 'for (;;) pause();',
      daemon: 'if (!fork()) { setsid(); for (;;) pause(); } pause();',
      deaf: 'signal(SIGTERM, SIG_IGN); for (;;) pause();',
    };
    for (const [name, body] of Object.entries(bodies))
      prefix.compile(name, `#include <signal.h>\n#include <unistd.h>\nint main(void) { ${body} }\n`);
    process.env[limitsVariable] = 'start.wall=1s';
    try {
      const smoke = Object.keys(bodies).map((name) => [`usr/bin/${name}`]);
      const { ok, findings } = await checkStarts(await prefix.subject(), smoke);
      expect(ok).toBe(false);
      const late = 'ran longer than 1 s (limit `start.wall`)';
      for (const [name = ''] of smoke)
        expect(findings.find(({ path }) => path.endsWith(name))?.detail, name).toContain(late);
    } finally {
      delete process.env[limitsVariable];
    }
  });

  it('are cancelled while a program runs', async () => {
    prefix.compile('endless', '#include <unistd.h>\nint main(void) { for (;;) pause(); }\n');
    const cancel = new AbortController();
    const ended = prove(prefix, [['usr/bin/endless']], cancel.signal);
    cancel.abort();
    await expect(ended).rejects.toThrow('aborted');
  });

  it('accept a library that is a chain of links through a linked directory', async () => {
    cpSync(prefix.inside('lib64'), prefix.inside('real'), { recursive: true });
    rmSync(prefix.inside('lib64'), { recursive: true });
    symlinkSync('real', prefix.inside('lib64'));
    expect((await checkNeeded(await prefix.subject())).ok).toBe(true);
  });
});
