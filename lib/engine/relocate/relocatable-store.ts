import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from '../durable-file';
import { PackageStore } from '../package-store';

interface Mark {
  readonly cpv: string;
  readonly reason: string;
}

const longestReason = 500;

function readFolder(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/**
 * The packages of a data folder that fit any path: binary packages that were built for the placeholder, shared by all of
 * its prefixes, and for each key that turned out not to fit a reason.
 */
export class RelocatableStore {
  readonly packages: PackageStore;

  constructor(readonly folder: string) {
    this.packages = new PackageStore(join(folder, 'pkgs'), 'several');
  }

  private markFile(key: string): string {
    return join(this.folder, 'for-one-path', `${key}.json`);
  }

  private markOf(key: string): Partial<Mark> {
    try {
      return JSON.parse(readFileSync(this.markFile(key), 'utf8')) as Partial<Mark>;
    } catch {
      return {};
    }
  }

  /** `category/PF` of everything that has a mark with any key. */
  marked(): readonly string[] {
    const names = readFolder(join(this.folder, 'for-one-path'));
    return names.flatMap((name) => (name.endsWith('.json') ? (this.markOf(name.slice(0, -5)).cpv ?? []) : []));
  }

  /** Why the package with this key is built for each path; null: it need not be, as far as is known. */
  reasonAgainst(key: string): string | null {
    const { reason } = this.markOf(key);
    return typeof reason === 'string' ? reason.slice(0, longestReason) : null;
  }

  async markAgainst(key: string, cpv: string, reason: string): Promise<void> {
    const mark: Mark = { cpv, reason: reason.slice(0, longestReason) };
    await writeFileDurably(this.markFile(key), `${JSON.stringify(mark)}\n`);
  }
}
