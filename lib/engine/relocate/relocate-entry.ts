import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ContainedFolder } from '../../host/contained-file';
import { removeTree } from '../../host/remove-tree';
import { shutInFolder } from '../../host/shut-in';
import { EngineError } from '../errors';
import { packedEnvironmentFile, plainEnvironmentFile, withPackedEnvironment } from '../saved-environment';
import { runShutInOrThrow } from '../shut-in-tool';
import type { EntryFiles } from '../vdb';
import { namesPlaceholder, rewriteText } from './rewrite-bytes';

/** The saved environment of a real build has some hundred kilobytes. */
const mostEnvironmentBytes = 64 << 20;

/** The saved environment of a package that keeps it packed, as earlier versions did. It is packed by what a stranger's ebuild ran, so it is unpacked in the sandbox. */
async function unpackEnvironment(packed: Uint8Array, workFolder: string): Promise<Buffer> {
  const folder = join(workFolder, `.environment-${randomBytes(6).toString('hex')}`);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, 'packed'), packed);
    const script = 'cd "$1" && bzip2 -dcq < packed | head -c "$2" > plain';
    await runShutInOrThrow({
      command: ['bash', '-c', script, 'bash', shutInFolder, `${mostEnvironmentBytes}`],
      folder,
    });
    const found = new ContainedFolder(folder).read(join(folder, 'plain'), mostEnvironmentBytes);
    if (found.kind === 'content') return found.data;
    throw new EngineError('BINPKG_INVALID', 'the saved environment of a package cannot be read');
  } finally {
    await removeTree(folder);
  }
}

/**
 * VDB files of a package that was built for the placeholder, for another path. `imageDir`: a folder may be made beside it.
 * Throws BINPKG_INVALID when its environment cannot be read, TOOL_MISSING, TOOL_FAILED.
 */
export async function relocateEntry(files: EntryFiles, path: string, imageDir: string): Promise<EntryFiles> {
  const changed = new Map<string, string | Uint8Array>();
  for (const [name, data] of files) {
    if (name === plainEnvironmentFile) {
      changed.set(name, rewriteText(Buffer.from(data as Uint8Array), path));
    } else if (name === packedEnvironmentFile && typeof data !== 'string') {
      changed.set(plainEnvironmentFile, rewriteText(await unpackEnvironment(data, dirname(imageDir)), path));
    } else if (typeof data === 'string') {
      changed.set(name, rewriteText(Buffer.from(data), path).toString('utf8'));
    } else changed.set(name, data);
  }
  return withPackedEnvironment(changed);
}

/** Names of VDB files in which something of the placeholder is left; the environment may quote it in its own ways. */
export const entryLeftovers = (files: EntryFiles): readonly string[] =>
  [...files]
    .filter(([, data]) => typeof data === 'string' && namesPlaceholder(Buffer.from(data)))
    .map(([name]) => name);
