import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { childEnvironment } from '../host/child-environment';
import { findProgram } from '../host/find-program';
import { keepInCache } from '../host/keep-in-cache';
import { makeCandidate, onDemandSource, type PackageSource } from '../repo';

/** A package of the tree that a command of this machine stands for. */
interface MachineTool {
  readonly qualifiedName: string;
  /** the first that is found counts */
  readonly commands: readonly string[];
  readonly slot?: (version: string) => string;
}

const tool = (qualifiedName: string, ...commands: string[]): MachineTool => ({ qualifiedName, commands });

const tools: readonly MachineTool[] = [
  tool('app-alternatives/awk', 'gawk', 'mawk'),
  tool('app-alternatives/bzip2', 'bzip2'),
  tool('app-alternatives/gzip', 'gzip'),
  tool('app-alternatives/lex', 'flex'),
  tool('app-alternatives/ninja', 'ninja'),
  tool('app-alternatives/sh', 'sh'),
  tool('app-alternatives/tar', 'tar'),
  tool('app-alternatives/yacc', 'bison', 'byacc'),
  tool('app-arch/bzip2', 'bzip2'),
  tool('app-arch/gzip', 'gzip'),
  tool('app-arch/tar', 'tar'),
  tool('app-arch/unzip', 'unzip'),
  tool('app-arch/xz-utils', 'xz'),
  tool('app-arch/zip', 'zip'),
  tool('app-arch/zstd', 'zstd'),
  tool('app-shells/bash', 'bash'),
  tool('dev-build/autoconf', 'autoconf'),
  tool('dev-build/automake', 'automake'),
  tool('dev-build/cmake', 'cmake'),
  tool('dev-build/libtool', 'libtoolize'),
  tool('dev-build/make', 'make'),
  tool('dev-build/meson', 'meson'),
  tool('dev-build/ninja', 'ninja'),
  { qualifiedName: 'dev-lang/perl', commands: ['perl'] },
  {
    qualifiedName: 'dev-lang/python',
    commands: ['python3'],
    slot: (version) => version.split('.').slice(0, 2).join('.'),
  },
  tool('dev-lang/tcl', 'tclsh'),
  tool('dev-libs/libxslt', 'xsltproc'),
  tool('dev-util/gperf', 'gperf'),
  tool('dev-util/patchelf', 'patchelf'),
  tool('dev-util/pkgconf', 'pkgconf', 'pkg-config'),
  tool('dev-vcs/git', 'git'),
  tool('net-misc/curl', 'curl'),
  tool('net-misc/wget', 'wget'),
  tool('sys-apps/coreutils', 'ls'),
  tool('sys-apps/diffutils', 'diff'),
  tool('sys-apps/file', 'file'),
  tool('sys-apps/findutils', 'find'),
  tool('sys-apps/gawk', 'gawk'),
  tool('sys-apps/grep', 'grep'),
  tool('sys-apps/help2man', 'help2man'),
  tool('sys-apps/sed', 'sed'),
  tool('sys-apps/texinfo', 'makeinfo'),
  tool('sys-devel/bc', 'bc'),
  tool('sys-devel/binutils', 'ld'),
  tool('sys-devel/bison', 'bison'),
  tool('sys-devel/flex', 'flex'),
  tool('sys-devel/gcc', 'gcc'),
  tool('sys-devel/gettext', 'msgfmt'),
  tool('sys-devel/m4', 'm4'),
  tool('sys-devel/patch', 'patch'),
  tool('sys-libs/ncurses', 'tic'),
  tool('virtual/pkgconfig', 'pkgconf', 'pkg-config'),
];

/** tclsh and tic have their own ways to tell */
const versionArguments: Readonly<Record<string, readonly string[]>> = { tic: ['-V'], unzip: ['-v'] };

/** The version a command prints; `0` when it prints none. */
function askVersion(file: string, name: string): string {
  const input = name === 'tclsh' ? 'puts [info patchlevel]\n' : '';
  const args = name === 'tclsh' ? [] : (versionArguments[name] ?? ['--version']);
  const answer = spawnSync(file, args, {
    input,
    encoding: 'utf8',
    timeout: 5000,
    env: { ...childEnvironment(), LC_ALL: 'C' },
  });
  return /(?<![\w.])v?(\d+(?:\.\d+)+)/.exec(`${answer.stdout ?? ''}\n${answer.stderr ?? ''}`)?.[1] ?? '0';
}

type Known = Record<string, { readonly stamp: string; readonly version: string }>;

/**
 * What this machine offers to builds, as installed packages: every known command in PATH stands for a package of its
 * version. Versions are asked once and kept in `cacheFile` until the command changes.
 */
export function machineHost(cacheFile: string | null, path: string = process.env.PATH ?? ''): PackageSource {
  let known: Known = {};
  if (cacheFile !== null) {
    try {
      known = JSON.parse(readFileSync(cacheFile, 'utf8')) as Known;
    } catch {
      known = {};
    }
  }
  const places = new Map<string, string>();
  const offered = new Map<string, { readonly entry: MachineTool; readonly file: string; readonly command: string }>();
  for (const entry of tools) {
    for (const command of entry.commands) {
      const file = places.get(command) ?? findProgram(command, path);
      if (file === null) continue;
      places.set(command, file);
      offered.set(entry.qualifiedName, { entry, file, command });
      break;
    }
  }
  const versionOf = (file: string, command: string): string => {
    const found = statSync(file);
    const stamp = `${found.mtimeMs}:${found.size}`;
    const before = known[file];
    if (before?.stamp === stamp) return before.version;
    const version = askVersion(file, command);
    known = { ...known, [file]: { stamp, version } };
    if (cacheFile !== null) keepInCache(cacheFile, JSON.stringify(known));
    return version;
  };
  const names = [...offered.keys()].sort();
  return onDemandSource(
    () => names,
    (name) => {
      const found = offered.get(name);
      if (!found) return [];
      const version = versionOf(found.file, found.command);
      const metadata = {
        EAPI: '8',
        SLOT: found.entry.slot?.(version) ?? '0',
        DESCRIPTION: `\`${found.file}\` of this machine`,
      };
      return [makeCandidate(`${name}-${version}`, 'this-machine', 'installed', metadata)];
    },
  );
}
