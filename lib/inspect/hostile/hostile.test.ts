import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findProgram } from '../../host/find-program';
import { probeSandbox } from '../../host/sandbox-probe';
import type { ProofCheck } from '../../layout/events';
import { HandMadePrefix } from '../__fixtures__/hand-made-prefix';
import type { AuditLimits } from './audit-programs';
import { checkOnHostileHost } from './hostile-checks';
import { openTracer } from './traced-start';

const hasStrace = findProgram('strace') !== null;
const missing = ['gcc', 'perl'].filter((program) => findProgram(program) === null);
const canRun = process.arch === 'x64' && missing.length === 0 && (await probeSandbox()).kind === 'usable';

let prefix: HandMadePrefix;
/** where nobody else has folders */
let temporary: string;

async function check(
  smoke: string[][] = [],
  limits?: AuditLimits,
  failing: string[] = [],
): Promise<Record<'host' | 'files', ProofCheck>> {
  const subject = await prefix.subject();
  const [host, files] = await checkOnHostileHost({ subject, emulator: null, smoke, failing, limits });
  if (!host || !files) throw new Error('no checks');
  return { host, files };
}

const details = ({ findings }: ProofCheck, severity: 'leak' | 'notice'): string[] =>
  findings.filter((found) => found.severity === severity).map(({ detail }) => detail);

describe.skipIf(!canRun)('a prefix with paths of its own on a host that means no good', () => {
  let checks: Record<'host' | 'files', ProofCheck>;
  let said = '';

  beforeAll(async () => {
    prefix = new HandMadePrefix('/opt/hostile');
    said = prefix.ownPaths();
    prefix.compile('hello', '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n');
    prefix.compile(
      'curious',
      `#include <fcntl.h>
      #include <stdlib.h>
      int main(int argc, char **argv) {
        if (argc > 1 && argv[1][2] == 'v') return 1;
        open("/usr/share/zoneinfo/Europe/Berlin", O_RDONLY);
        open("/etc/services", O_RDONLY);
        return system("/bin/true") == 0;
      }`,
    );
    prefix.compile('quiet', 'int main(void) { return 0; }');
    prefix.compile('late', 'int main(void) { return 0; }', ['-Wl,--enable-new-dtags']);
    writeFileSync(prefix.inside('usr/bin/script'), '#!/opt/hostile/usr/bin/quiet\n', { mode: 0o755 });
    writeFileSync(prefix.inside('usr/bin/of-the-host'), '#!/bin/sh\n', { mode: 0o755 });
    checks = await check([['usr/bin/hello'], ['usr/bin/late']]);
  });
  afterAll(() => prefix.remove());

  it('loads nothing of it, and what it lacks is told', () => {
    expect(said).not.toMatch(/^left/m);
    expect(said).toMatch(/^moved libc.so.6: \S*locale-archive to \/opt\/hostile\/usr\/lib\/locale\/locale-archive/m);
    const { host, files } = checks;
    expect(details(host, 'leak')).toEqual([]);
    expect(host.summary).toMatch(/: the C library, 5 programs and 2 commands of the design loaded nothing of it\./);
    expect(host.findings.filter(({ path }) => !path.endsWith('/late')).map(({ detail }) => detail)).toEqual([
      'has no locale C.UTF-8: programs see bytes instead of letters beyond ASCII',
      'has no locale en_US.UTF-8: programs that are asked for it run in the C locale',
      'has no modules of iconv: only UTF-8, ASCII and UCS are known',
    ]);
    expect(files.ok).toBe(true);
  });

  it.skipIf(!hasStrace)('looks for files of the host, which are told by kind', () => {
    const own = checks.files.findings.filter(({ path }) => path.startsWith('/opt/hostile/usr/bin/'));
    expect(own.map(({ path, detail }) => `${path.split('/').at(-1)} ${detail}`).sort()).toEqual([
      'curious `usr/bin/curious` looks for /bin/sh (programs). Without: what they are started for does not work.',
      'curious `usr/bin/curious` looks for /usr/share/zoneinfo/Europe/Berlin (time zones). Without: time is UTC.',
      'curious `usr/bin/curious` reads /etc/services (names of ports and protocols). Without: ports and protocols are given as numbers.',
    ]);
  });

  it('is told where what LD_LIBRARY_PATH names goes before it, which is no leak', () => {
    expect(checks.host.summary).toMatch(/ In 1 program LD_LIBRARY_PATH goes before the prefix\.$/);
    expect(checks.host.findings.find(({ path }) => path === '/opt/hostile/usr/bin/late')?.detail).toContain(
      'takes libc.so.6 from a folder that LD_LIBRARY_PATH names',
    );
  });
});

describe.skipIf(!canRun)('on a host that means no good', () => {
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'temporary-'));
    chmodSync(temporary, 0o755);
    prefix = new HandMadePrefix('/opt/hostile');
    vi.stubEnv('TMPDIR', temporary);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    prefix.remove();
    rmSync(temporary, { recursive: true });
  });

  it('a C library as the machine has it loads name services, conversions and libraries by name of the host', async () => {
    const { host } = await check();
    expect(host.ok).toBe(false);
    const leaks = details(host, 'leak').join('\n');
    for (const call of ['getpwuid', 'gethostbyname', 'dlopen'])
      expect(leaks).toMatch(new RegExp(`the C library \\(${call}\\) loads of the host: \\S*libnss_foreign.so.2`));
    expect(leaks).toMatch(/iconv_open\) loads of the host: \S*FOREIGN.so/);
    expect(details(host, 'notice').join('\n')).toContain('reads `/etc/ld.so.preload` of the host');
  });

  it('a library by path is found out, also in what the host starts, and a command of the design that fails there is a leak', async () => {
    prefix.ownPaths();
    prefix.compile('by-path', '#include <dlfcn.h>\nint main(void) { return dlopen("/lib/libc.so.6", RTLD_NOW) == 0; }');
    prefix.compile('failing', '#include <stdio.h>\nint main(void) { puts("no luck"); return 3; }\n');
    const { host } = await check([['usr/bin/failing', 'now']]);
    expect(details(host, 'leak').sort()).toEqual([
      expect.stringMatching(/^`usr\/bin\/by-path` loads of the host: \S*libc.so.6/),
      '`usr/bin/failing now` ended with status 3 here, and not elsewhere: no luck',
    ]);
    expect(host.summary).toContain(': 1 start used something of it, and 1 command failed that works elsewhere.');
  });

  it('a command of the design that fails everywhere is none', async () => {
    prefix.ownPaths();
    prefix.compile('failing', '#include <stdio.h>\nint main(void) { puts("no luck"); return 3; }\n');
    const { host } = await check([['usr/bin/failing', 'now']], undefined, ['usr/bin/failing now']);
    expect(host.ok).toBe(true);
    expect(details(host, 'notice')).toContain('`usr/bin/failing now` ended with status 3, here as elsewhere');
  });

  it('programs without an end are ended, and those that had no turn are counted', async () => {
    prefix.ownPaths();
    // one is busy opening files, whose list has no end
    prefix.compile('a', '#include <fcntl.h>\nint main(void) { for (;;) open("/x", O_RDONLY); }');
    for (const name of ['b', 'c']) prefix.compile(name, '#include <unistd.h>\nint main(void) { for (;;) pause(); }');
    const { host, files } = await check([], { seconds: 1, totalSeconds: 1, atOnce: 1 });
    expect(host.summary).toContain('1 program loaded nothing');
    expect(files.summary).toContain('2 programs were not started, because time ran out');
  });

  it('a library that calls itself what is no name of a file is told, and nothing is left behind', async () => {
    prefix.ownPaths();
    const names = ['.', '..', 'locale', 'x86_64-linux-gnu', 'a'.repeat(300)];
    for (const [at, name] of names.entries())
      prefix.compile(`../lib64/lib${at}.so`, 'int none;', ['-shared', '-nostdlib', `-Wl,-soname,${name}`]);
    const { host } = await check();
    expect(host.ok).toBe(true);
    const told = details(host, 'notice').filter((detail) => detail.startsWith('calls itself'));
    expect(told.map((detail) => /`(.*)`/.exec(detail)?.[1])).toEqual([...names.slice(0, 4), `${'a'.repeat(200)}…`]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.skipIf(!hasStrace)('a prefix of static programs is traced, too', async () => {
    for (const folder of ['lib64', 'usr/lib64']) rmSync(prefix.inside(folder), { recursive: true });
    prefix.compile('static', '#include <fcntl.h>\nint main(void) { return open("/etc/hosts", O_RDONLY) < 0; }', [
      '-static',
    ]);
    const { host, files } = await check([['usr/bin/static']]);
    expect(host.summary).toContain(': 1 program and 1 command of the design loaded nothing of it');
    expect(files.summary).toBe('2 starts: 2 look for files of the host (network 2), 0 for none.');
  });

  it.skipIf(!hasStrace)(
    'a program that opens thousands of files has an end of its list, and leaves nothing',
    async () => {
      prefix.ownPaths();
      prefix.compile(
        'flood',
        `#include <fcntl.h>
        #include <stdio.h>
        int main(void) {
          char path[64];
          for (unsigned i = 0; i < 10000; i++) {
            sprintf(path, "/x%x", i);
            open(path, O_RDONLY);
          }
        }`,
      );
      const limits = { seconds: 300, totalSeconds: 300 };
      const { files } = await check([], limits);
      const told = details(files, 'notice').filter((detail) => detail.startsWith('`usr/bin/flood`'));
      expect(told).toEqual([
        expect.stringMatching(
          /^`usr\/bin\/flood` looks for \/x0, \/x1, \/x2, \/x3, \/x4, \/x5 and \d{3} more \(other files\)/,
        ),
        expect.stringMatching(/opens too many files to list: \d+ further calls\.$/),
      ]);
      vi.stubEnv('PREFIX_STUDIO_LIMITS', 'start.log=64K');
      expect(details((await check([], limits)).files, 'notice').join('\n')).toContain(
        '`usr/bin/flood` opens so many files that not all of them could be checked: their list would be larger than the limit `start.log`.',
      );
      expect(readdirSync(temporary)).toEqual([]);
    },
  );

  it('libraries are seen without a tracer, too', async () => {
    prefix.compile('by-name', '#include <dlfcn.h>\nint main(void) { return dlopen("libnone.so", RTLD_NOW) == 0; }');
    const start = {
      eprefix: prefix.eprefix,
      mounts: [{ source: prefix.inside('.'), target: prefix.eprefix, access: 'read-only' as const }],
      emulator: null,
      command: [`${prefix.eprefix}/usr/bin/by-name`],
    };
    const tracer = await openTracer(start, null);
    expect(tracer.sees).toBe('libraries');
    const { opened, output } = await tracer.start(start);
    expect(opened).toContainEqual({ path: '/opt/hostile/lib64/libc.so.6', call: 'open', isThere: true });
    expect(opened).toContainEqual({ path: '/lib/libnone.so', call: 'open', isThere: false });
    expect(output).toBe('');
  });
});
