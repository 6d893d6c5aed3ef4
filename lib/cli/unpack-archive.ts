import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mostArchiveBytes, type Unpack, unreadableArchive } from '../api/archive-texts';
import { ContainedFolder } from '../host/contained-file';
import { findProgram } from '../host/find-program';
import { howToGetCommand } from '../host/install-advice';
import { removeTree } from '../host/remove-tree';
import { runShutIn, shutInFolder } from '../host/shut-in';

/** One byte more than is allowed shows that there is more. */
const script = 'set -o pipefail; cd "$1" && "$2" -dcq < packed 2>/dev/null | head -c "$3" > plain';

/** Unpacks what a stranger packed with a program of this machine, in the sandbox with nothing but a copy of it. */
export const unpackArchive: Unpack = async (tool, packed) => {
  if (findProgram(tool) === null) {
    throw unreadableArchive(
      `is packed with ${tool}, and there is no \`${tool}\` on this machine`,
      howToGetCommand(tool),
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'studio-archive-'));
  try {
    await writeFile(join(folder, 'packed'), packed);
    const end = await runShutIn({
      command: ['bash', '-c', script, 'bash', shutInFolder, tool, `${mostArchiveBytes + 1}`],
      folder,
    });
    const plain = new ContainedFolder(folder).read(join(folder, 'plain'), mostArchiveBytes + 1);
    const data = plain.kind === 'content' ? plain.data : null;
    if (data !== null && data.length > mostArchiveBytes) return null;
    if (data === null || end?.exitCode !== 0) throw unreadableArchive('is damaged');
    return data;
  } finally {
    await removeTree(folder);
  }
};
