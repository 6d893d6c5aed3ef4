import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { StarterCard, StarterDocument } from '../api/wire';
import { parseDesign } from '../design/index';
import { programRoot } from '../home';
import { DesignInvalidError, RunnerError } from './errors';

const catalogueSchema = z.array(
  z.object({
    id: z.string().regex(/^[a-z0-9-]+$/),
    title: z.string(),
    summary: z.string(),
    typicalSeconds: z.number().nullable(),
  }),
);

const folder = (): string => join(programRoot(), 'public', 'starters');

async function readCatalogue(): Promise<z.output<typeof catalogueSchema>> {
  return catalogueSchema.parse(JSON.parse(await readFile(join(folder(), 'catalogue.json'), 'utf8')));
}

/** The gallery, in its order. Each card has its design at `public/starters/<id>.yaml`. */
export async function listStarters(): Promise<readonly StarterCard[]> {
  const documents = await Promise.all((await readCatalogue()).map((entry) => readStarter(entry.id)));
  return documents.map(({ text: _, design: __, ...card }) => card);
}

/** Throws STARTER_UNKNOWN. */
export async function readStarter(id: string): Promise<StarterDocument> {
  const catalogue = await readCatalogue();
  const entry = catalogue.find((candidate) => candidate.id === id);
  if (!entry) {
    throw new RunnerError('STARTER_UNKNOWN', `There is no starter \`${id}\`.`, {
      hint: `Starters: ${catalogue.map((candidate) => candidate.id).join(', ')}.`,
    });
  }
  const text = await readFile(join(folder(), `${id}.yaml`), 'utf8');
  const parsed = parseDesign(text);
  if (!parsed.ok) throw new DesignInvalidError(parsed.problems);
  const { board, path, packages } = parsed.design;
  return { ...entry, board, path, packages, text, design: parsed.design };
}
