import type { ImportAnswer, ImportBody } from '../api/wire';
import { importFiles } from '../plan/import/import-files';
import { probeDesign } from './probe-design';
import type { StudioServer } from './studio-server';

/** As many as any tree has. */
const allPackages = 50_000;

/** Makes a design of texts that somebody pasted or dropped. Names without a category are looked for in the tree. */
export async function importPortage(
  { planner }: Pick<StudioServer, 'planner'>,
  { files, ...choices }: ImportBody,
  signal?: AbortSignal,
): Promise<ImportAnswer> {
  const asks = files.some(({ text }) => /(?:^|\s)emerge\s/.test(text));
  const query = { words: '', limit: allPackages };
  const list = asks
    ? await planner.run({ kind: 'packages', design: probeDesign(choices.tree ?? 'starter'), query }, signal)
    : null;
  const names = list?.packages.map(({ name }) => name);
  return importFiles(files, { ...choices, ...(names && { names }) });
}
