import { join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import type { OpenedDesign } from '../plan/open-design';
import type { OverlayPlaces } from '../plan/taken-ebuilds';
import type { Repository } from '../repo';
import { limits } from '../repo/limits';
import { writeBelow } from './overlay-files';

const textOf = (places: OverlayPlaces, path: string): string => {
  const full = join(places.repository, path);
  const answer = new ContainedFolder(places.repository).read(full, limits.configBytes);
  return answer.kind === 'content' ? answer.data.toString('utf8') : '';
};

const rowsOf = (text: string): readonly string[] => text.split('\n').filter((row) => row.trim() !== '');

/** Adds lines to a file of the overlay that it does not have yet. */
export function addLines(places: OverlayPlaces, path: string, lines: readonly string[]): void {
  const before = rowsOf(textOf(places, path));
  const added = lines.filter((line) => !before.includes(line));
  if (added.length > 0) writeBelow(places.repository, path, `${[...before, ...added].join('\n')}\n`);
}

/**
 * The masters that an ebuild had where it comes from, as far as the design has them, and the design's main repository. The
 * last one wins, so what is new comes first: ebuilds that are there keep their eclasses.
 */
function mastersFor(opened: OpenedDesign, from: Repository, own: string, before: readonly string[]): readonly string[] {
  const { main, byName } = opened.tree.repositories;
  const wanted = [main?.name ?? '', ...from.masters, from.name];
  const known = wanted.filter((name) => name !== own && byName.get(name)?.name === name);
  // a repository of the same name elsewhere is not the one that was meant
  const same = known.filter((name) => name !== from.name || byName.get(name)?.location === from.location);
  return [...new Set([...same.filter((name) => !before.includes(name)), ...before])];
}

const mastersOf = (layout: string): readonly string[] =>
  (/^masters\s*=(.*)$/m.exec(layout)?.[1] ?? '').split(/\s+/).filter((word) => word !== '');

/** Makes the overlay where there is none, and has it list a category and the masters of a repository. */
export function prepareOverlay(places: OverlayPlaces, opened: OpenedDesign, category: string, from: Repository): void {
  const layout = textOf(places, 'metadata/layout.conf');
  const masters = mastersFor(opened, from, places.name, mastersOf(layout));
  const line = `masters = ${masters.join(' ')}`;
  const fresh = [line, 'thin-manifests = true', 'manifest-hashes = BLAKE2B SHA512', 'profile-formats = portage-2', ''];
  const changed = layout === '' ? fresh.join('\n') : layout.replace(/^masters\s*=.*$/m, line);
  if (changed !== layout) writeBelow(places.repository, 'metadata/layout.conf', changed);
  if (textOf(places, 'profiles/repo_name') === '') {
    writeBelow(places.repository, 'profiles/repo_name', `${places.name}\n`);
  }
  if (textOf(places, 'profiles/eapi') === '') writeBelow(places.repository, 'profiles/eapi', '8\n');
  addLines(places, 'profiles/categories', [category]);
}
