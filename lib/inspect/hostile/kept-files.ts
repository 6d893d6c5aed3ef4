import type { OpenedFile } from './opened-file';

/** Programs open some dozen files of the host; one that opens files without end must not fill the memory. */
export const mostFiles = 500;
const mostCharacters = 64 * 1024;

/** The different files of one start, as many as can be kept. */
export class KeptFiles {
  readonly #files = new Map<string, OpenedFile>();
  #characters = 0;
  /** calls whose files are not kept */
  more = 0;

  /** A file that was there once is there, whatever a later call says. */
  add(file: OpenedFile): void {
    const key = `${file.call} ${file.path}`;
    const known = this.#files.get(key);
    if (known === undefined) {
      if (this.#files.size >= mostFiles || this.#characters + key.length > mostCharacters) {
        this.more += 1;
        return;
      }
      this.#characters += key.length;
    }
    if (!known?.isThere) this.#files.set(key, file);
  }

  get files(): readonly OpenedFile[] {
    return [...this.#files.values()];
  }
}
