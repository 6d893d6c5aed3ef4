import { type Design, type DesignProblem, validateDesign } from '../../design';
import type { Board } from '../../layout/names';
import { boards } from '../../layout/names';
import { plainUseWords } from '../../resolve/use-words';
import type { ImportNotes } from './notes';

/** What a design is made of while files are read into it. */
export type ImportDraft = Design;

/** Nobody wrote more by hand, and each is judged as a design's own. */
const mostEntries = 2_000;

type ListKey =
  | 'packages'
  | 'use'
  | 'accept_keywords'
  | 'accept_license'
  | 'package_mask'
  | 'package_unmask'
  | 'target_provides';
type TableKey = 'package_use' | 'package_accept_keywords' | 'package_license';

/** Lists of which a later word takes an earlier one back, so that a word that is said again moves to the end. */
const laterCounts: ReadonlySet<ListKey> = new Set<ListKey>(['use', 'accept_keywords', 'accept_license']);

/** Writes into a draft what a design may hold; what it may not is left with the reason that the design's own check gives. */
export class DraftWriter {
  private judged = 0;

  constructor(
    readonly draft: ImportDraft,
    private readonly notes: ImportNotes,
  ) {}

  /** Puts words behind those of a list, each once. */
  list(key: ListKey, words: readonly string[], from: string): void {
    for (const word of words) {
      const before = this.draft[key].indexOf(word);
      if (before >= 0 && !laterCounts.has(key)) continue;
      if (before < 0 && !this.isSound({ [key]: [word] }, from, word)) continue;
      if (before >= 0) this.draft[key].splice(before, 1);
      this.draft[key].push(word);
      this.notes.take(from, word, `\`${key}\``);
    }
  }

  /** Puts words behind those that an atom has in a table. */
  table(key: TableKey, atom: string, words: readonly string[], from: string): void {
    const odd = this.oddWords(key, atom, words);
    if (odd.length > 0 && odd.length < words.length) {
      for (const { word, reason } of odd) this.notes.leave(from, `${atom} ${word}`, reason);
      const rest = words.filter((_, at) => !odd.some((each) => each.at === at));
      this.table(key, atom, rest, from);
      return;
    }
    const text = [atom, ...words].join(' ');
    if (!this.isSound({ [key]: { [atom]: [...words] } }, from, text)) return;
    const before = this.draft[key][atom];
    // a group such as `L10N:` of the first line would swallow the words of the next
    this.draft[key][atom] = before === undefined ? [...words] : [...plainUseWords(before), ...plainUseWords(words)];
    this.notes.take(from, text, `\`${key}\``);
  }

  /** `remark`: what is said of it besides, a clause. */
  variable(name: string, value: string, from: string, remark = ''): void {
    const text = `${name}="${value}"`;
    if (!this.isSound({ make_conf: { [name]: value } }, from, text)) return;
    this.draft.make_conf[name] = value;
    this.notes.take(from, text, remark === '' ? '`make_conf`' : `\`make_conf\`; ${remark}`);
  }

  repository(entry: ImportDraft['repositories'][number], from: string): void {
    if (this.draft.repositories.some(({ name }) => name === entry.name)) return;
    if (!this.isSound({ repositories: [entry] }, from, `${entry.name}: ${entry.location}`)) return;
    this.draft.repositories.push(entry);
    this.notes.take(from, `${entry.name}: ${entry.location}`, '`repositories`');
  }

  /** ACCEPT_KEYWORDS: the own architecture says which board it is for. */
  keywords(words: readonly string[], from: string): void {
    for (const [board, { keyword }] of Object.entries(boards)) {
      if (!words.includes(keyword) && !words.includes(`~${keyword}`)) continue;
      if (this.draft.board !== board) this.notes.take(from, keyword, `\`board: ${board}\``);
      this.draft.board = board as Board;
    }
    const own = boards[this.draft.board].keyword;
    this.list(
      'accept_keywords',
      // stable packages alone is what a board has without a word
      words.filter((word) => word !== own && (word !== `-~${own}` || this.draft.accept_keywords.includes(`~${own}`))),
      from,
    );
  }

  /** Words of a line that no design can have; the others count all the same, as they do for Portage. */
  private oddWords(
    key: TableKey,
    atom: string,
    words: readonly string[],
  ): readonly { readonly at: number; readonly word: string; readonly reason: string }[] {
    const start = `${key}.${atom}.`;
    return this.problemsOf({ [key]: { [atom]: [...words] } }).flatMap((problem) => {
      const at = problem.field.startsWith(start) ? Number(problem.field.slice(start.length)) : Number.NaN;
      const word = words[at];
      return word === undefined ? [] : [{ at, word, reason: reasonFrom(problem) }];
    });
  }

  private problemsOf(part: object): readonly DesignProblem[] {
    const probe = { name: 'probe', board: this.draft.board, path: '/opt/probe', packages: ['a/b'], ...part };
    const result = validateDesign(probe);
    return result.ok ? [] : result.problems;
  }

  private isSound(part: object, from: string, text: string): boolean {
    if (this.judged === mostEntries)
      this.notes.leave(from, 'the rest', `more than ${mostEntries} entries are not read`);
    if (this.judged++ >= mostEntries) return false;
    const [problem] = this.problemsOf(part);
    if (problem === undefined) return true;
    this.notes.leave(from, text, reasonFrom(problem));
    return false;
  }
}

/** What is wrong, without the text that stands before it, and what to write instead. */
const reasonFrom = ({ message, hint }: DesignProblem): string =>
  `${message.replace(/^`[^`]*` (?=is |does )/, '')} ${hint}`;
