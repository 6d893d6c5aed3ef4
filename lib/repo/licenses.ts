import { Acceptance, expandLicenses, type LicenseGroups, missingWords } from './accept';
import { AtomTable, type PackageIdentity } from './atom-table';
import type { ConfigLine } from './config-lines';
import { allWords, evaluateWords, parseWords } from './word-tree';

type Flags = { has(flag: string): boolean };

/** Lines of license_groups files: a group and its members. */
export function readLicenseGroups(lines: Iterable<ConfigLine>): LicenseGroups {
  const groups = new Map<string, Set<string>>();
  for (const { words } of lines) {
    const name = words[0] as string;
    const members = groups.get(name) ?? new Set();
    groups.set(name, members);
    for (const member of words.slice(1)) members.add(member);
  }
  return groups;
}

/** Which licences are accepted: ACCEPT_LICENSE, then package.license. Source: GLEP 23, portage(5) package.license. */
export class Licenses {
  private readonly table: AtomTable;
  private readonly accepted: readonly string[];
  private readonly acceptance: Acceptance;

  /**
   * `accept`: tokens of ACCEPT_LICENSE; `sources`: package.license lines of the profile, then of the user, where an atom
   * written again replaces what it had before.
   */
  constructor(
    readonly groups: LicenseGroups,
    accept: readonly string[],
    sources: readonly (readonly ConfigLine[])[],
  ) {
    const byAtom = new Map<string, ConfigLine[]>();
    for (const lines of sources) {
      const own = new Map<string, ConfigLine[]>();
      for (const line of lines) {
        const atom = line.words[0] as string;
        own.set(atom, [...(own.get(atom) ?? []), line]);
      }
      for (const [atom, list] of own) byAtom.set(atom, list);
    }
    this.table = new AtomTable([...byAtom.values()].flat(), {
      allowWildcard: true,
      allowRepository: true,
      allowBuildId: true,
    });
    this.table.take('*/*');
    this.accepted = expandLicenses(accept, groups);
    this.acceptance = new Acceptance(this.accepted);
  }

  /** Tokens that hold for a package, groups replaced by their members. */
  tokens(subject: PackageIdentity): readonly string[] {
    const own = this.table.values(subject);
    return own.length === 0 ? this.accepted : [...this.accepted, ...expandLicenses(own.flat(), this.groups)];
  }

  private acceptanceFor(subject: PackageIdentity): Acceptance {
    const own = this.table.values(subject);
    if (own.length === 0) return this.acceptance;
    return new Acceptance(expandLicenses(own.flat(), this.groups), this.acceptance);
  }

  /** Licences of a LICENSE text that would have to be accepted. Throws `INVALID_DEPENDENCY`. */
  missing(subject: PackageIdentity, text: string, enabled: Flags): string[] {
    if (text === '') return [];
    return missingWords(parseWords(text), this.acceptanceFor(subject), enabled);
  }

  /** Licences in effect that are accepted, sorted. */
  acceptedOf(subject: PackageIdentity, text: string, enabled: Flags): string[] {
    const relevant = allWords({ kind: 'all', children: evaluateWords([parseWords(text)], enabled) });
    const accepted = this.acceptanceFor(subject);
    return [...relevant].filter((word) => accepted.has(word)).sort();
  }
}

/** Words behind the wildcard for every package, which count as part of ACCEPT_LICENSE. */
export function licensesForAll(sources: readonly (readonly ConfigLine[])[]): string[] {
  return (
    sources
      .map((lines) => lines.filter((line) => line.words[0] === '*/*').flatMap((line) => line.words.slice(1)))
      .filter((words) => words.length > 0)
      .at(-1) ?? []
  );
}
