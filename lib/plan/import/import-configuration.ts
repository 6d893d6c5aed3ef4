import type { ImportFile } from './file-kinds';
import { type ImportChoices, type ImportedDesign, importFiles } from './import-files';

/**
 * Makes a design of parts of a Portage configuration. Calls of emerge may name packages without their category; only then are
 * the packages of the tree asked for (`namesOf`), which may take a while.
 */
export async function importConfiguration(
  files: readonly ImportFile[],
  choices: ImportChoices,
  namesOf: (tree: string) => Promise<readonly string[]>,
): Promise<ImportedDesign> {
  const mayLackCategories = files.some(({ text }) => /\bemerge\b/.test(text));
  const names = mayLackCategories ? await namesOf(choices.tree ?? 'starter') : [];
  return importFiles(files, { ...choices, names });
}
