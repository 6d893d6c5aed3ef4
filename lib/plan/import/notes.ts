/** One thing that was imported, or was not. */
export interface ImportNote {
  /** file and line, `package.use:3`, or the option of a command */
  readonly from: string;
  /** what stands there */
  readonly text: string;
  /** where it went in the design, or why it went nowhere */
  readonly note: string;
}

/** Collects what is taken and what is left. */
export class ImportNotes {
  readonly taken: ImportNote[] = [];
  readonly left: ImportNote[] = [];

  take(from: string, text: string, note: string): void {
    this.taken.push({ from, text: shortened(text), note });
  }

  leave(from: string, text: string, note: string): void {
    this.left.push({ from, text: shortened(text), note });
  }
}

const longest = 200;

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)} …` : line;
};
