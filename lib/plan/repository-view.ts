import { compareVersions } from '../pms';
import { describeMask } from '../resolve/explain-masks';
import type { Candidate } from '../resolve/provider';
import type { OpenedDesign } from './open-design';

type Opened = Pick<OpenedDesign, 'staging' | 'tree'>;

/** A repository as a tree has it; what comes later wins over what comes earlier. */
export interface RepositoryView {
  readonly name: string;
  readonly location: string;
  readonly priority: number;
  /** names of the repositories whose eclasses it uses, in its order */
  readonly masters: readonly string[];
  /** further names that mean it */
  readonly aliases: readonly string[];
  readonly isMain: boolean;
  readonly packages: number;
  readonly ebuilds: number;
}

/** One version of a package in one repository. */
export interface VersionView {
  readonly cpv: string;
  readonly repository: string;
  readonly slot: string;
  readonly keywords: readonly string[];
  /** why it may not be used, a half sentence each; empty: it may */
  readonly masks: readonly string[];
  /** taken where nothing asks for another version or slot */
  readonly isTaken: boolean;
}

/** Which repository wins for a package, and why. */
export interface PackageChoice {
  readonly name: string;
  /** highest version first, of equal ones the repository of higher priority */
  readonly versions: readonly VersionView[];
  /** one sentence; backticks mark names */
  readonly why: string;
}

/** Repositories of an opened tree, lowest priority first. No ebuild is looked into. */
export function viewRepositories({ tree }: Pick<OpenedDesign, 'tree'>): readonly RepositoryView[] {
  const indexes = new Map(tree.indexes.map((index) => [index.repository, index]));
  return tree.repositories.ordered.map(({ name, location, priority, masters, aliases, isMain }) => ({
    name,
    location,
    priority,
    masters,
    aliases,
    isMain,
    packages: indexes.get(name)?.qualifiedNames().length ?? 0,
    ebuilds: indexes.get(name)?.size ?? 0,
  }));
}

function reasonFor({ tree }: Opened, taken: Candidate | undefined, usable: readonly Candidate[]): string {
  if (!taken) return 'None of them may be used for this board.';
  const same = usable.filter(
    (each) => each.repository !== taken.repository && compareVersions(each.version, taken.version) === 0,
  );
  const priorityOf = (name: string): number => tree.repositories.byName.get(name)?.priority ?? 0;
  const own = `\`${taken.cpv}\` of \`${taken.repository}\` is taken`;
  const [second] = same;
  if (second) {
    return `${own}: \`${second.repository}\` has the same version, and the priority of \`${taken.repository}\` is higher (${priorityOf(taken.repository)} over ${priorityOf(second.repository)}).`;
  }
  return usable.length === 1
    ? `${own}: it is the only version that may be used.`
    : `${own}: it is the highest version that may be used, whatever the priorities.`;
}

/** All versions of a package with the one that wins. null: no repository has it. */
export function choosePackage(opened: Opened, name: string): PackageChoice | null {
  const { staging } = opened;
  const candidates = staging.candidates(name).filter(({ kind }) => kind === 'ebuild');
  if (candidates.length === 0) return null;
  const usable = candidates.filter((candidate) => staging.masks(candidate).length === 0);
  const [taken] = usable;
  return {
    name,
    versions: candidates.map((candidate) => ({
      cpv: candidate.cpv,
      repository: candidate.repository,
      slot: candidate.slot,
      keywords: candidate.keywords,
      masks: staging.masks(candidate).map(describeMask),
      isTaken: candidate === taken,
    })),
    why: reasonFor(opened, taken, usable),
  };
}
