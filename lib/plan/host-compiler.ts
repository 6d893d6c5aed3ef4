import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildMachine } from '../host/build-machine';
import { childEnvironment } from '../host/child-environment';
import { findProgram } from '../host/find-program';
import { keepInCache } from '../host/keep-in-cache';
import { programPath } from '../host/program-folders';
import { glibcVersionIn } from '../layout/glibc-banner';
import { type Board, boards } from '../layout/names';

/** Versions of the compiler of this machine for a board and of what belongs to it; null: it has no such part. */
export interface HostCompiler {
  /** absolute path of the C compiler */
  readonly path: string;
  readonly gcc: string;
  readonly binutils: string | null;
  readonly glibc: string | null;
  readonly linuxHeaders: string | null;
  readonly libxcrypt: string | null;
}

/** Prefix of the names of the compiler and its binutils: empty on the board's own kind of machine. */
export function compilerPrefix(board: Board): string {
  const machine = boards[board].chost.split('-')[0] as string;
  return machine === buildMachine() ? '' : `${machine}-linux-gnu-`;
}

function run(program: string, args: readonly string[], input = ''): string {
  const env = { ...childEnvironment(), LC_ALL: 'C' };
  return spawnSync(program, args, { input, encoding: 'utf8', timeout: 10_000, env }).stdout?.trim() ?? '';
}

const macrosWanted = `#include <linux/version.h>
#if __has_include(<crypt.h>)
#include <crypt.h>
#endif
`;

/** The C library that a compiler links against, as the library itself tells. */
const glibcVersion = (library: string): string | null =>
  library.startsWith('/') ? glibcVersionIn(readFileSync(library).toString('latin1')) : null;

function inspect(path: string, linker: string | null): HostCompiler {
  const fileOf = (name: string): string => run(path, [`-print-file-name=${name}`]);
  const macros = run(path, ['-E', '-dM', '-x', 'c', '-'], macrosWanted);
  const kernel = ['MAJOR', 'PATCHLEVEL'].map(
    (part) => new RegExp(`^#define LINUX_VERSION_${part} (\\d+)$`, 'm').exec(macros)?.[1],
  );
  const crypt = /^#define XCRYPT_VERSION_STR "(\d+(?:\.\d+)+)"$/m.exec(macros)?.[1];
  const gcc = run(path, ['-dumpfullversion', '-dumpversion']);
  return {
    path,
    gcc: /^\d+(?:\.\d+)*/.exec(gcc)?.[0] ?? '0',
    binutils: linker === null ? null : (/(\d+(?:\.\d+)+)/.exec(run(linker, ['--version']))?.[1] ?? null),
    glibc: glibcVersion(fileOf('libc.so.6')),
    linuxHeaders: kernel.every((part) => part !== undefined) ? kernel.join('.') : null,
    libxcrypt: crypt !== undefined && fileOf('libcrypt.so.1').startsWith('/') ? crypt : null,
  };
}

/** Changes whenever one of these is replaced, or something is put into one of these folders. */
function stampOf(paths: readonly (string | null)[]): string {
  return paths
    .map((path) => {
      const found = path === null ? undefined : statSync(path, { throwIfNoEntry: false });
      return found ? `${path} ${found.mtimeMs} ${found.size}` : `${path} -`;
    })
    .join('\n');
}

/**
 * The compiler that `sys-libs/c-runtime` and `sys-devel/c-toolchain` import from, with what it brings; null: this machine
 * has none for the board. Asked once and kept in `cacheFolder` until compiler or libraries change.
 */
export function hostCompiler(board: Board, cacheFolder: string | null, path = programPath): HostCompiler | null {
  const prefix = compilerPrefix(board);
  const compiler = findProgram(`${prefix}gcc`, path);
  if (compiler === null || findProgram(`${prefix}g++`, path) === null) return null;
  const linker = findProgram(`${prefix}ld`, path);
  const stamp = stampOf([compiler, linker, '/usr/include', '/usr/lib', '/usr/lib64', '/var/lib/dpkg/status']);
  const file = cacheFolder === null ? null : join(cacheFolder, 'toolchain', `${board}.json`);
  if (file !== null) {
    try {
      const known = JSON.parse(readFileSync(file, 'utf8')) as { stamp: string; compiler: HostCompiler };
      if (known.stamp === stamp) return known.compiler;
    } catch {
      // asked anew
    }
  }
  const found = inspect(compiler, linker);
  if (file !== null) keepInCache(file, JSON.stringify({ stamp, compiler: found }));
  return found;
}
