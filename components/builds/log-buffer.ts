import type { LogRange } from '@/lib/api/wire';

/** Lines of one log that are known here, by blocks, however they came; `total` = lines the log has. */
export class LogBuffer {
  #lines: (string | undefined)[] = [];
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** the line with a 1-based number; undefined when it was not loaded yet */
  line(number: number): string | undefined {
    return this.#lines[number - 1];
  }

  /** Takes lines in; says whether anything new came. */
  add(from: number, lines: readonly string[], total = 0): boolean {
    let news = false;
    lines.forEach((line, at) => {
      const index = from - 1 + at;
      if (this.#lines[index] === undefined) news = true;
      this.#lines[index] = line;
    });
    const reached = Math.max(this.#total, total, from - 1 + lines.length);
    if (reached !== this.#total) {
      this.#total = reached;
      news = true;
    }
    return news;
  }

  addRange(range: LogRange): boolean {
    return this.add(range.from, range.lines, range.total);
  }

  /** The first block of at most `size` unknown lines that touches `first` to `last`; null when all are known. */
  missing(first: number, last: number, size: number): { readonly from: number; readonly count: number } | null {
    for (let number = Math.max(1, first); number <= Math.min(last, this.#total); number++) {
      if (this.#lines[number - 1] !== undefined) continue;
      let count = 0;
      while (count < size && number + count <= this.#total && this.#lines[number - 1 + count] === undefined) count++;
      return { from: number, count };
    }
    return null;
  }
}
