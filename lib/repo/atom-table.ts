import type { Atom, AtomOptions, Version } from '../pms';
import { bestMatch, matchesName, matchesSlot, matchesVersion, tryParseAtom } from '../pms';
import type { ConfigLine } from './config-lines';

/** What configuration lines ask of a package. */
export interface PackageIdentity {
  readonly qualifiedName: string;
  readonly version: Version;
  readonly slot: string;
  readonly subSlot: string;
  readonly repository: string;
  readonly buildId: number | null;
}

/** Does an atom of a configuration file (wildcards allowed) mean this package? USE deps do not count. */
export function matchesPackage(atom: Atom, subject: PackageIdentity): boolean {
  if (!matchesName(atom, subject.qualifiedName) || !matchesVersion(atom, subject.version)) return false;
  if (!matchesSlot(atom, subject.slot, subject.subSlot)) return false;
  if (atom.buildId !== null && subject.buildId !== null && atom.buildId !== subject.buildId) return false;
  return atom.repository === null || atom.repository === subject.repository;
}

/** Name part of an atom's text without parsing the atom; wildcards give themselves. */
function nameOf(text: string): string {
  const start = text.search(/[^!<>=~]/);
  const end = text.search(/[:[]/);
  const body = text.slice(Math.max(start, 0), end < 0 ? undefined : end);
  if (start <= 0) return body;
  return body.replace(/-\d+(?:\.\d+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d*)*(?:-r\d+)?\*?$/, '');
}

/** One atom with the words that follow it in all lines that name it. */
export interface Rule {
  readonly atom: Atom;
  readonly values: readonly string[];
}

interface Row {
  readonly text: string;
  readonly values: string[];
  /** null: no valid atom */
  atom: Atom | null | undefined;
}

/**
 * Lines `atom word…` of one source (a file, or a folder of files), looked up by package. Atoms are parsed when a package
 * of their name is asked for: profiles hold thousands of lines, a plan needs few.
 */
export class AtomTable {
  private readonly rows = new Map<string, Row[]>();
  private readonly wildcards: Row[] = [];

  constructor(
    lines: readonly ConfigLine[],
    private readonly options: AtomOptions,
    valuesOf: (line: ConfigLine) => readonly string[] = (line) => line.words.slice(1),
  ) {
    const known = new Map<string, Row>();
    for (const line of lines) {
      const text = line.words[0] as string;
      const values = valuesOf(line);
      const row = known.get(text);
      if (row) {
        row.values.push(...values);
        continue;
      }
      const added: Row = { text, values: [...values], atom: undefined };
      known.set(text, added);
      const name = nameOf(text);
      if (name.includes('*')) {
        if (options.allowWildcard) this.wildcards.push(added);
        continue;
      }
      const list = this.rows.get(name);
      if (list) list.push(added);
      else this.rows.set(name, [added]);
    }
  }

  get isEmpty(): boolean {
    return this.rows.size === 0 && this.wildcards.length === 0;
  }

  /** Takes the line for exactly this text out and gives its words; null when there is none. */
  take(text: string): readonly string[] | null {
    const list = text.includes('*') ? this.wildcards : (this.rows.get(nameOf(text)) ?? []);
    const at = list.findIndex((row) => row.text === text);
    return at < 0 ? null : (list.splice(at, 1)[0] as Row).values;
  }

  /** Rules that match, names before wildcards, else in file order. */
  matching(subject: PackageIdentity): Rule[] {
    const found: Rule[] = [];
    const collect = (row: Row): void => {
      if (row.atom === undefined) {
        const parsed = tryParseAtom(row.text, this.options);
        row.atom = parsed === null || parsed.useDeps.length > 0 || parsed.blocker !== null ? null : parsed;
      }
      if (row.atom !== null && matchesPackage(row.atom, subject)) found.push({ atom: row.atom, values: row.values });
    };
    this.rows.get(subject.qualifiedName)?.forEach(collect);
    this.wildcards.forEach(collect);
    return found;
  }

  /** Words of the matching rules, least specific rule first, so that later words override. */
  values(subject: PackageIdentity): readonly (readonly string[])[] {
    const rules = this.matching(subject);
    if (rules.length === 1) return [(rules[0] as Rule).values];
    const ordered: (readonly string[])[] = [];
    while (rules.length > 0) {
      const best = bestMatch(
        subject,
        rules.map((rule) => rule.atom),
      );
      const at = rules.findIndex((rule) => rule.atom === best);
      ordered.unshift((rules.splice(Math.max(at, 0), 1)[0] as Rule).values);
    }
    return ordered;
  }
}
