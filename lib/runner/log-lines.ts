/** More of one line is not shown; the download has it. */
const longestLineBytes = 16 * 1024;

/** An answer has no more than this, and one line at least. */
const mostBytes = 4 * 1024 * 1024;

/** Picks some lines out of a log that passes by in pieces. Complete lines only. */
export class LineWindow {
  readonly lines: string[] = [];
  private parts: Buffer[] = [];
  private lineBytes = 0;
  private keptBytes = 0;

  /** `at`: line of the first byte that will pass; `first`: line to begin with, both from 1 */
  constructor(
    private at: number,
    private readonly first: number,
    private readonly count: number,
  ) {}

  /** False: it needs no more. */
  take(piece: Buffer): boolean {
    for (let from = 0; from < piece.length; ) {
      const newline = piece.indexOf(10, from);
      const end = newline === -1 ? piece.length : newline;
      if (this.at >= this.first) this.keep(piece.subarray(from, end));
      if (newline === -1) return true;
      if (this.at >= this.first && !this.endLine()) return false;
      this.at += 1;
      from = newline + 1;
    }
    return true;
  }

  private keep(part: Buffer): void {
    const room = Math.max(0, longestLineBytes - this.lineBytes);
    // the piece is read over by the next one
    if (room > 0) this.parts.push(Buffer.from(part.subarray(0, room)));
    this.lineBytes += part.length;
  }

  private endLine(): boolean {
    const hidden = this.lineBytes - longestLineBytes;
    const text = Buffer.concat(this.parts).toString('utf8');
    this.lines.push(hidden > 0 ? `${text} … [${hidden} bytes more]` : text);
    this.keptBytes += Math.min(this.lineBytes, longestLineBytes);
    this.parts = [];
    this.lineBytes = 0;
    return this.lines.length < this.count && this.keptBytes < mostBytes;
  }
}
