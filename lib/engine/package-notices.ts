import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PackageNotice } from '../layout/events';
import { terminalText, visibleText } from '../layout/visible-text';
import type { PhaseMessage } from './phase-contract';

/** More notices of one package are counted, not kept. */
const mostNotices = 200;
const mostCharacters = 8000;

/** Portage's words for the levels, as in the files of `elog`. */
const levelWords = { log: 'LOG', warn: 'WARN', qa: 'QA', error: 'ERROR' } as const;

/** What `echo -e` makes of it, without colours. */
function plainMessage(text: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\', e: '\u001b' };
  const expanded = text
    .replace(/\\(033|x1b)/gi, '\u001b')
    .replace(/\\([nte\\])/g, (_, letter: string) => escapes[letter] ?? '')
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '');
  const lines = terminalText(expanded).slice(0, mostCharacters).split('\n');
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** Collects what one package wants people to know: lines of one phase and level in a row are one notice. */
export class PackageNotices {
  private readonly kept: PackageNotice[] = [];
  private open: PackageNotice | null = null;
  private leftOut = 0;

  constructor(private readonly tell: (notice: PackageNotice) => void) {}

  /** Takes a line of a phase. */
  take({ level, phase, text }: PhaseMessage): void {
    const plain = plainMessage(text);
    const { open } = this;
    if (open?.level === level && open.phase === phase && open.text.length + plain.length < mostCharacters) {
      this.open = { ...open, text: `${open.text}\n${plain}` };
      return;
    }
    this.flush();
    this.open = { level, phase, check: null, text: plain };
  }

  /** Takes a whole notice. */
  add(notice: PackageNotice): void {
    this.flush();
    this.keep(notice);
  }

  /** Ends the notice that lines were added to. */
  flush(): void {
    const { open } = this;
    this.open = null;
    const text = open?.text.replace(/^\n+|(?<!\n)\n+$/g, '') ?? '';
    if (open && text !== '') this.keep({ ...open, text });
  }

  private keep(notice: PackageNotice): void {
    if (this.kept.length === mostNotices) {
      this.leftOut += 1;
      return;
    }
    this.kept.push(notice);
    this.tell(notice);
  }

  /** Those that were told; the one that lines may still be added to is not among them. */
  get told(): readonly PackageNotice[] {
    return this.kept;
  }

  /** Writes them as Portage does, below `elog/` beside the log of the package. Nothing is written when nothing was said. */
  async write(log: string): Promise<void> {
    if (this.kept.length === 0) return;
    const folder = join(dirname(log), 'elog');
    const rest = this.leftOut === 0 ? '' : `${this.leftOut} more are in the log.\n`;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, basename(log)), formatNotices(this.kept) + rest);
  }
}

/** Notices as a file of Portage's `elog` has them: `LEVEL: phase`, then the text. */
export function formatNotices(notices: readonly PackageNotice[]): string {
  return notices.map(({ level, phase, text }) => `${levelWords[level]}: ${phase}\n${text}\n\n`).join('');
}

const shownPaths = 20;

/** A title with one line for each of the first paths. */
export function listed(title: string, paths: readonly string[]): string {
  const rest = paths.length > shownPaths ? [`  and ${paths.length - shownPaths} more`] : [];
  return [title, ...paths.slice(0, shownPaths).map((path) => `  ${visibleText(path)}`), ...rest].join('\n');
}
