import { join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { filesBelow, type OverlayPlaces, originText, readTakenEbuilds, type TakenEbuild } from '../plan/taken-ebuilds';
import { limits } from '../repo/limits';
import { listOverlayFiles } from './edit-file';
import { listPatches, type PrefixPatch } from './patches';

/** A taken ebuild as lists show it. */
export interface OverlayEbuild {
  readonly cpv: string;
  readonly category: string;
  readonly pn: string;
  readonly version: string;
  /** where it came from, in words */
  readonly origin: string;
  /** UTC ISO 8601 */
  readonly takenAt: string;
  /** its ebuild, relative to the repository */
  readonly path: string;
  /** files that differ from those taken */
  readonly changed: readonly string[];
  /** distfiles that its Manifest lists otherwise than the tree's, and where they came from */
  readonly otherSources: readonly { readonly name: string; readonly from: string | null }[];
  readonly eclasses: readonly string[];
  /** what became of it where it came from */
  readonly originState: 'same' | 'changed' | 'gone';
}

/** The overlay of a prefix. */
export interface OverlayView {
  readonly name: string;
  /** absolute; the repository need not be there yet */
  readonly repository: string;
  /** the design names it */
  readonly isInDesign: boolean;
  readonly ebuilds: readonly OverlayEbuild[];
  readonly patches: readonly PrefixPatch[];
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
}

/** Ebuild, `files/` and metadata.xml are compared; eclasses and Manifest only when an update is asked for. */
function originState(
  places: OverlayPlaces,
  { category, pn, pf, location, takenFrom }: TakenEbuild,
): OverlayEbuild['originState'] {
  const origin = new ContainedFolder(location);
  const folder = join(location, category, pn);
  const there = `${takenFrom === null ? pf : takenFrom.slice(category.length + 1)}.ebuild`;
  if (origin.kind(join(folder, there)) !== 'file') return 'gone';
  const before = filesBelow(new ContainedFolder(places.origin), join(places.origin, category, pf));
  const kept = [...before].filter(
    ([path]) => path !== 'origin.json' && path !== 'Manifest' && !path.startsWith('eclass/'),
  );
  const isSame = kept.every(([path, data]) => {
    const answer = origin.read(join(folder, path === `${pf}.ebuild` ? there : path), limits.packageFilesBytes);
    return answer.kind === 'content' && answer.data.equals(data);
  });
  const now = filesBelow(origin, join(folder, 'files')).size;
  return isSame && now === kept.filter(([path]) => path.startsWith('files/')).length ? 'same' : 'changed';
}

/** What stands in the overlay of a prefix, and the user's patches in its configuration. */
export function viewOverlay(
  places: OverlayPlaces,
  prefix: { readonly stagingEroot: string; readonly repositories: readonly { readonly location?: string }[] },
): OverlayView {
  return {
    name: places.name,
    repository: places.repository,
    isInDesign: prefix.repositories.some(({ location }) => location === places.repository),
    ebuilds: readTakenEbuilds(places).map((taken) => ({
      cpv: taken.cpv,
      category: taken.category,
      pn: taken.pn,
      version: taken.pf.slice(taken.pn.length + 1),
      origin: originText(taken),
      takenAt: taken.takenAt,
      path: `${taken.category}/${taken.pn}/${taken.pf}.ebuild`,
      changed: taken.changed,
      otherSources: taken.otherSources.map((name) => ({ name, from: taken.sources[name] ?? null })),
      eclasses: taken.eclasses,
      originState: originState(places, taken),
    })),
    patches: listPatches(prefix.stagingEroot),
    files: listOverlayFiles(places),
  };
}
