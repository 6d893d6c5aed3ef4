import { type DerivedTree, deriveTree, type KnownTree } from './derive-tree';
import type { ImportFile } from './file-kinds';
import { type ImportChoices, type ImportedDesign, importFiles } from './import-files';

/** What stands around an import: the trees of this machine, and the packages of one. */
export interface ImportSurroundings {
  readonly trees: readonly KnownTree[];
  namesOf(tree: string): Promise<readonly string[]>;
}

/**
 * Makes a design of parts of a Portage configuration. Calls of emerge may name packages without their category; only then are
 * the packages of the tree asked for (`namesOf`), which may take a while.
 */
export async function importConfiguration(
  files: readonly ImportFile[],
  choices: ImportChoices,
  { trees, namesOf }: ImportSurroundings,
): Promise<ImportedDesign> {
  const derived: DerivedTree | null = choices.tree === undefined ? deriveTree(files, trees) : null;
  const tree = choices.tree ?? (derived?.kind === 'found' ? derived.tree : 'starter');
  const mayLackCategories = files.some(({ text }) => /\bemerge\b/.test(text));
  const names = mayLackCategories ? await namesOf(tree) : [];
  return importFiles(files, { ...choices, names, trees });
}
