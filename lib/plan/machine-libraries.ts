import { buildMachine } from '../host/build-machine';
import { type Board, boards } from '../layout/names';
import { makeCandidate, onDemandSource, type PackageSource } from '../repo';
import { type HostCompiler, hostCompiler } from './host-compiler';
import { thisMachine } from './machine-host';

const slots: Readonly<Record<string, string>> = {
  'sys-kernel/linux-headers': '0',
  'sys-libs/glibc': '2.2',
  'sys-libs/libxcrypt': '0',
};

/** Is it one of `machineLibraries`? There is one of each, whatever slot a tree gives it. */
export const isMachineLibrary = (qualifiedName: string): boolean => qualifiedName in slots;

/**
 * What the compiler of this machine brings besides commands, as installed packages of their real versions: the kernel's
 * headers and the C library. Programs that a build compiles for the build machine itself need them. The compiler is asked when
 * somebody asks for one of them; `cacheFolder` keeps what it answers.
 */
export function machineLibraries(cacheFolder: string | null): PackageSource {
  const board = (Object.keys(boards) as Board[]).find((each) => boards[each].chost.startsWith(`${buildMachine()}-`));
  let known: HostCompiler | null | undefined;
  const compiler = (): HostCompiler | null => {
    known ??= board === undefined ? null : hostCompiler(board, cacheFolder);
    return known;
  };
  const versionOf = (name: string): string | null => {
    if (!isMachineLibrary(name)) return null;
    const found = compiler();
    switch (name) {
      case 'sys-kernel/linux-headers':
        return found?.linuxHeaders ?? null;
      case 'sys-libs/glibc':
        return found?.glibc ?? null;
      case 'sys-libs/libxcrypt':
        return found?.libxcrypt ?? null;
      default:
        return null;
    }
  };
  return onDemandSource(
    () => Object.keys(slots),
    (name) => {
      const version = versionOf(name);
      if (version === null) return [];
      const DESCRIPTION = 'what the compiler of this machine brings';
      return [
        makeCandidate(`${name}-${version}`, thisMachine, 'installed', {
          EAPI: '8',
          SLOT: slots[name] ?? '0',
          DESCRIPTION,
        }),
      ];
    },
  );
}
