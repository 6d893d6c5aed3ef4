import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

function unlessGone(error: NodeJS.ErrnoException): readonly string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

/**
 * Sum of the sizes of all files below, without following links; null when there is nothing. Aborted: of what was seen until
 * then. What goes away meanwhile counts as nothing.
 */
export async function folderSizeBytes(path: string, signal?: AbortSignal): Promise<number | null> {
  const stats = await lstat(path).catch(() => null);
  if (!stats) return null;
  if (!stats.isDirectory()) return stats.size;
  let sum = 0;
  for (const name of await readdir(path).catch(unlessGone)) {
    if (signal?.aborted) break;
    sum += (await folderSizeBytes(join(path, name), signal)) ?? 0;
  }
  return sum;
}
