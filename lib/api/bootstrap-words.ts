import type { BootstrapRole, BootstrapWay } from '../plan/bootstrap-stages';

/** What a compilation stands on, in plain words. */
export const roleWords: Readonly<Record<BootstrapRole, string>> = {
  compiler: 'Compiler',
  linker: 'Assembler and linker',
  libc: 'C library',
  'kernel-headers': 'Kernel headers',
  'cxx-runtime': 'C and C++ run-time',
};

export interface WayWords {
  readonly label: string;
  /** how it goes, one sentence */
  readonly plain: string;
  readonly gains: string;
  readonly costs: string;
}

export const wayWords: Readonly<Record<BootstrapWay, WayWords>> = {
  cross: {
    label: 'Cross',
    plain: 'The cross tool chain of the SDK compiles everything. `setup_prefix` does it this way, with cross-boss.',
    gains: 'Every package is built once, and any board can be built on any machine.',
    costs: 'The compiler stays the SDK’s: gcc in staging is there for its run-time libraries only.',
  },
  staged: {
    label: 'Staged',
    plain: 'A small tool chain comes first; then each part is built again by its successor.',
    gains: 'In the end C library, linker and compiler were made by a compiler of the prefix itself.',
    costs:
      'The tool chain is built several times. Its programs have to run while it is built: for a foreign board that takes emulation.',
  },
  starter: {
    label: 'Starter',
    plain: 'The run-time of this machine’s compiler is imported, so that no tool chain has to be built.',
    gains: 'The first package is compiled after seconds.',
    costs: 'Compiler, linker and C library are and stay this machine’s.',
  },
};
