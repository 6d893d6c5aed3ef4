export type Board = 'amd64-usr' | 'arm64-usr';

/** What a board stands for. `chost` and `keyword` are what `setup_prefix` writes into make.conf. */
export interface BoardFacts {
  readonly board: Board;
  readonly chost: string;
  readonly keyword: 'amd64' | 'arm64';
  /** value of ARCHITECTURE= in extension-release. Source: systemd os-release(5) */
  readonly sysextArchitecture: 'x86-64' | 'arm64';
  /** `e_machine` of its ELF files */
  readonly elfMachine: number;
  /** file name of the dynamic loader in `lib64` */
  readonly loader: string;
}

export const boards: Readonly<Record<Board, BoardFacts>> = {
  'amd64-usr': {
    board: 'amd64-usr',
    chost: 'x86_64-cros-linux-gnu',
    keyword: 'amd64',
    sysextArchitecture: 'x86-64',
    elfMachine: 62,
    loader: 'ld-linux-x86-64.so.2',
  },
  'arm64-usr': {
    board: 'arm64-usr',
    chost: 'aarch64-cros-linux-gnu',
    keyword: 'arm64',
    sysextArchitecture: 'arm64',
    elfMachine: 183,
    loader: 'ld-linux-aarch64.so.1',
  },
};

/** Names and directories that follow from name, board and prefix path; the same as the Flatcar SDK's `setup_prefix`. */
export interface DerivedNames {
  /** `emerge-prefix-<name>-<board>` */
  readonly wrapper: string;
  /** `<stagingBase>/prefix-<board>/<name>/`, holds root/, pkgs/, logs/, tmp/ */
  readonly stagingDir: string;
  readonly stagingRoot: string;
  /** staging root + EPREFIX */
  readonly stagingEroot: string;
  readonly pkgDir: string;
  /** `<finalBase>/__prefix__/<board>/<name>/`, holds root/, logs/, tmp/ */
  readonly finalDir: string;
  readonly finalRoot: string;
  readonly finalEroot: string;
  /** file name of the image; must equal the extension name plus `.raw` */
  readonly imageName: string;
}

/**
 * Derives every name from the three choices. `base` is '' for the SDK's own `/build`, else the data folder
 * (no trailing slash); `finalBase` is the directory that holds `__prefix__`.
 */
export function deriveNames(
  design: { readonly name: string; readonly board: Board; readonly path: string },
  base = '',
  finalBase = '',
): DerivedNames {
  const stagingDir = `${base}/build/prefix-${design.board}/${design.name}/`;
  const finalDir = `${finalBase === '' ? '' : `${finalBase}/`}__prefix__/${design.board}/${design.name}/`;
  return {
    wrapper: `emerge-prefix-${design.name}-${design.board}`,
    stagingDir,
    stagingRoot: `${stagingDir}root`,
    stagingEroot: `${stagingDir}root${design.path}`,
    pkgDir: `${stagingDir}pkgs`,
    finalDir,
    finalRoot: `${finalDir}root`,
    finalEroot: `${finalDir}root${design.path}`,
    imageName: `${design.name}.raw`,
  };
}
