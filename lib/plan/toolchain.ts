import type { Design } from '../design';
import { findProgram } from '../host/find-program';
import { readOsRelease, releaseKeys } from '../host/os-release';
import { type Board, boards } from '../layout/names';
import type { ProvidedPackage, ToolchainFacts } from '../layout/toolchain';
import { compilerPrefix, type HostCompiler, hostCompiler } from './host-compiler';

type Wish = Pick<Design, 'toolchain' | 'tree' | 'board'>;

const sdkCompiler = (board: Board): string => `${boards[board].chost}-gcc`;

/** Where the SDK's cross compiler for a board is; null: this machine is no Flatcar SDK. */
export const findSdkCompiler = (board: Board, path: string = process.env.PATH ?? ''): string | null =>
  findProgram(sdkCompiler(board), path);

/** Which of the two compiles the packages of a design. The starter tree knows this machine's only. */
export function toolchainKind({ toolchain, tree, board }: Wish): ToolchainFacts['kind'] {
  if (tree === 'starter') return 'host';
  if (toolchain !== 'auto') return toolchain;
  return findSdkCompiler(board) === null ? 'host' : 'sdk';
}

/** `Debian GNU/Linux 12 (bookworm)` */
const systemName = (): string => releaseKeys(readOsRelease()).PRETTY_NAME || 'this machine';

/** Packages of a Flatcar tree that the imported C library and the wrapped compiler stand for. */
function providedBy({ glibc, linuxHeaders, gcc, binutils, libxcrypt }: HostCompiler): ProvidedPackage[] {
  const rows: readonly (readonly [name: string, version: string | null, from: string])[] = [
    ['sys-libs/glibc', glibc, 'imported by sys-libs/c-runtime'],
    ['sys-libs/libxcrypt', libxcrypt, 'imported by sys-libs/c-runtime'],
    ['sys-kernel/linux-headers', linuxHeaders, 'imported by sys-devel/c-toolchain'],
    ['sys-devel/gcc', gcc, 'wrapped by sys-devel/c-toolchain; its libraries are in sys-libs/c-runtime'],
    ['sys-devel/binutils', binutils, 'wrapped by sys-devel/c-toolchain'],
  ];
  return rows.flatMap(([name, version, from]) => (version === null ? [] : [{ cpv: `${name}-${version}`, from }]));
}

function hostFacts(board: Board, isFlatcar: boolean, isChosen: boolean, found: HostCompiler | null): ToolchainFacts {
  const base = { kind: 'host', isChosen } as const;
  if (found === null) {
    const wanted = `${compilerPrefix(board)}gcc`;
    const summary = `No compiler for ${board}: this machine has no \`${wanted}\` with C++.`;
    return { ...base, compiler: null, glibc: null, name: 'none', provides: [], summary, meaning: null };
  }
  const parts = [`gcc ${found.gcc}`, found.glibc === null ? 'an unknown C library' : `glibc ${found.glibc}`];
  const system = systemName();
  const not = isFlatcar ? ", not with Flatcar's" : '';
  return {
    ...base,
    compiler: found.path,
    glibc: found.glibc,
    name: `${parts.join(', ')} (${system})`,
    provides: isFlatcar ? providedBy(found) : [],
    summary: `Compiled with ${parts.join(' and ')} of the build machine (${system})${not}.`,
    meaning: isFlatcar
      ? 'The prefix carries this C library with it, so it starts on any Linux of its processor; security updates of compiler and C library come from the build machine: update it and build again.'
      : null,
  };
}

/** What packages of a design are compiled with on this machine. `cacheFolder` keeps what compilers answer. */
export function chooseToolchain(design: Wish, cacheFolder: string | null): ToolchainFacts {
  const { board, tree } = design;
  const isChosen = design.toolchain !== 'auto';
  const isFlatcar = tree !== 'starter';
  if (toolchainKind(design) === 'host') {
    return hostFacts(board, isFlatcar, isChosen, hostCompiler(board, cacheFolder));
  }
  const compiler = findSdkCompiler(board);
  return {
    kind: 'sdk',
    isChosen,
    compiler,
    glibc: null,
    name: `Flatcar SDK, ${sdkCompiler(board)}`,
    provides: [],
    summary:
      compiler === null
        ? `The design asks for the Flatcar SDK's cross compiler, and this machine has no \`${sdkCompiler(board)}\`.`
        : `Compiled with \`${sdkCompiler(board)}\` of the Flatcar SDK and the C library that it builds.`,
    meaning: null,
  };
}
