import { dirname, join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { limits } from '../repo/limits';
import { inheritedIn } from './eclass-content';
import type { MetadataQuestion } from './metadata-question';

/** Folder of the repository that an ebuild stands in: `REPOSITORY/CATEGORY/NAME/FILE`. */
const repositoryOf = (path: string): string => dirname(dirname(dirname(path)));

/**
 * Names the eclasses that an ebuild may inherit, directly or not, so that a shell can parse each of them once. It is a guess from
 * the text: a name too many costs time, and one that is missing as well.
 */
export class EclassNames {
  /** what the text of an eclass names, by its file; null: it is not there, or not read */
  private readonly named = new Map<string, readonly string[] | null>();

  of({ path, eclassDirs }: MetadataQuestion): readonly string[] {
    const found = new Set<string>();
    const pending = [...(this.read(repositoryOf(path), path) ?? [])];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (found.has(name)) continue;
      found.add(name);
      for (const folder of eclassDirs) {
        const names = this.ofEclass(join(folder, `${name}.eclass`));
        if (names === null) continue;
        pending.push(...names);
        break;
      }
    }
    return [...found].sort();
  }

  private ofEclass(path: string): readonly string[] | null {
    const known = this.named.get(path);
    if (known !== undefined) return known;
    const names = this.read(dirname(dirname(path)), path);
    this.named.set(path, names);
    return names;
  }

  private read(folder: string, path: string): readonly string[] | null {
    const file = new ContainedFolder(folder).read(path, limits.ebuildBytes);
    return file.kind === 'content' ? inheritedIn(file.data.toString('utf8')).names : null;
  }
}
