/** A package whose part the tool chain plays in staging and final, so that it need not be built. */
export interface ProvidedPackage {
  /** `category/PN-version`, with the version that is really there */
  readonly cpv: string;
  /** what on the build machine it is */
  readonly from: string;
}

/** What a run says of its tool chain. */
export type ToolchainWords = Pick<ToolchainFacts, 'name' | 'summary' | 'meaning'>;

/** The compiler and C library that packages of a prefix are made with. */
export interface ToolchainFacts {
  readonly kind: 'sdk' | 'host';
  /** does the design name it? else it is what this machine has */
  readonly isChosen: boolean;
  /** path of the C compiler on the build machine; null: there is none */
  readonly compiler: string | null;
  /** version of the C library that goes into the prefix; null: the plan builds one */
  readonly glibc: string | null;
  readonly provides: readonly ProvidedPackage[];
  /** compiler, C library and system by name and version: `gcc 12.2.0, glibc 2.36 (Debian GNU/Linux 12)` */
  readonly name: string;
  /** the same as a sentence; without a compiler: that there is none */
  readonly summary: string;
  /** what that means for who runs the prefix; null: nothing out of the ordinary */
  readonly meaning: string | null;
}
