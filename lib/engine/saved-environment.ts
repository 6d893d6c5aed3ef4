import { runToolOrThrow } from './run-tool';
import type { EntryFiles } from './vdb';

/** As phases leave it and as packages for any path keep it: what a stranger's shell wrote, in whatever bytes. */
export const plainEnvironmentFile = 'environment';
/** As VDB entries and binary packages have it. */
export const packedEnvironmentFile = 'environment.bz2';

/** The files with a plain saved environment packed. Throws TOOL_MISSING, TOOL_FAILED. */
export async function withPackedEnvironment(files: EntryFiles): Promise<EntryFiles> {
  const plain = files.get(plainEnvironmentFile);
  if (plain === undefined) return files;
  const packed = new Map(files);
  packed.delete(plainEnvironmentFile);
  packed.set(packedEnvironmentFile, (await runToolOrThrow('bzip2', ['-9c'], { input: plain })).stdout);
  return packed;
}
