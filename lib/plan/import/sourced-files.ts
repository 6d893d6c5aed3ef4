import { dirname, isAbsolute, join } from 'node:path';
import type { ContainedFolder } from '../../host/contained-file';
import { limits } from '../../repo/limits';
import type { ImportFile } from './file-kinds';

/** Paths behind `source` in a make.conf, as written, where no variable stands in them. Source: portage make.conf(5) */
export const sourcesOf = (text: string): readonly string[] =>
  [...text.matchAll(/^[ \t]*source[ \t]+(["']?)([^\s"'$]+)\1[ \t]*(?:#.*)?$/gm)].map(([, , path]) => path as string);

/**
 * The files that a make.conf of a folder sources, and those that these source, as far as they stand in the folder. `path`:
 * of the file below the folder; an absolute one is looked for as it is and below the folder.
 */
export function readSourced(folder: ContainedFolder, { path, text }: ImportFile, mostBytes: number): ImportFile[] {
  const found = new Map<string, ImportFile>();
  const follow = (from: string, content: string): void => {
    for (const source of sourcesOf(content)) {
      const inside = isAbsolute(source) ? source.slice(1) : join(dirname(from), source);
      if (found.has(inside) || found.size === limits.sourcedFiles) continue;
      const places = [join(folder.path, inside), ...(isAbsolute(source) ? [source] : [])];
      const answer = places.map((place) => folder.read(place, mostBytes)).find(({ kind }) => kind === 'content');
      if (answer?.kind !== 'content') continue;
      const file = { path: inside, text: answer.data.toString('utf8'), isSourced: true };
      found.set(inside, file);
      follow(inside, file.text);
    }
  };
  follow(path, text);
  return [...found.values()];
}
