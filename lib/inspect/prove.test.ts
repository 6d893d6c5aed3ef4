import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limitsVariable } from '../host/sandbox-limits';
import { probeSandbox } from '../host/sandbox-probe';
import type { PlannedCLibrary } from './c-library';
import { provePrefix } from './prove';

const native = process.arch === 'x64';
const hasSandbox = (await probeSandbox()).kind === 'usable';

const eprefix = '/opt/proof';
const ownPaths = join(import.meta.dirname, '../../overlays/toolchain/sys-libs/c-runtime/files/own-paths.pl');
let finalRoot = '';

/** A hand-made prefix: the machine's own C library and one program which links only against it. */
function makePrefix(): void {
  finalRoot = mkdtempSync(join(tmpdir(), 'proof-'));
  const inside = (path: string) => join(finalRoot, eprefix, path);
  for (const folder of ['lib64', 'usr/bin', 'usr/lib64', 'var/db/pkg/app-misc/hello-1'])
    mkdirSync(inside(folder), { recursive: true });
  for (const name of ['ld-linux-x86-64.so.2', 'libc.so.6']) {
    const found = execFileSync('gcc', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim();
    cpSync(realpathSync(found), inside(`lib64/${name}`));
    chmodSync(inside(`lib64/${name}`), 0o755);
  }
  execFileSync('perl', [ownPaths, eprefix, inside('lib64/ld-linux-x86-64.so.2'), inside('lib64/libc.so.6')]);
  compile('hello', '#include <stdio.h>\nint main(void) { puts("hello 1.0"); return 0; }\n', []);
  writeFileSync(inside('var/db/pkg/app-misc/hello-1/CONTENTS'), `obj ${eprefix}/usr/bin/hello 0 0\n`);
}

function compile(
  name: string,
  source: string,
  extra: readonly string[],
  rpath = `${eprefix}/usr/lib64:${eprefix}/lib64`,
): void {
  const input = join(finalRoot, `${name}.c`);
  writeFileSync(input, source);
  const link = [
    `-Wl,--dynamic-linker=${eprefix}/lib64/ld-linux-x86-64.so.2`,
    '-Wl,--disable-new-dtags',
    `-Wl,-rpath,${rpath}`,
  ];
  execFileSync('gcc', ['-o', join(finalRoot, eprefix, 'usr/bin', name), input, ...link, ...extra]);
  rmSync(input);
}

const buildPaths = ['/build/prefix-amd64-usr/proof'];
const cLibrary = { version: null, summary: 'Compiled here.' };
const prove = (smoke: string[][] = [['usr/bin/hello']], planned: PlannedCLibrary = cLibrary, shells: string[] = []) =>
  provePrefix({ finalRoot, eprefix, board: 'amd64-usr', buildPaths, hostShells: shells, cLibrary: planned, smoke });

async function findingsOf(name: string, smoke?: string[][]) {
  const checks = await prove(smoke);
  const found = checks.find((check) => check.name === name);
  if (!found) throw new Error(`no check ${name}`);
  return found;
}

describe.skipIf(!native || !hasSandbox)('the proof of a prefix', () => {
  beforeEach(makePrefix);
  afterEach(() => rmSync(finalRoot, { recursive: true, force: true }));

  it('passes a prefix that holds all it needs, and starts its program with nothing else there', async () => {
    const checks = await prove();
    expect(checks.filter((check) => !check.ok)).toEqual([]);
    expect(checks.find((check) => check.name === 'starts')?.summary).toContain('said “hello 1.0”');
  });

  it('names file, library and owner when a needed library is not inside', async () => {
    rmSync(join(finalRoot, eprefix, 'lib64/libc.so.6'));
    const found = await findingsOf('needed');
    expect(found.ok).toBe(false);
    expect(found.findings[0]).toMatchObject({
      path: `${eprefix}/usr/bin/hello`,
      owner: 'app-misc/hello-1',
      severity: 'leak',
    });
    expect(found.findings[0]?.detail).toContain('libc.so.6');
    expect((await findingsOf('starts')).ok).toBe(false);
  });

  it("finds a program that the host's loader would start", async () => {
    compile('foreign', 'int main(void) { return 0; }\n', ['-Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2']);
    const { findings } = await findingsOf('interpreter');
    expect(findings.filter((f) => f.severity === 'leak').map((f) => f.path)).toEqual([`${eprefix}/usr/bin/foreign`]);
    expect(findings.filter((f) => f.severity === 'notice').map((f) => f.path)).toEqual([`${eprefix}/lib64/libc.so.6`]);
  });

  it('finds search paths that leave the prefix', async () => {
    compile('searching', 'int main(void) { return 0; }\n', [], `${eprefix}/lib64:/usr/lib/x86_64-linux-gnu`);
    expect((await findingsOf('rpath')).findings[0]?.detail).toContain('/usr/lib/x86_64-linux-gnu');
  });

  it('finds scripts, links, build paths and permissions that leak', async () => {
    const inside = (path: string) => join(finalRoot, eprefix, path);
    writeFileSync(inside('usr/bin/script'), '#!/usr/bin/env perl\n', { mode: 0o755 });
    writeFileSync(inside('usr/bin/shell-script'), '#!/bin/sh\necho hi\n', { mode: 0o755 });
    symlinkSync('/etc/passwd', inside('usr/bin/link'));
    symlinkSync('../lib64/none', inside('usr/bin/dangling'));
    writeFileSync(inside('usr/lib64/x.pc'), 'prefix=/build/prefix-amd64-usr/proof/root/opt/proof\n');
    writeFileSync(inside('usr/lib64/open'), '');
    chmodSync(inside('usr/lib64/open'), 0o666);
    const checks = await prove();
    const leaks = (name: string) =>
      checks.find((c) => c.name === name)?.findings.map((f) => [f.path.slice(eprefix.length), f.severity]);
    expect(leaks('shebang')).toEqual([
      ['/usr/bin/script', 'leak'],
      ['/usr/bin/shell-script', 'notice'],
    ]);
    expect(checks.find((c) => c.name === 'shebang')?.findings.map((f) => f.detail)).toEqual([
      'is run by `/usr/bin/env perl` of the host; `dev-lang/perl` in the prefix brings it',
      'is run by `/bin/sh` of the host; `app-shells/bash` in the prefix brings it',
    ]);
    expect(checks.find((c) => c.name === 'shebang')?.leaveOut).toEqual(['/usr/bin/script']);
    expect(leaks('symlink')).toEqual([
      ['/usr/bin/dangling', 'notice'],
      ['/usr/bin/link', 'leak'],
    ]);
    expect(leaks('staging-path')).toEqual([['/usr/lib64/x.pc', 'leak']]);
    expect(leaks('permissions')).toEqual([['/usr/lib64/open', 'leak']]);
  });

  it('says what scripts are run by when only the shell of every system is needed', async () => {
    writeFileSync(join(finalRoot, eprefix, 'usr/bin/script'), '#!/bin/sh\n', { mode: 0o755 });
    const { ok, summary } = await findingsOf('shebang');
    expect(ok).toBe(true);
    expect(summary).toBe(
      '1 script: 1 is run by a shell that every target of the image has; none by another interpreter of the host.',
    );
  });

  it('counts on bash of the host only where the image is for systems that have it', async () => {
    const inside = (path: string) => join(finalRoot, eprefix, path);
    writeFileSync(inside('usr/bin/one'), '#!/bin/bash\n', { mode: 0o755 });
    writeFileSync(inside('usr/bin/two'), '#!/usr/bin/env bash\n', { mode: 0o755 });
    writeFileSync(inside('usr/bin/three'), '#!/usr/bin/perl -w\n', { mode: 0o755 });
    const leaksWith = async (shells: string[]) =>
      (await prove([], undefined, shells))
        .find(({ name }) => name === 'shebang')
        ?.findings.filter(({ severity }) => severity === 'leak')
        .map(({ path }) => path.split('/').at(-1));
    expect(await leaksWith([])).toEqual(['one', 'three', 'two']);
    expect(await leaksWith(['/bin/bash'])).toEqual(['three']);
  });

  it('offers to leave scripts out only when INSTALL_MASK can name each of them', async () => {
    const inside = (path: string) => join(finalRoot, eprefix, path);
    writeFileSync(inside('usr/bin/one.pl'), '#!/usr/bin/perl\n', { mode: 0o755 });
    expect((await findingsOf('shebang')).leaveOut).toEqual(['/usr/bin/one.pl']);
    writeFileSync(inside('usr/bin/a *'), '#!/usr/bin/perl\n', { mode: 0o755 });
    expect((await findingsOf('shebang')).leaveOut).toBeUndefined();
  });

  it('compares the C library with the one that was planned', async () => {
    const verdict = async (version: string | null) =>
      (await prove([], { version, summary: 'Compiled here.' })).find(({ name }) => name === 'c-library');
    const found = /carries glibc ([\d.]+)\./.exec((await verdict(null))?.summary ?? '')?.[1] ?? '';
    expect(found).toMatch(/^\d/);
    expect((await verdict(found))?.ok).toBe(true);
    expect(await verdict('1.0')).toMatchObject({
      ok: false,
      summary: `The prefix has glibc ${found}, but 1.0 was planned.`,
    });
    rmSync(join(finalRoot, eprefix, 'lib64/libc.so.6'));
    expect((await verdict(found))?.summary).toBe('Programs need libc.so.6, and the prefix has none.');
  });

  it('reports a smoke command that fails with its status and last words', async () => {
    compile('failing', '#include <stdio.h>\nint main(void) { puts("no luck"); return 3; }\n', []);
    const found = await findingsOf('starts', [['usr/bin/failing']]);
    expect(found.ok).toBe(false);
    expect(found.findings[0]?.detail).toContain('status 3');
    expect(found.findings[0]?.detail).toContain('no luck');
  });

  it('says which signal ended a smoke command', async () => {
    compile('crashing', '#include <stdlib.h>\nint main(void) { abort(); }\n', []);
    const { findings } = await findingsOf('starts', [['usr/bin/crashing']]);
    expect(findings[0]?.detail).toContain('ended with status 134 (SIGABRT)');
  });

  it('starts a program that means harm, and it can do none', async () => {
    const spy = readFileSync(join(import.meta.dirname, '__fixtures__/spy.c'), 'utf8');
    compile('spy', spy, []);
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = `${(server.address() as AddressInfo).port}`;
    const found = await findingsOf('starts', [['usr/bin/spy', port, join(finalRoot, eprefix, 'usr/bin/hello')]]);
    server.close();
    expect(found.findings).toEqual([]);
    expect(found.ok).toBe(true);
  });

  it.each([
    ['never ends', 'int main(void) { for (;;) pause(); }'],
    ['leaves a daemon behind and goes', 'int main(void) { if (!fork()) { setsid(); for (;;) pause(); } pause(); }'],
    ['ignores what would end it', 'int main(void) { signal(SIGTERM, SIG_IGN); for (;;) pause(); }'],
  ])('ends a program that %s, and names the limit', async (_, body) => {
    compile('endless', `#include <signal.h>\n#include <unistd.h>\n${body}\n`, []);
    process.env[limitsVariable] = 'start.wall=1s';
    try {
      const found = await findingsOf('starts', [['usr/bin/endless']]);
      expect(found.ok).toBe(false);
      expect(found.findings[0]?.detail).toContain('ran longer than 1 s (limit `start.wall`)');
    } finally {
      delete process.env[limitsVariable];
    }
  });

  it('tells of a giant without reading it', async () => {
    writeFileSync(join(finalRoot, eprefix, 'usr/lib64/giant'), '');
    truncateSync(join(finalRoot, eprefix, 'usr/lib64/giant'), 90 * 1024 ** 3);
    const check = (await prove()).find(({ name }) => name === 'staging-path');
    expect(check).toMatchObject({
      ok: true,
      summary: 'No file names the staging root or a work folder; 1 file is too large to be searched.',
      findings: [{ detail: 'is too large to be searched (90 GiB)', severity: 'notice' }],
    });
  });

  it('is cancelled while a program runs', async () => {
    compile('endless', '#include <unistd.h>\nint main(void) { for (;;) pause(); }\n', []);
    const cancel = new AbortController();
    const ended = provePrefix({
      finalRoot,
      eprefix,
      board: 'amd64-usr',
      buildPaths: [],
      hostShells: [],
      cLibrary,
      smoke: [['usr/bin/endless']],
      signal: cancel.signal,
    });
    cancel.abort();
    await expect(ended).rejects.toThrow('aborted');
  });

  it('accepts a library that is a chain of links through a linked directory', async () => {
    const folder = join(finalRoot, eprefix);
    cpSync(join(folder, 'lib64'), join(folder, 'real'), { recursive: true });
    rmSync(join(folder, 'lib64'), { recursive: true });
    symlinkSync('real', join(folder, 'lib64'));
    expect((await findingsOf('needed')).ok).toBe(true);
    expect(dirname(folder)).toContain('opt');
  });
});
