import type { Design } from '../design';
import { boards } from '../layout/names';
import type { PackageTree } from '../repo';

/**
 * How a staging root comes to stand on its own feet. `cross`: the SDK's cross tool chain compiles everything, as
 * cross-boss' cb-bootstrap does; `staged`: a small tool chain first, then each part rebuilt by its successor;
 * `starter`: the run-time files of the build machine's compiler are imported.
 */
export const bootstrapWays = ['cross', 'staged', 'starter'] as const;

export type BootstrapWay = (typeof bootstrapWays)[number];

/** What every compilation stands on. */
export type BootstrapRole = 'compiler' | 'linker' | 'libc' | 'kernel-headers' | 'cxx-runtime';

export const bootstrapRoles: readonly BootstrapRole[] = ['compiler', 'linker', 'libc', 'kernel-headers', 'cxx-runtime'];

/** Packages that fill a role. Those of the starter tree hold copies of the build machine's files. */
export const roleOfPackage: Readonly<Record<string, { readonly roles: readonly BootstrapRole[]; isCopy?: true }>> = {
  'sys-devel/gcc': { roles: ['compiler', 'cxx-runtime'] },
  'sys-devel/binutils': { roles: ['linker'] },
  'sys-libs/glibc': { roles: ['libc'] },
  'sys-libs/musl': { roles: ['libc'] },
  'sys-kernel/linux-headers': { roles: ['kernel-headers'] },
  'sys-libs/c-runtime': { roles: ['libc', 'cxx-runtime'], isCopy: true },
  'sys-devel/c-toolchain': { roles: ['kernel-headers'], isCopy: true },
};

export interface BootstrapStage {
  readonly id: string;
  readonly title: string;
  /** one plain sentence */
  readonly why: string;
  /** atoms and sets */
  readonly requests: readonly string[];
  /** USE of the environment, which wins over make.conf and package.use */
  readonly use: readonly string[];
  /** `final`: built in staging where it is missing there, then installed from its binary packages */
  readonly root: 'staging' | 'final';
  /** where headers and libraries are looked for (SYSROOT) */
  readonly sysroot: 'host' | 'staging';
  /** whose compiler and linker run */
  readonly compiler: 'host' | 'staging';
  readonly linker: 'host' | 'staging';
  /**
   * `all`: what it needs is planned too; `none`: only the packages themselves; `host`: they are programs of the build
   * host for the time being, so what they need is the host's
   */
  readonly dependencies: 'all' | 'none' | 'host';
  /** false: what is asked for is built again even when it is installed */
  readonly update: boolean;
  readonly changedUse: boolean;
  /** what is installed already has to have what it needs, too */
  readonly deep: boolean;
}

const plain = {
  use: ['build'],
  root: 'staging',
  sysroot: 'staging',
  compiler: 'host',
  linker: 'host',
  dependencies: 'all',
  update: true,
  changedUse: false,
  deep: false,
} as const;

/** What a compiler can do without that is only there to build another one. */
const minimal = ['-debuginfod', '-fortran', '-gprofng', '-nls', '-openmp', '-pgo', '-sanitize', '-zstd'];

const baseLayout: BootstrapStage = {
  ...plain,
  id: 'base',
  title: 'Base layout',
  why: 'The folders and links that everything else is installed into; nothing is compiled.',
  requests: ['sys-apps/baselayout'],
  sysroot: 'host',
};

const system = { id: 'system', title: '@system', requests: ['@system'], changedUse: true } as const;

const final: BootstrapStage = {
  ...plain,
  id: 'final',
  title: 'Final',
  why: 'What ships begins with the C library, and with the run-time libraries of the compiler, taken out of its package.',
  requests: ['prefix/prefix-final'],
  use: [],
  root: 'final',
};

const cross: readonly BootstrapStage[] = [
  baseLayout,
  {
    ...plain,
    id: 'headers',
    title: 'Kernel headers',
    why: 'The C library is compiled against them, so they come first.',
    requests: ['virtual/os-headers'],
    sysroot: 'host',
  },
  {
    ...plain,
    id: 'libc',
    title: 'C library',
    why: 'Every program is linked against it. Staging has none yet, so the cross tool chain still takes its own headers.',
    requests: ['virtual/libc'],
    sysroot: 'host',
  },
  {
    ...plain,
    id: 'compiler',
    title: 'Compiler',
    why: 'From here on headers and libraries come from staging. gcc comes early because C++ libraries need its run-time.',
    requests: ['sys-devel/gcc'],
  },
  {
    ...plain,
    ...system,
    why: 'Everything that packages take for granted while they are built. The cross tool chain goes on compiling.',
  },
  final,
];

const own = { compiler: 'staging', linker: 'staging' } as const;

const staged: readonly BootstrapStage[] = [
  baseLayout,
  {
    ...plain,
    id: 'bootstrap-binutils',
    title: 'Bootstrap binutils',
    why: 'Assembler and linker for the prefix with few features; programs of the host until their successors exist.',
    requests: ['sys-devel/binutils'],
    use: ['build', ...minimal],
    sysroot: 'host',
    dependencies: 'host',
  },
  {
    ...plain,
    id: 'bootstrap-gcc',
    title: 'Bootstrap gcc',
    why: 'Good for C alone: without a C library for the prefix there is nothing that its run-time could be built against.',
    requests: ['sys-devel/gcc'],
    use: ['build', ...minimal],
    sysroot: 'host',
    dependencies: 'host',
  },
  {
    ...plain,
    ...own,
    id: 'headers',
    title: 'Kernel headers',
    why: 'The C library is compiled against them, so they come first.',
    requests: ['sys-kernel/linux-headers'],
    dependencies: 'none',
  },
  {
    ...plain,
    ...own,
    id: 'libc',
    title: 'C library',
    why: 'Compiled by the bootstrap compiler, alone: what it needs beside itself could not be linked before it exists.',
    requests: ['sys-libs/glibc'],
    dependencies: 'none',
  },
  {
    ...plain,
    linker: 'staging',
    id: 'bootstrap-cxx',
    title: 'Bootstrap gcc, C++',
    why: 'The bootstrap compiler once more: against the new C library it gets the run-time of C++, which gcc is written in.',
    requests: ['sys-devel/gcc'],
    use: ['build', ...minimal],
    dependencies: 'host',
  },
  {
    ...plain,
    ...own,
    id: 'libc-rest',
    title: 'Around the C library',
    why: 'What the C library needs beside itself to run, now that it can be linked.',
    requests: ['virtual/os-headers', 'virtual/libc'],
    deep: true,
  },
  {
    ...plain,
    ...own,
    id: 'binutils',
    title: 'binutils',
    why: 'Rebuilt with all its features by the bootstrap compiler, against the C library of staging.',
    requests: ['sys-devel/binutils'],
  },
  {
    ...plain,
    ...own,
    id: 'gcc',
    title: 'gcc',
    why: 'Rebuilt with all its features by the bootstrap compiler and the new binutils; now the host’s compiler is out.',
    requests: ['sys-devel/gcc'],
  },
  {
    ...plain,
    ...own,
    id: 'successors',
    title: 'Successors',
    why: 'C library, binutils and gcc once more, compiled by the compiler that stays: nothing is left of what the first ones made.',
    requests: ['sys-libs/glibc', 'sys-devel/binutils', 'sys-devel/gcc'],
    update: false,
  },
  {
    ...plain,
    ...own,
    ...system,
    why: 'Everything that packages take for granted while they are built, compiled by staging’s own tool chain.',
  },
  { ...final, ...own },
];

const starter = (packages: readonly string[]): readonly BootstrapStage[] => [
  {
    ...plain,
    id: 'runtime',
    title: 'C run-time',
    why: 'Loader, C library and the run-time of C++ are copied from this machine’s compiler; nothing is compiled.',
    requests: ['sys-libs/c-runtime'],
    use: [],
    sysroot: 'host',
  },
  {
    ...plain,
    id: 'toolchain',
    title: 'C tool chain',
    why: 'Headers, start files and wrappers that make this machine’s compiler link against the prefix alone.',
    requests: ['sys-devel/c-toolchain'],
    use: [],
    sysroot: 'host',
  },
  {
    ...plain,
    id: 'packages',
    title: 'Packages',
    why: 'From here on headers and libraries come from staging. The compiler stays this machine’s.',
    requests: packages,
    use: [],
  },
  {
    ...plain,
    id: 'final',
    title: 'Final',
    why: 'What the packages need to run, and the C run-time.',
    requests: ['sys-libs/c-runtime', ...packages],
    use: [],
    root: 'final',
  },
];

/** The ways that a tree can be bootstrapped; the first is what happens when nothing is said. */
export function waysOf(tree: Pick<PackageTree, 'kind'>): readonly BootstrapWay[] {
  return tree.kind === 'starter' ? ['starter'] : ['cross', 'staged'];
}

/** The stages of a way, in order. */
export function stagesOf(way: BootstrapWay, design: Pick<Design, 'packages'>): readonly BootstrapStage[] {
  switch (way) {
    case 'cross':
      return cross;
    case 'staged':
      return staged;
    case 'starter':
      return starter(design.packages);
  }
}

/** The call of emerge that a stage stands for; the starter tree is built without emerge. */
export function commandOf(way: BootstrapWay, stage: BootstrapStage, design: Design): string | null {
  if (way === 'starter') return null;
  const emerge = way === 'cross' && stage.root === 'staging' ? `${boards[design.board].chost}-emerge` : 'emerge';
  if (stage.root === 'final') return `emerge-prefix-${design.name}-${design.board} ${stage.requests.join(' ')}`;
  const options = [
    ...(stage.update ? ['--update'] : []),
    ...(stage.deep ? ['--deep'] : []),
    ...(stage.changedUse ? ['--changed-use'] : ['--oneshot']),
    ...(stage.dependencies === 'all' ? [] : ['--nodeps']),
  ];
  const use = stage.use.length === 0 ? '' : `USE="${stage.use.join(' ')}" `;
  return `${use}${emerge} ${[...options, ...stage.requests].join(' ')}`;
}
