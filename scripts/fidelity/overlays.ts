import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { designSchema } from '../../lib/design';
import { homeLayout } from '../../lib/home';
import { addTree, openDesignTree } from '../../lib/plan';
import { generatedCache, type PackageTree } from '../../lib/repo';

/** The overlays of Flatcar with metadata for every ebuild. */
export interface OpenedOverlays {
  readonly tree: PackageTree;
  /** repository -> folders with its metadata, laid out like md5-cache; its own before what we generated */
  readonly metadata: Readonly<Record<string, readonly string[]>>;
  /** takes away what was written for them */
  close(): void;
}

/** Opens a checkout of flatcar/scripts, or a folder with the three overlays. Metadata that is missing is generated. */
export async function openOverlays(folder: string, say: (text: string) => void): Promise<OpenedOverlays> {
  const home = mkdtempSync(join(tmpdir(), 'fidelity-home-'));
  const close = (): void => rmSync(home, { recursive: true, force: true });
  try {
    addTree('flatcar', folder, home);
    const design = designSchema.parse({
      name: 'demo',
      board: 'amd64-usr',
      path: '/opt/demo',
      packages: [],
      tree: 'flatcar',
      toolchain: 'sdk',
    });
    let told = 0;
    const { tree, unreadable } = await openDesignTree(design, {
      home,
      onMetadata: ({ done, total }) => {
        if (done < told + 200 && done < total) return;
        told = done;
        say(`metadata: ${done} of ${total} ebuilds`);
      },
    });
    if (unreadable.length > 0) say(`${unreadable.length} ebuilds cannot be read here and are left out on both sides`);
    const metadata = tree.repositories.ordered.map((repository): [string, string[]] => {
      const known = [
        join(repository.location, 'metadata/md5-cache'),
        generatedCache(homeLayout(home).cache, repository),
      ];
      return [repository.name, known.filter((path) => existsSync(path))];
    });
    return { tree, metadata: Object.fromEntries(metadata), close };
  } catch (error) {
    close();
    throw error;
  }
}
