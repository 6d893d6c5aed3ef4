import { existsSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { isStudioError } from '../errors';
import { programRoot } from '../home';
import { ContainedFolder } from '../host/contained-file';
import { checkedOutCommit } from '../plan/git-commit';
import type { OpenedDesign } from '../plan/open-design';
import { treeFolder, treeNames } from '../plan/trees';
import { type Cpv, compareVersions, isCategory, isPackageName, tryParseCpv } from '../pms';
import { diskTree, findFlatcarOverlays, type Repository, type RepositorySet, repositoriesAt } from '../repo';
import { limits } from '../repo/limits';
import { OverlayError } from './errors';

/** What somebody wants to take home: a package, and the version if it matters. */
export interface WantedEbuild {
  readonly qualifiedName: string;
  readonly category: string;
  readonly pn: string;
  /** null: the one that the design would take */
  readonly cpv: Cpv | null;
}

/** `sys-libs/zlib` or `sys-libs/zlib-1.3.1-r1`. Throws PACKAGE_UNKNOWN. */
export function parseWanted(text: string): WantedEbuild {
  const cpv = tryParseCpv(text);
  if (cpv) return { qualifiedName: cpv.qualifiedName, category: cpv.category, pn: cpv.pn, cpv };
  const [category = '', pn = '', ...rest] = text.split('/');
  if (rest.length === 0 && isCategory(category) && isPackageName(pn)) {
    return { qualifiedName: text, category, pn, cpv: null };
  }
  throw new OverlayError('PACKAGE_UNKNOWN', `\`${text}\` is not a package`, {
    hint: 'Write category and name, and the version if it matters: `sys-libs/zlib` or `sys-libs/zlib-1.3.1-r1`.',
    details: { package: text },
  });
}

/** An ebuild and the repository that it stands in. */
export interface FoundEbuild {
  readonly cpv: Cpv;
  readonly repository: Repository;
  /** the tree that the repository is part of; null: it has no name here */
  readonly tree: string | null;
  readonly commit: string | null;
}

const found = (cpv: Cpv, repository: Repository, tree: string | null): FoundEbuild => ({
  cpv,
  repository,
  tree,
  commit: checkedOutCommit(repository.location),
});

/** Versions of a package in a repository, the highest first. */
function versionsIn({ location }: Repository, { category, pn }: WantedEbuild): readonly Cpv[] {
  const list = new ContainedFolder(location).list(join(location, category, pn), limits.folderEntries);
  return (list.kind === 'content' ? list.names : [])
    .filter((name) => name.endsWith('.ebuild'))
    .flatMap((name) => tryParseCpv(`${category}/${name.slice(0, -'.ebuild'.length)}`) ?? [])
    .filter((cpv) => cpv.pn === pn)
    .sort((a, b) => compareVersions(b.version, a.version));
}

/** A version that stands for whatever its authors have at the moment. */
const isLive = (cpv: Cpv): boolean => /9999/.test(cpv.pv);

/** The best of several repositories: the wanted version, else the highest that is not a live one. */
function bestOf(repositories: readonly Repository[], wanted: WantedEbuild, tree: string | null): FoundEbuild | null {
  const all = [...repositories]
    .sort((a, b) => b.priority - a.priority)
    .flatMap((repository) => versionsIn(repository, wanted).map((cpv) => ({ cpv, repository })));
  const exact = wanted.cpv === null ? null : all.find(({ cpv }) => cpv.text === wanted.cpv?.text);
  const newest = [...all].sort(
    (a, b) => Number(isLive(a.cpv)) - Number(isLive(b.cpv)) || compareVersions(b.cpv.version, a.cpv.version),
  );
  const best = wanted.cpv === null ? newest[0] : exact;
  return best ? found(best.cpv, best.repository, tree) : null;
}

/** Repositories of the design as `repositoriesAt` wants them, without its own overlay. */
const placesOf = (opened: OpenedDesign, own: string): readonly { name: string; location: string; priority: number }[] =>
  opened.tree.repositories.ordered
    .filter(({ name }) => name !== own)
    .map(({ name, location, priority }) => ({ name, location, priority }))
    .sort((a, b) => Number(b.name === mainName(opened)) - Number(a.name === mainName(opened)));

const mainName = ({ tree }: OpenedDesign): string => tree.repositories.main?.name ?? '';

/** The repositories that `--from` names, beside those of the design, whose eclasses theirs may build on. */
function repositoriesFrom(
  opened: OpenedDesign,
  from: string,
  own: string,
  home: string,
): { readonly repositories: readonly Repository[]; readonly tree: string | null } {
  const inDesign = opened.tree.repositories.byName.get(from);
  if (inDesign && inDesign.name !== own) return { repositories: [inDesign], tree: treeOf(opened, inDesign) };
  if (from === opened.design.tree) return { repositories: treeRepositories(opened, own), tree: from };
  const folders = foldersOf(from, home);
  const beside = placesOf(opened, own);
  // one without a name of its own is called as its folder
  const places = folders.locations.map((location) => ({ location, name: basename(location) }));
  const files = diskTree();
  const wanted = new Set(folders.locations.map((location) => files.realPath(location)));
  const among = (all: typeof beside | typeof places): readonly Repository[] =>
    repositoriesAt(diskTree(), [...beside, ...all]).ordered.filter(({ location }) => wanted.has(location));
  // masters that are not here, as Gentoo's own repository mostly is not: the tree of the design stands for them
  const alone = new Set(
    among(places)
      .filter(({ masters }) => masters.length === 0)
      .map(({ location }) => location),
  );
  const isAlone = (location: string): boolean => alone.has(files.realPath(location));
  const main = mainName(opened);
  const repositories = among(
    places.map((place) => (main !== '' && isAlone(place.location) ? { ...place, masters: [main] } : place)),
  );
  return { repositories, tree: folders.tree };
}

/** Folders of repositories behind the name of a tree, or behind a path. Throws TREE_UNKNOWN, NO_REPOSITORY. */
function foldersOf(
  from: string,
  home: string,
): { readonly locations: readonly string[]; readonly tree: string | null } {
  const isPath = isAbsolute(from) || from.startsWith('.') || from.includes('/');
  const isKnown = from === 'starter' || treeNames(home).includes(from);
  if (from === 'starter') return { locations: [join(programRoot(), 'overlays/starter')], tree: from };
  if (isKnown || !isPath) return { locations: repositoriesBelow(treeFolder(from, home)), tree: isKnown ? from : null };
  return { locations: repositoriesBelow(resolve(from)), tree: null };
}

/** A folder that is an ebuild repository, of whomever, or the three of a checkout of flatcar/scripts. */
function repositoriesBelow(folder: string): readonly string[] {
  if (existsSync(join(folder, 'profiles'))) return [folder];
  try {
    return Object.values(findFlatcarOverlays(folder));
  } catch (error) {
    if (!isStudioError(error)) throw error;
    const isThere = existsSync(folder);
    throw new OverlayError(
      'NO_REPOSITORY',
      `\`${folder}\` ${isThere ? 'is not an ebuild repository' : 'is not there'}`,
      {
        hint: 'Give the folder of a repository, with `profiles/` and a folder for each category, or a checkout of flatcar/scripts.',
        details: { folder },
      },
    );
  }
}

const isExtra = (opened: OpenedDesign, { name }: Repository): boolean =>
  opened.design.repositories.some((extra) => extra.name === name);

const treeOf = (opened: OpenedDesign, repository: Repository): string | null =>
  isExtra(opened, repository) ? null : opened.design.tree;

const treeRepositories = (opened: OpenedDesign, own: string): readonly Repository[] =>
  opened.tree.repositories.ordered.filter((each) => each.name !== own && !isExtra(opened, each));

/**
 * Finds the ebuild that is wanted: in the tree, repository or folder that `from` names, else in the repositories of the
 * design, where it is the version that the design would take. `own`: name of the overlay, which is left out. Throws
 * PACKAGE_UNKNOWN, TREE_UNKNOWN, NO_REPOSITORY.
 */
export function findEbuild(
  opened: OpenedDesign,
  wanted: WantedEbuild,
  place: { readonly from: string | null; readonly own: string; readonly home: string },
): FoundEbuild {
  if (place.from !== null) {
    const { repositories, tree } = repositoriesFrom(opened, place.from, place.own, place.home);
    const best = bestOf(repositories, wanted, tree);
    if (best) return best;
    throw unknown(wanted, repositories);
  }
  const { repositories } = opened.tree;
  const candidates = opened.staging
    .candidates(wanted.qualifiedName)
    .filter((each) => each.kind === 'ebuild' && each.repository !== place.own);
  const fitting = wanted.cpv === null ? candidates : candidates.filter(({ cpv }) => cpv === wanted.cpv?.text);
  const best = fitting.find((each) => opened.staging.isVisible(each)) ?? fitting[0];
  const repository = best && repositories.byName.get(best.repository);
  const cpv = best && tryParseCpv(best.cpv);
  if (repository && cpv) return found(cpv, repository, treeOf(opened, repository));
  throw unknown(
    wanted,
    repositories.ordered.filter(({ name }) => name !== place.own),
  );
}

function unknown(wanted: WantedEbuild, repositories: readonly Repository[]): OverlayError {
  const versions = repositories.flatMap((each) => versionsIn(each, wanted).map(({ pvr }) => pvr));
  const asked = wanted.cpv?.text ?? wanted.qualifiedName;
  const places = repositories.map(({ name }) => name).join(', ');
  return new OverlayError('PACKAGE_UNKNOWN', `there is no ebuild of \`${asked}\` in ${places || 'any repository'}`, {
    hint:
      versions.length > 0
        ? `Versions that are there: ${[...new Set(versions)].slice(0, 12).join(', ')}.`
        : 'Name another tree, or the folder of a repository, with `--from`.',
    details: { package: asked },
  });
}

/** The repositories of a design with its overlay, as the overlay's ebuilds are read. Throws REPOSITORY_NOT_FOUND. */
export function withOverlay(
  opened: OpenedDesign,
  overlay: { readonly name: string; readonly repository: string },
): RepositorySet {
  const places = placesOf(opened, overlay.name);
  return repositoriesAt(diskTree(), [...places, { name: overlay.name, location: overlay.repository }]);
}
