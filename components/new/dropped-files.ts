import { ArchiveError, type ArchiveText, archiveTexts, isArchiveName } from '@/lib/api/archive-texts';
import type { ImportAnswer } from '@/lib/api/wire';

type ImportNote = ImportAnswer['left'][number];

/** What was dropped or chosen: texts with their paths, and what could not be read. */
export interface Dropped {
  readonly files: readonly ArchiveText[];
  readonly left: readonly ImportNote[];
}

/** More files, or larger ones, are no configuration of Portage. */
const most = { files: 500, fileBytes: 200_000 };

const isHidden = (path: string): boolean => path.split('/').some((step) => step.startsWith('.') || step.endsWith('~'));

/** Collects texts, those in archives too; what is hidden is passed over. */
class Basket {
  readonly files: ArchiveText[] = [];
  readonly left: ImportNote[] = [];

  get isFull(): boolean {
    return this.files.length >= most.files;
  }

  /** An archive that cannot be read is left with its reason, so that the others are imported all the same. */
  async put(path: string, file: File): Promise<void> {
    if (this.isFull || isHidden(path)) return;
    if (isArchiveName(file.name)) {
      await this.putArchive(path, file);
    } else if (file.size > most.fileBytes) this.left.push({ from: path, text: 'not read', note: 'is too large' });
    else this.files.push({ path, text: await file.text() });
  }

  private async putArchive(path: string, file: File): Promise<void> {
    try {
      const { files, left } = await archiveTexts(new Uint8Array(await file.arrayBuffer()));
      this.files.push(...files);
      this.left.push(...left.map((each) => ({ from: each.path, text: 'not read', note: each.reason })));
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      const { message, hint = '' } = error;
      this.left.push({ from: path, text: 'not read', note: `${message} ${hint}`.trim() });
    }
  }
}

/** Texts of chosen files and archives. */
export async function readFiles(files: readonly File[]): Promise<Dropped> {
  const basket = new Basket();
  for (const file of files) await basket.put(file.webkitRelativePath || file.name, file);
  return basket;
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

async function walk(entry: FileSystemEntry, basket: Basket): Promise<void> {
  if (basket.isFull || isHidden(entry.name)) return;
  if (entry.isDirectory) {
    for (const inner of await entriesOf(entry as FileSystemDirectoryEntry)) await walk(inner, basket);
    return;
  }
  await basket.put(entry.fullPath.replace(/^\//, ''), await fileOf(entry as FileSystemFileEntry));
}

/** Files, archives and folders that were dropped, folders with all that is in them. */
export async function droppedFiles({ items, files }: DataTransfer): Promise<Dropped> {
  // the items are gone after the first wait
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const plain = [...files];
  if (entries.length === 0) return readFiles(plain);
  const basket = new Basket();
  for (const entry of entries) await walk(entry, basket);
  return basket;
}
