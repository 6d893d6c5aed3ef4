import { join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { filesBelow, type OverlayPlaces, readTakenEbuilds } from '../plan/taken-ebuilds';
import { requireTaken } from './changes';
import { removeBelow, writeBelow } from './overlay-files';

/** What went when a taken ebuild was removed. */
export interface RemovedEbuild {
  readonly cpv: string;
  /** files that are gone, relative to the repository */
  readonly removed: readonly string[];
  /** where they are kept, should somebody want them back */
  readonly kept: string;
  /** nothing is in the overlay any more, so the design need not name it */
  readonly isEmpty: boolean;
}

/**
 * Removes a taken ebuild; files and eclasses that other taken ebuilds have too stay. What goes is kept below `removed/`.
 * Throws NOT_TAKEN.
 */
export function removeTaken(places: OverlayPlaces, name: string, now: Date): RemovedEbuild {
  const taken = requireTaken(places, name);
  const { category, pn, pf, cpv, eclasses } = taken;
  const others = readTakenEbuilds(places).filter((other) => other.cpv !== cpv);
  const hasSibling = others.some((other) => other.category === category && other.pn === pn);
  const needed = new Set(others.flatMap((other) => other.eclasses));
  const repository = new ContainedFolder(places.repository);
  const own = [...filesBelow(repository, join(places.repository, category, pn)).keys()].filter(
    (path) => path === `${pf}.ebuild` || !hasSibling,
  );
  const paths = [
    ...own.map((path) => `${category}/${pn}/${path}`),
    ...eclasses.filter((each) => !needed.has(each)).map((each) => `eclass/${each}.eclass`),
  ];
  const stamp = now.toISOString().replace(/[:.]/g, '-');
  const kept = join(places.folder, 'removed', stamp);
  for (const path of paths) {
    const answer = repository.read(join(places.repository, path), 2 ** 30);
    if (answer.kind === 'content') writeBelow(kept, path, answer.data);
    removeBelow(places.repository, path);
  }
  for (const path of filesBelow(new ContainedFolder(places.origin), join(places.origin, category, pf)).keys()) {
    removeBelow(places.origin, `${category}/${pf}/${path}`);
  }
  return { cpv, removed: paths.sort(), kept, isEmpty: others.length === 0 };
}
