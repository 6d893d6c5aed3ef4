import type { AtomTable, PackageIdentity } from './atom-table';
import { stackLists } from './incremental';

/** Tables of the KEYWORDS rules, weakest first. */
export interface KeywordTables {
  /** profile package.keywords: change the keywords of a package */
  readonly keywords: readonly AtomTable[];
  /** profile package.accept_keywords */
  readonly profileAccept: readonly AtomTable[];
  /** /etc/portage package.keywords and package.accept_keywords */
  readonly userAccept: AtomTable;
  /** ACCEPT_KEYWORDS, stacked */
  readonly accepted: readonly string[];
  /** ARCH of the profile; empty: none */
  readonly arch: string;
}

export interface KeywordSubject extends PackageIdentity {
  readonly keywords: readonly string[];
}

/** `amd64` in ACCEPT_KEYWORDS makes a line without words mean `~amd64`. Source: portage(5) package.accept_keywords. */
const testingOf = (accepted: readonly string[]): string[] =>
  accepted.filter((keyword) => !/^[~-]/.test(keyword)).map((keyword) => `~${keyword}`);

function missing(keywords: readonly string[], accepted: ReadonlySet<string>, arch: string): readonly string[] {
  let stable = false;
  let testing = false;
  for (const keyword of keywords) {
    if (keyword === '*') return [];
    if (keyword === '~*') {
      testing = true;
      for (const word of accepted) if (word.startsWith('~')) return [];
    } else if (accepted.has(keyword)) return [];
    else if (keyword.startsWith('~')) testing = true;
    else if (!keyword.startsWith('-')) stable = true;
  }
  if ((testing && accepted.has('~*')) || (stable && accepted.has('*')) || accepted.has('**')) return [];
  return keywords.length === 0 ? ['**'] : ownFirst(keywords, accepted, arch);
}

/** The keyword of the profile's architecture stands first, then those of others that are accepted. */
function ownFirst(keywords: readonly string[], accepted: ReadonlySet<string>, arch: string): readonly string[] {
  const rank = (keyword: string): number => (bare(keyword) === arch ? 0 : accepted.has(bare(keyword)) ? 1 : 2);
  return keywords.toSorted((a, b) => rank(a) - rank(b));
}

const bare = (keyword: string): string => keyword.replace(/^~/, '');

export interface KeywordAnswer {
  /** KEYWORDS of which one would have to be accepted, own architectures first (`**` when there are none); empty: accepted */
  readonly missing: readonly string[];
  /** the one to accept: of an own architecture, else `**`, as a keyword of another architecture says nothing about this one */
  readonly advised: string;
  /** accepted only because of a keyword without `~`: `use.stable.mask` and the like apply. Source: PMS 5.2.11 */
  readonly isStable: boolean;
}

/** Judges the KEYWORDS of a package. Source: PMS 7.3.3, portage(5) package.accept_keywords. */
export function judgeKeywords(tables: KeywordTables, subject: KeywordSubject): KeywordAnswer {
  const changes = tables.keywords.flatMap((table) => table.values(subject));
  const own = subject.keywords.filter((keyword) => keyword !== '-*');
  const keywords = changes.length === 0 ? own : stackLists([own, ...changes]);
  const extra: string[] = [];
  for (const table of tables.profileAccept) {
    for (const values of table.values(subject))
      extra.push(...(values.length === 0 ? testingOf(tables.accepted) : values));
  }
  for (const values of tables.userAccept.values(subject))
    extra.push(...(values.length === 0 ? testingOf(tables.accepted) : values));
  const accepted = new Set(extra.length === 0 ? tables.accepted : stackLists([[...tables.accepted, ...extra]]));
  const lacking = missing(keywords, accepted, tables.arch);
  const [first] = lacking;
  if (first !== undefined) {
    return {
      missing: lacking,
      advised: bare(first) === tables.arch || accepted.has(bare(first)) ? first : '**',
      isStable: false,
    };
  }
  const testing = keywords.map((keyword) => (keyword.startsWith('~') ? keyword : `~${keyword}`));
  return { missing: [], advised: '', isStable: missing(testing, accepted, tables.arch).length > 0 };
}
