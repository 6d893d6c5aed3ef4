import { join } from 'node:path';
import { diffLines, formatDiff } from '../design';
import { ContainedFolder } from '../host/contained-file';
import {
  filesBelow,
  type OverlayPlaces,
  pathInRepository,
  readTakenEbuilds,
  type TakenEbuild,
} from '../plan/taken-ebuilds';
import { limits } from '../repo/limits';
import { OverlayError } from './errors';

/** How one file of a taken ebuild differs. */
export interface FileChange {
  /** relative to the repository */
  readonly path: string;
  readonly kind: 'changed' | 'added' | 'gone';
  /** lines with `+ `, `- ` and two spaces in front; null: no text */
  readonly diff: string | null;
}

/** The taken ebuild, by `category/PF` or by `category/PN` when there is one version only. Throws NOT_TAKEN. */
export function requireTaken(places: OverlayPlaces, name: string): TakenEbuild {
  const all = readTakenEbuilds(places);
  const exact = all.find(({ cpv }) => cpv === name);
  const named = all.filter(({ category, pn }) => `${category}/${pn}` === name);
  const only = exact ?? (named.length === 1 ? named[0] : undefined);
  if (only) return only;
  throw new OverlayError(
    'NOT_TAKEN',
    named.length > 1
      ? `the overlay has several versions of \`${name}\``
      : `\`${name}\` is not in the overlay \`${places.name}\``,
    {
      hint:
        named.length > 1
          ? `Name one of them: ${named.map(({ cpv }) => cpv).join(', ')}.`
          : `Take it home first. There: ${all.map(({ cpv }) => cpv).join(', ') || 'nothing'}.`,
      details: { package: name },
    },
  );
}

const isText = (data: Buffer): boolean => !data.includes(0);

/** The difference between two states of a file as text; null when one is no text. */
export function textDiff(before: Buffer | null, after: Buffer | null): string | null {
  if ((before && !isText(before)) || (after && !isText(after))) return null;
  const [from, to] = [before, after].map((data) => data?.toString('utf8') ?? '');
  return formatDiff(diffLines(from as string, to as string), 3);
}

/** Files of a taken ebuild by their path in the repository: as they were taken, and as they are. */
export function bothStates(
  places: OverlayPlaces,
  { category, pn, pf }: Pick<TakenEbuild, 'category' | 'pn' | 'pf'>,
): ReadonlyMap<string, { readonly before: Buffer | null; readonly now: Buffer | null }> {
  const qualifiedName = `${category}/${pn}`;
  const repository = new ContainedFolder(places.repository);
  const states = new Map<string, { before: Buffer | null; now: Buffer | null }>();
  for (const [kept, before] of filesBelow(new ContainedFolder(places.origin), join(places.origin, category, pf))) {
    if (kept === 'origin.json') continue;
    const path = pathInRepository(qualifiedName, kept);
    const answer = repository.read(join(places.repository, path), limits.packageFilesBytes);
    states.set(path, { before, now: answer.kind === 'content' ? answer.data : null });
  }
  for (const [name, now] of filesBelow(repository, join(places.repository, qualifiedName, 'files'))) {
    const path = `${qualifiedName}/files/${name}`;
    if (!states.has(path)) states.set(path, { before: null, now });
  }
  return states;
}

/** What was changed of an ebuild since it was taken. Throws NOT_TAKEN. */
export function changesSinceTaken(places: OverlayPlaces, name: string): readonly FileChange[] {
  return [...bothStates(places, requireTaken(places, name))].flatMap(
    ([path, { before, now }]): readonly FileChange[] => {
      if (before !== null && now?.equals(before)) return [];
      const kind = before === null ? 'added' : now === null ? 'gone' : 'changed';
      return [{ path, kind, diff: textDiff(before, now) }];
    },
  );
}
