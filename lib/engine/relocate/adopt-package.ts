import { capabilitiesFile, ownersFile } from '../file-notes';
import type { GpkgContents } from '../gpkg';
import { setImageTimes } from '../image-tree';
import { entryText, type ReadyPackage, unpackForInstall } from '../install-package';
import type { PackageStore, StoredPackage } from '../package-store';
import { sourceDateEpoch } from '../source-date';
import { takeImage } from '../take-image';
import type { EntryFiles } from '../vdb';
import { placeholderPath } from './placeholder';
import { entryLeftovers, relocateEntry } from './relocate-entry';
import { relocateImage } from './relocate-image';

export interface AdoptRequest {
  /** a package of the shared store, or one that was built for it just now, whose image is still there */
  readonly from: { readonly stored: StoredPackage } | { readonly built: ReadyPackage };
  /** EPREFIX that it is for */
  readonly path: string;
  /** where it is unpacked, in a folder of its own */
  readonly workFolder: string;
  /** PKGDIR of the prefix */
  readonly store: PackageStore;
  /** VDB files that it has here instead of its own */
  readonly moreFiles?: EntryFiles;
  readonly signal?: AbortSignal;
}

export type Adopted =
  | {
      readonly kind: 'adopted';
      readonly ready: ReadyPackage;
      readonly stored: StoredPackage;
      readonly rewritten: number;
    }
  /** it does not fit another path; `reason` is a clause about the package */
  | { readonly kind: 'refused'; readonly reason: string };

function ownersOf(files: EntryFiles): GpkgContents['owners'] {
  const owners = new Map<string, { readonly uid: number; readonly gid: number }>();
  for (const line of entryText(files, ownersFile).split('\n')) {
    const [, uid, gid, path] = /^(\d+):(\d+) (.+)$/.exec(line) ?? [];
    if (path !== undefined) owners.set(path, { uid: Number(uid), gid: Number(gid) });
  }
  return owners;
}

function capabilitiesOf(files: EntryFiles): ReadonlyMap<string, string> {
  const capabilities = new Map<string, string>();
  for (const line of entryText(files, capabilitiesFile).split('\n')) {
    const [, words, path] = /^(cap_\S+(?: cap_\S+)*) (\/.*)$/.exec(line) ?? [];
    if (words !== undefined && path !== undefined) capabilities.set(path, words);
  }
  return capabilities;
}

/**
 * Makes a package of the shared store one of a prefix: unpacks it, rewrites it for the path, checks that nothing of the
 * placeholder is left, and packs it into PKGDIR. The same package and path give the same bytes. Throws what unpacking and
 * packing throw.
 */
export async function adoptPackage(request: AdoptRequest): Promise<Adopted> {
  const { from, path, workFolder, store, moreFiles, signal } = request;
  const unpacked =
    'built' in from ? from.built : await unpackForInstall(from.stored, workFolder, placeholderPath, [], signal);
  const { imageDir, cpv } = unpacked;
  const relocation = await relocateImage(imageDir, unpacked.entries, path, signal);
  if (relocation.kind === 'refused') {
    const [first] = relocation.because;
    const more = relocation.because.length > 1 ? ` (and ${relocation.because.length - 1} more)` : '';
    return { kind: 'refused', reason: `\`${first?.path}\` ${first?.reason}${more}` };
  }
  const entryFiles = new Map(await relocateEntry(unpacked.entryFiles, path, imageDir));
  const [left] = entryLeftovers(entryFiles);
  if (left !== undefined) return { kind: 'refused', reason: `its record \`${left}\` has a piece of the path only` };
  const entries = await setImageTimes(imageDir, await takeImage(imageDir, path, signal), sourceDateEpoch);
  entryFiles.delete('BUILD_ID');
  for (const [name, text] of moreFiles ?? []) entryFiles.set(name, text);
  const own = await store.add(cpv, {
    imageDir,
    entries,
    metadata: entryFiles,
    owners: ownersOf(entryFiles),
    capabilities: capabilitiesOf(entryFiles),
    epoch: sourceDateEpoch,
    signal,
  });
  entryFiles.set('BUILD_ID', `${own.buildId}`);
  const ready = { cpv, slot: unpacked.slot, imageDir, entries, entryFiles };
  return { kind: 'adopted', ready, stored: own, rewritten: relocation.files + relocation.links };
}
