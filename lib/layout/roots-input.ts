/** The variables as the user sets them; left out or null means unset. */
export interface RootInput {
  readonly root?: string | null;
  readonly sysroot?: string | null;
  readonly eprefix?: string | null;
  /** offset prefix of the package manager itself; empty on an ordinary host */
  readonly broot?: string | null;
  /** EAPI of the ebuild */
  readonly eapi: string;
  /** the directory relative paths start from; left out: relative paths are refused */
  readonly workingDirectory?: string | null;
  /** only binary packages are merged, nothing is compiled (`--usepkgonly`) */
  readonly usePackagesOnly?: boolean;
  /** what the disk says, when the caller has looked: the paths with links resolved, and whether ROOT is a file */
  readonly disk?: { readonly realRoot?: string; readonly realSysroot?: string; readonly rootIsFile?: boolean };
}

export type RootErrorCode =
  | 'unknown-eapi'
  | 'control-character'
  | 'root-relative'
  | 'sysroot-relative'
  | 'eprefix-relative'
  | 'broot-relative'
  | 'root-not-a-directory'
  | 'sysroot-must-be-slash';

/** The four variables after defaults and normalisation. */
export interface NormalRoots {
  readonly root: string;
  readonly sysroot: string;
  readonly eprefix: string;
  /** offset, empty for none */
  readonly broot: string;
}
