import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';

const chunkBytes = 4 * 1024 * 1024;
const mostBytes = 512 * 1024 * 1024;

/** Paths as bytes: hostile names need not be text. */
const listed = (folder: Buffer) => readdirSync(folder, { withFileTypes: true, encoding: 'buffer' });

/** Regular files below a folder; links are not followed, and what is deeper than a path can be long is left out. */
function* filesBelow(folder: Buffer): Generator<Buffer> {
  let entries: ReturnType<typeof listed>;
  try {
    entries = listed(folder);
  } catch {
    return;
  }
  for (const entry of entries) {
    const path = Buffer.concat([folder, Buffer.from('/'), entry.name]);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/** Calls `see` with the text of every file below a folder, in overlapping pieces of bounded size. */
export function searchFolder(folder: string, see: (path: string, text: string) => void): void {
  for (const path of filesBelow(Buffer.from(folder))) {
    const { size } = statSync(path);
    if (size > mostBytes) continue;
    const file = openSync(path, 'r');
    const buffer = Buffer.alloc(Math.min(chunkBytes, size + 1));
    for (let at = 0; ; ) {
      const length = readSync(file, buffer, 0, buffer.length, at);
      if (length === 0) break;
      see(path.toString('latin1'), buffer.toString('latin1', 0, length));
      // a word on the border is seen with the next piece
      at += length < buffer.length ? length : Math.max(1, length - 200);
    }
    closeSync(file);
  }
}
