/** A text with its path below what was dropped. */
export interface NamedText {
  readonly path: string;
  readonly text: string;
}

/** More files, or larger ones, are no configuration of Portage. */
const most = { files: 500, fileBytes: 200_000 };

const isHidden = (path: string): boolean => path.split('/').some((step) => step.startsWith('.') || step.endsWith('~'));

/** Texts of chosen files; what is too large or hidden is passed over. */
export async function readFiles(files: readonly File[]): Promise<readonly NamedText[]> {
  const fitting = files.filter((file) => file.size <= most.fileBytes).slice(0, most.files);
  const texts = await Promise.all(
    fitting.map(async (file) => ({ path: file.webkitRelativePath || file.name, text: await file.text() })),
  );
  return texts.filter(({ path }) => !isHidden(path));
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

/** All entries of a folder; the browser hands them out in parts. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0 || found.length > most.files) return found;
    found.push(...part);
  }
}

async function walk(entry: FileSystemEntry, found: NamedText[]): Promise<void> {
  if (found.length >= most.files || isHidden(entry.name)) return;
  if (entry.isDirectory) {
    for (const inner of await entriesOf(entry as FileSystemDirectoryEntry)) await walk(inner, found);
    return;
  }
  const file = await fileOf(entry as FileSystemFileEntry);
  if (file.size <= most.fileBytes) found.push({ path: entry.fullPath.replace(/^\//, ''), text: await file.text() });
}

/** Files and folders that were dropped, folders with all that is in them. */
export async function droppedFiles({ items, files }: DataTransfer): Promise<readonly NamedText[]> {
  // the items are gone after the first wait
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const plain = [...files];
  if (entries.length === 0) return readFiles(plain);
  const found: NamedText[] = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}
