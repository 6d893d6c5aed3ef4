import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskErrorOf } from './disk-error';
import { makeWritableFolder } from './writable-folder';

/** Keeps what can be worked out again. On a disk that is full or read-only it is simply worked out again the next time. */
export function keepInCache(path: string, data: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}`;
  try {
    makeWritableFolder(dirname(path));
    writeFileSync(temporary, data);
    renameSync(temporary, path);
  } catch (error) {
    if (!diskErrorOf(error, { path })) throw error;
    removeIfThere(temporary);
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // a read-only disk has nothing of ours
  }
}
