import { terminalText } from '../layout/visible-text';

/** A control sequence is shorter than this; characters. */
const longestSequence = 256;

/** Sequences of a terminal; the first kind sets colours and nothing else. */
const sequences =
  /(\u001b\[[0-9;:]*m)|\u001b\[[0-9;:?<=>]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-OQ-WYZ\\`-~]/g;

/** Output of a program of strangers as it passes by. A terminal gets its colours and nothing else that it would act on; a pipe none. */
export class ProgramOutput {
  /** the beginning of a sequence whose end has not come */
  private rest = '';

  constructor(
    private readonly write: (text: string) => void,
    private readonly hasColor: boolean,
  ) {}

  take(text: string): void {
    const all = this.rest + text;
    const begun = all.replace(sequences, (found) => ' '.repeat(found.length)).indexOf('\u001b');
    const isOpen = begun !== -1 && all.length - begun < longestSequence;
    const end = isOpen ? begun : all.length - (all.endsWith('\r') ? 1 : 0);
    this.rest = all.slice(end);
    this.show(all.slice(0, end));
  }

  /** Hands on what was waited with. */
  end(): void {
    this.show(this.rest);
    this.rest = '';
  }

  private show(text: string): void {
    if (text === '') return;
    const lines = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
    let shown = '';
    let from = 0;
    for (const match of lines.matchAll(sequences)) {
      shown += terminalText(lines.slice(from, match.index)) + (this.hasColor ? (match[1] ?? '') : '');
      from = match.index + match[0].length;
    }
    this.write(shown + terminalText(lines.slice(from)));
  }
}
