import { type Design, validateDesign } from '../../design';
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
      if (this.draft[key].includes(word)) continue;
      if (!this.isSound({ [key]: [word] }, from, word)) continue;
      this.draft[key].push(word);
      this.notes.take(from, word, `\`${key}\``);
    }
  }

  /** Puts words behind those that an atom has in a table. */
  table(key: TableKey, atom: string, words: readonly string[], from: string): void {
    const text = [atom, ...words].join(' ');
    if (!this.isSound({ [key]: { [atom]: [...words] } }, from, text)) return;
    const before = this.draft[key][atom];
    // a group such as `L10N:` of the first line would swallow the words of the next
    this.draft[key][atom] = before === undefined ? [...words] : [...plainUseWords(before), ...plainUseWords(words)];
    this.notes.take(from, text, `\`${key}\``);
  }

  variable(name: string, value: string, from: string): void {
    const text = `${name}="${value}"`;
    if (!this.isSound({ make_conf: { [name]: value } }, from, text)) return;
    this.draft.make_conf[name] = value;
    this.notes.take(from, text, '`make_conf`');
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

  private isSound(part: object, from: string, text: string): boolean {
    if (this.judged === mostEntries)
      this.notes.leave(from, 'the rest', `more than ${mostEntries} entries are not read`);
    if (this.judged++ >= mostEntries) return false;
    const probe = { name: 'probe', board: this.draft.board, path: '/opt/probe', packages: ['a/b'], ...part };
    const result = validateDesign(probe);
    if (result.ok) return true;
    this.notes.leave(from, text, result.problems[0]?.message ?? 'a design cannot hold it');
    return false;
  }
}
