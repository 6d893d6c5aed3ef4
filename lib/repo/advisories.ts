import { posix } from 'node:path';
import { type Atom, compareVersions, matchesAtom, tryParseAtom, type Version } from '../pms';
import type { FileTree } from './file-tree';
import type { RepositorySet } from './repositories';

/** Versions of a package, as an advisory names them. */
interface VersionRange {
  readonly atom: Atom;
  /** `rge` and the like: the version is that of the atom, and its revision is compared */
  readonly revision: { readonly operator: '>=' | '<=' | '>' | '<'; readonly number: bigint } | null;
}

interface AffectedPackage {
  readonly qualifiedName: string;
  /** architectures; null: all */
  readonly arches: readonly string[] | null;
  readonly vulnerable: readonly VersionRange[];
  readonly unaffected: readonly VersionRange[];
}

/** A Gentoo Linux Security Advisory, as far as it is about versions. */
export interface Advisory {
  /** `202305-01` */
  readonly id: string;
  readonly packages: readonly AffectedPackage[];
}

const operators: Readonly<Record<string, string>> = { le: '<=', lt: '<', eq: '=', gt: '>', ge: '>=' };

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const plain = (text: string): string => text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);

const attribute = (tag: string, name: string): string | null => {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag);
  return found === null ? null : plain(found[1] ?? found[2] ?? '').trim();
};

function rangeOf(qualifiedName: string, tag: string, text: string): VersionRange[] {
  const range = attribute(tag, 'range') ?? '';
  const version = plain(text).trim();
  const slot = attribute(tag, 'slot') ?? '*';
  const behind = slot === '' || slot === '*' ? '' : `:${slot}`;
  const isOfRevision = range.startsWith('r');
  const operator = operators[isOfRevision ? range.slice(1) : range];
  if (operator === undefined) return [];
  const [, base = version, revision = '0'] = /^(.*?)(?:-r(\d+))?$/.exec(version) ?? [];
  const atom = tryParseAtom(
    isOfRevision ? `~${qualifiedName}-${base}${behind}` : `${operator}${qualifiedName}-${version}${behind}`,
  );
  if (atom === null) return [];
  if (!isOfRevision) return [{ atom, revision: null }];
  return operator === '='
    ? []
    : [{ atom, revision: { operator: operator as '>=' | '<=' | '>' | '<', number: BigInt(revision) } }];
}

/** What an advisory says of versions; what is no advisory names no packages. Source: glsa.dtd, "GLSA format" of the Gentoo Security project */
export function parseAdvisory(text: string, id: string): Advisory {
  const affected = /<affected[^>]*>([\s\S]*?)<\/affected>/.exec(text.replace(/<!--[\s\S]*?-->/g, ''))?.[1] ?? '';
  const packages = [...affected.matchAll(/<package(\s[^>]*)>([\s\S]*?)<\/package>/g)].flatMap(
    ([, tag = '', inner = '']) => {
      const qualifiedName = attribute(tag, 'name');
      if (qualifiedName === null) return [];
      const arch = attribute(tag, 'arch') ?? '*';
      const ranges = (kind: string): VersionRange[] =>
        [...inner.matchAll(new RegExp(`<${kind}(\\s[^>]*)>([^<]*)</${kind}>`, 'g'))].flatMap(
          ([, own = '', version = '']) => rangeOf(qualifiedName, own, version),
        );
      const arches = arch === '*' ? null : arch.split(/\s+/);
      return [{ qualifiedName, arches, vulnerable: ranges('vulnerable'), unaffected: ranges('unaffected') }];
    },
  );
  return { id, packages };
}

const known = new WeakMap<RepositorySet, readonly Advisory[] | null>();

/**
 * The advisories of the main repository, by their ids; null: it has none. They are read once for as long as the repositories
 * are open.
 */
export function readAdvisories(tree: FileTree, repositories: RepositorySet): readonly Advisory[] | null {
  const before = known.get(repositories);
  if (before !== undefined) return before;
  const folder = posix.join(repositories.main?.location ?? '/', 'metadata/glsa');
  const names = repositories.main === null ? [] : tree.list(folder);
  const found = [...names].sort().flatMap((name) => {
    const id = /^glsa-(.+)\.xml$/.exec(name)?.[1];
    const text = id === undefined ? null : tree.readText(posix.join(folder, name));
    return id === undefined || text === null ? [] : [parseAdvisory(text, id)];
  });
  const answer = found.length === 0 ? null : found;
  known.set(repositories, answer);
  return answer;
}

/** A package of a root or a repository. */
export interface AdvisedPackage {
  readonly cpv: string;
  readonly qualifiedName: string;
  readonly version: Version;
  readonly slot: string;
}

/** What the advisories are held against. */
export interface AdvisedRoot {
  readonly arch: string;
  installed(qualifiedName: string): readonly AdvisedPackage[];
  /** ebuilds that are not masked */
  visible(qualifiedName: string): readonly AdvisedPackage[];
}

const holds = ({ operator, number }: NonNullable<VersionRange['revision']>, revision: bigint): boolean => {
  switch (operator) {
    case '>=':
      return revision >= number;
    case '<=':
      return revision <= number;
    case '>':
      return revision > number;
    case '<':
      return revision < number;
  }
};

const isIn = ({ atom, revision }: VersionRange, pkg: AdvisedPackage): boolean =>
  matchesAtom(atom, pkg) && (revision === null || holds(revision, BigInt(pkg.version.revision ?? '0')));

const isInAny = (ranges: readonly VersionRange[], pkg: AdvisedPackage): boolean =>
  ranges.some((range) => isIn(range, pkg));

const vulnerableOf = (affected: AffectedPackage, root: AdvisedRoot): readonly AdvisedPackage[] =>
  root
    .installed(affected.qualifiedName)
    .filter((pkg) => isInAny(affected.vulnerable, pkg) && !isInAny(affected.unaffected, pkg));

/** The version that mends an installed one: later, of its slot, not affected, and as near as can be or the newest. */
function updateOf(
  pkg: AdvisedPackage,
  affected: AffectedPackage,
  root: AdvisedRoot,
  wantsNewest: boolean,
): AdvisedPackage | null {
  const present = new Set(root.installed(affected.qualifiedName).map(({ cpv }) => cpv));
  const fitting = root
    .visible(affected.qualifiedName)
    .filter((each) => isInAny(affected.unaffected, each) && !present.has(each.cpv))
    .filter((each) => each.slot === pkg.slot && compareVersions(each.version, pkg.version) > 0)
    .sort((a, b) => compareVersions(a.version, b.version));
  return (wantsNewest ? fitting.at(-1) : fitting[0]) ?? null;
}

export interface AdvisoryChoice {
  /** ids that somebody has marked as dealt with */
  readonly applied: ReadonlySet<string>;
  /** also those that are about other architectures only */
  readonly isAnyArch: boolean;
  /** take the newest version instead of the nearest */
  readonly wantsNewest: boolean;
}

/**
 * The updates that a root needs because of advisories, `=category/PN-VER`, one for each package and slot, sorted as the advisories
 * are. Source: emerge(1) and portage(5), "@security"; GLSA reference guide of Gentoo
 */
export function advisedUpdates(
  advisories: readonly Advisory[],
  root: AdvisedRoot,
  { applied, isAnyArch, wantsNewest }: AdvisoryChoice,
): readonly string[] {
  const updates = new Map<string, AdvisedPackage>();
  for (const { id, packages } of advisories) {
    if (applied.has(id)) continue;
    const hits = packages.map((affected) => ({ affected, pkgs: vulnerableOf(affected, root) }));
    const isHere = hits.some(
      ({ affected, pkgs }) => pkgs.length > 0 && (affected.arches === null || affected.arches.includes(root.arch)),
    );
    if (!isHere && !isAnyArch) continue;
    for (const { affected, pkgs } of hits) {
      for (const pkg of pkgs) {
        const update = updateOf(pkg, affected, root, wantsNewest);
        if (update === null) continue;
        const key = `${update.qualifiedName}:${update.slot}`;
        const before = updates.get(key);
        if (before === undefined || compareVersions(update.version, before.version) > 0) updates.set(key, update);
      }
    }
  }
  return [...updates.values()].map(({ cpv }) => `=${cpv}`);
}
