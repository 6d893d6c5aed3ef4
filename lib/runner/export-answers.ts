import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ExportFacts } from '../api/wire';
import type { Design } from '../design/index';
import { exportName } from './exported-files';
import type { AsksPlanner } from './planning-work';

export interface ExportedArchive extends ExportFacts {
  /** the .tar.gz; no file has its name any more */
  readonly stream: Readable;
}

/** What the archive of a design's export is called. */
export const exportFileName = (design: Pick<Design, 'name'>): string => `${exportName(design)}.tar.gz`;

interface Server {
  readonly planner: AsksPlanner;
}

/** Hands a temporary folder to `use`, which goes whatever happens. */
async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const work = await mkdtemp(join(tmpdir(), 'prefix-studio-export-'));
  try {
    return await use(work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function exported(
  { planner }: Server,
  design: Design,
  { work, archive, signal }: { readonly work: string; readonly archive: string | null; readonly signal?: AbortSignal },
): Promise<ExportFacts> {
  const folder = join(work, 'tree');
  await mkdir(folder);
  const plan = await planner.run({ kind: 'export', design, folder, archive, isMeasured: archive === null }, signal);
  return { ...plan, fileName: exportFileName(design) };
}

/** What the minimal tree of a design's plan holds. Nothing is left behind. Throws NOT_PLANNED. */
export function measureExport(server: Server, design: Design, signal?: AbortSignal): Promise<ExportFacts> {
  return inTemporaryFolder((work) => exported(server, design, { work, archive: null, signal }));
}

/** The minimal tree of a design's plan as an archive; equal trees are equal archives. Throws NOT_PLANNED. */
export function archiveExport(server: Server, design: Design, signal?: AbortSignal): Promise<ExportedArchive> {
  return inTemporaryFolder(async (work) => {
    const archive = join(work, 'archive');
    const facts = await exported(server, design, { work, archive, signal });
    return { ...facts, stream: (await open(archive, 'r')).createReadStream() };
  });
}
