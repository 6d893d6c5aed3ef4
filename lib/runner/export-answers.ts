import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { ExportFacts } from '../api/wire';
import type { Design } from '../design/index';
import { removeTree } from '../host/remove-tree';
import { archiveFolder } from '../plan/tree-archive';
import { exportName } from './exported-files';
import type { StudioServer } from './studio-server';

export interface ExportedArchive extends ExportFacts {
  /** the .tar.gz; the temporary folder behind it goes when it ends */
  readonly stream: Readable;
}

/** What the archive of a design's export is called. */
export const exportFileName = (design: Pick<Design, 'name'>): string => `${exportName(design)}.tar.gz`;

type Server = Pick<StudioServer, 'planner'>;

async function exported(
  { planner }: Server,
  design: Design,
  signal: AbortSignal | undefined,
): Promise<{ facts: ExportFacts; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'prefix-studio-export-'));
  try {
    const plan = await planner.run({ kind: 'export', design, folder }, signal);
    return { facts: { ...plan, fileName: exportFileName(design) }, folder };
  } catch (error) {
    await removeTree(folder);
    throw error;
  }
}

/** What the minimal tree of a design's plan holds. Nothing is left behind. Throws NOT_PLANNED. */
export async function measureExport(server: Server, design: Design, signal?: AbortSignal): Promise<ExportFacts> {
  const { facts, folder } = await exported(server, design, signal);
  await removeTree(folder);
  return facts;
}

/** The minimal tree of a design's plan as an archive; equal trees are equal archives. Throws NOT_PLANNED. */
export async function archiveExport(server: Server, design: Design, signal?: AbortSignal): Promise<ExportedArchive> {
  const { facts, folder } = await exported(server, design, signal);
  const archive = Readable.from(archiveFolder(folder, exportName(design)), { objectMode: false });
  const stream = archive.pipe(createGzip({ level: 9 }));
  archive.once('error', (error) => stream.destroy(error));
  stream.once('close', () => {
    archive.destroy();
    removeTree(folder).catch((error: unknown) => console.error(error));
  });
  return { ...facts, stream };
}
