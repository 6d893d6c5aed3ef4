import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../host/find-program';
import type { WrittenMachine } from './elf-writer';
import { type ProbeQuestion, probeProgram } from './probe-program';
import { hostileStatus, hostileWords, stubLibrary } from './stub-library';

const ownPaths = resolve(import.meta.dirname, '../../../overlays/toolchain/sys-libs/c-runtime/files/own-paths.pl');
const folder = mkdtempSync(join(tmpdir(), 'written-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const locale = (name: string, bit: number): ProbeQuestion => ({
  symbol: 'setlocale',
  arguments: [6, name],
  failure: 0,
  bit,
});
const conversion = (to: string, bit: number): ProbeQuestion => ({
  symbol: 'iconv_open',
  arguments: [to, 'UTF-8'],
  failure: -1,
  bit,
});

interface Machine {
  readonly name: string;
  readonly machine: WrittenMachine;
  /** folder of its C library on this machine */
  readonly libraries: string;
  readonly loader: string;
  /** what starts its programs */
  readonly by: readonly string[];
  /** sets a variable for the program, not for what starts it */
  readonly variable: (name: string, value: string) => Record<string, string>;
}

const loaderOf = (name: string, path: string): string => (existsSync(path) ? path : `/none/${name}`);
const emulator = findProgram('qemu-aarch64-static') ?? findProgram('qemu-aarch64');
const machines: readonly Machine[] = [
  {
    name: 'amd64',
    machine: 62,
    libraries: '/lib/x86_64-linux-gnu',
    loader: loaderOf('ld-linux-x86-64.so.2', '/lib64/ld-linux-x86-64.so.2'),
    by: [],
    variable: (name, value) => ({ [name]: value }),
  },
  {
    name: 'arm64',
    machine: 183,
    libraries: '/usr/aarch64-linux-gnu/lib',
    loader: loaderOf('ld-linux-aarch64.so.1', '/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1'),
    by: [emulator ?? 'none'],
    variable: (name, value) => ({ QEMU_SET_ENV: `${name}=${value}` }),
  },
];

const isHere = ({ loader, libraries, name }: Machine): boolean =>
  existsSync(loader) &&
  existsSync(join(libraries, 'libc.so.6')) &&
  (name === 'amd64' ? process.arch === 'x64' : emulator !== null);

describe.each(machines)('for $name', (one) => {
  const { machine, libraries, loader, by, name, variable } = one;

  function start(file: string, environment: Record<string, string> = {}) {
    const [program = file, ...rest] = [...by, file];
    const { status, stderr } = spawnSync(program, rest, { env: environment as NodeJS.ProcessEnv, encoding: 'utf8' });
    return { status, stderr };
  }

  function write(file: string, content: Buffer): string {
    const path = join(folder, `${file}-${name}`);
    writeFileSync(path, content, { mode: 0o755 });
    return path;
  }

  it.skipIf(!isHere(one))('a program asks the C library, and its status is what was answered', () => {
    const questions = [locale('C', 1), locale('xx_XX', 2), conversion('ASCII', 4), conversion('none', 8)];
    expect(start(write('ask', probeProgram(machine, loader, libraries, questions)))).toEqual({ status: 5, stderr: '' });
    const silent = questions.map((question) => ({ ...question, bit: 0 }));
    expect(start(write('silent', probeProgram(machine, loader, libraries, silent))).status).toBe(0);
  });

  it.skipIf(!isHere(one))('a library ends who loads it, and says its name', () => {
    const library = write('stub', stubLibrary(machine, 'libstub.so.1'));
    const program = write('plain', probeProgram(machine, loader, libraries, []));
    expect(start(program).status).toBe(0);
    expect(start(program, variable('LD_PRELOAD', library))).toEqual({
      status: hostileStatus,
      stderr: `${hostileWords}libstub.so.1\n`,
    });
    // as the loader of a program
    expect(start(write('started', probeProgram(machine, library, libraries, []))).status).toBe(hostileStatus);
  });

  const tools =
    ['perl', 'localedef'].every((tool) => findProgram(tool) !== null) && existsSync('/usr/share/i18n/locales/C');
  it.skipIf(!isHere(one) || !tools)(
    'a copy of the C library finds locales in a prefix, however long its path is',
    () => {
      const prefix = join(
        folder,
        name,
        'a-folder-with-a-name-that-is-longer-than-every-path-that-the-library-has-compiled-in',
      );
      mkdirSync(join(prefix, 'lib64'), { recursive: true });
      mkdirSync(join(prefix, 'usr/lib/locale'), { recursive: true });
      for (const file of [loader, join(libraries, 'libc.so.6')]) {
        cpSync(realpathSync(file), join(prefix, 'lib64', file.split('/').at(-1) ?? ''));
        chmodSync(join(prefix, 'lib64', file.split('/').at(-1) ?? ''), 0o755);
      }
      const own = join(prefix, 'lib64', loader.split('/').at(-1) ?? '');
      const said = execFileSync('perl', [ownPaths, prefix, own, join(prefix, 'lib64/libc.so.6')], { encoding: 'utf8' });
      expect(said).not.toMatch(/^left/m);
      execFileSync('localedef', ['--prefix', prefix, '-i', 'C', '-f', 'UTF-8', 'only_HERE.UTF-8'], {
        stdio: 'ignore',
      });
      const questions = [locale('only_HERE.UTF-8', 1), locale('C.UTF-8', 2)];
      expect(start(write('here', probeProgram(machine, own, join(prefix, 'lib64'), questions)))).toEqual({
        status: 1,
        stderr: '',
      });
      expect(start(write('there', probeProgram(machine, loader, libraries, questions.slice(0, 1)))).status).toBe(0);
    },
  );
});
