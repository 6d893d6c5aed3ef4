export interface MetadataQuestion {
  /** absolute path of the ebuild */
  readonly path: string;
  readonly category: string;
  /** eclass directories, the one that wins first */
  readonly eclassDirs: readonly string[];
}

export type MetadataAnswer =
  | {
      readonly kind: 'ok';
      /** keys of an md5-cache entry without `_md5_` and `_eclasses_`; empty ones are left out */
      readonly keys: Readonly<Record<string, string>>;
      /** every eclass inherited, directly or not, sorted by name, with the file that was used */
      readonly eclasses: readonly { readonly name: string; readonly path: string }[];
    }
  | { readonly kind: 'failed'; readonly message: string };
