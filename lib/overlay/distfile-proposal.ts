import type { ManifestEntry } from '../engine/manifest';

/** Size and hashes of a file, as a Manifest line has them. */
export type FileSums = Pick<ManifestEntry, 'sizeBytes' | 'hashes'>;

/** What a new Manifest says of one distfile beside what the old one said. */
export interface DistfileChange {
  readonly name: string;
  /** the distfile in whose place it stands, under a name of its own; null: none */
  readonly replaces: string | null;
  /**
   * `same`: the file at hand is the one of the Manifest; `differs`: it is another; `new`: the Manifest did not have it;
   * `unseen`: no file is at hand, the entry stays; `missing`: no file is at hand and there is no entry; `dropped`: no ebuild
   * asks for it any more
   */
  readonly kind: 'same' | 'differs' | 'new' | 'unseen' | 'missing' | 'dropped';
  readonly before: FileSums | null;
  readonly after: FileSums | null;
  /** where the file at hand came from */
  readonly from: string | null;
  /** what has to be changed in the ebuild for this file, or is worth knowing, a sentence each */
  readonly notes: readonly string[];
}

/** What writing the Manifest of a package anew would change. Nothing is written. */
export interface ManifestProposal {
  /** `category/PN` */
  readonly package: string;
  /** absolute path of the Manifest */
  readonly manifest: string;
  readonly distfiles: readonly DistfileChange[];
  /** lines that the ebuild gets, because the file at hand has another name, form or top folder; as a diff */
  readonly ebuilds: readonly { readonly path: string; readonly diff: string }[];
  /** something would be written */
  readonly isChange: boolean;
  /** of what is shown; sent back to accept it */
  readonly digest: string;
}
