import { buildMachine } from '../host/build-machine';
import { type Board, boards } from '../layout/names';
import { makeCandidate, onDemandSource, type PackageSource } from '../repo';
import { type HostCompiler, hostCompiler } from './host-compiler';
import { thisMachine } from './machine-host';

interface Part {
  readonly slot: string;
  readonly versionOf: (compiler: HostCompiler) => string | null;
}

const parts: Readonly<Record<string, Part>> = {
  'sys-kernel/linux-headers': { slot: '0', versionOf: ({ linuxHeaders }) => linuxHeaders },
  'sys-libs/glibc': { slot: '2.2', versionOf: ({ glibc }) => glibc },
  'sys-libs/libxcrypt': { slot: '0', versionOf: ({ libxcrypt }) => libxcrypt },
};

/** Is it one of `machineLibraries`? There is one of each, whatever slot a tree gives it. */
export const isMachineLibrary = (qualifiedName: string): boolean => Object.hasOwn(parts, qualifiedName);

/**
 * What the compiler of this machine brings besides commands, as installed packages of their real versions: the kernel's
 * headers and the C library. Programs that a build compiles for the build machine itself need them. The compiler is asked when
 * somebody asks for one of them, once; `cacheFolder` keeps what it answers.
 */
export function machineLibraries(cacheFolder: string | null): PackageSource {
  const board = (Object.keys(boards) as Board[]).find((each) => boards[each].chost.startsWith(`${buildMachine()}-`));
  let asked: { readonly compiler: HostCompiler | null } | null = null;
  const compiler = (): HostCompiler | null => {
    asked ??= { compiler: board === undefined ? null : hostCompiler(board, cacheFolder) };
    return asked.compiler;
  };
  return onDemandSource(
    () => Object.keys(parts),
    (name) => {
      const part = isMachineLibrary(name) ? parts[name] : undefined;
      const found = part && compiler();
      const version = part && found ? part.versionOf(found) : null;
      if (!part || version === null) return [];
      const DESCRIPTION = 'what the compiler of this machine brings';
      return [
        makeCandidate(`${name}-${version}`, thisMachine, 'installed', { EAPI: '8', SLOT: part.slot, DESCRIPTION }),
      ];
    },
  );
}
