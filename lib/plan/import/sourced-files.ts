import { join } from 'node:path';
import type { ContainedFolder } from '../../host/contained-file';
import { sourcesOf } from '../../repo';
import type { ImportFile } from './file-kinds';

/**
 * The files that a make.conf of a folder sources, and those that these source, as far as they stand in the folder. `path`:
 * of the file below the folder; an absolute one is looked for as it is and below the folder.
 */
export function readSourced(folder: ContainedFolder, { path, text }: ImportFile, mostBytes: number): ImportFile[] {
  const found = new Map<string, ImportFile>();
  sourcesOf(text, path, (source) => {
    const places = [join(folder.path, source), ...(source.startsWith('/') ? [source] : [])];
    const answer = places.map((place) => folder.read(place, mostBytes)).find(({ kind }) => kind === 'content');
    if (answer?.kind !== 'content') return null;
    const file = { path: source.replace(/^\//, ''), text: answer.data.toString('utf8'), isSourced: true };
    found.set(file.path, file);
    return file.text;
  });
  return [...found.values()];
}
