import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ContainedFolder } from '../../host/contained-file';
import { removeTree } from '../../host/remove-tree';
import { shutInFolder } from '../../host/shut-in';
import type { ImageEntry } from '../image-tree';
import { runShutInOrThrow } from '../shut-in-tool';
import { foreignCompressor, type Rewritten, rewriteContent } from './rewrite-file';

/** What one file may unpack to. */
const mostUnpackedBytes = 64 << 20;

/** Unpacks each `N.tool` of the folder into `N`, or packs each `N` that has an `N.again`; what cannot be done is left out. */
const script = `cd "$1" || exit
for file in *."$2"; do
	[[ -e $file ]] || continue
	name=\${file%%.*} tool=$(< "$name.tool")
	case $2 in
		packed) "$tool" -dcq < "$file" 2>/dev/null | head -c "$3" > "$name.plain" ;;
		again) "$tool" -cq -9 < "$file" > "$name.result" || rm -f "$name.result" ;;
	esac
done
exit 0`;

/**
 * Looks into files that bzip2, xz, zstd or lz4 packed, in the sandbox with nothing but copies of them, and rewrites those
 * that name the placeholder. Only what was rewritten or refused is answered.
 */
export async function unpackForeign(
  imageDir: string,
  entries: readonly ImageEntry[],
  path: string,
  signal?: AbortSignal,
): Promise<readonly { readonly entry: ImageEntry; readonly result: Rewritten }[]> {
  if (entries.length === 0) return [];
  const folder = join(dirname(imageDir), `.packed-${randomBytes(6).toString('hex')}`);
  mkdirSync(folder);
  const run = (ending: string): Promise<void> =>
    runShutInOrThrow({
      command: ['bash', '-c', script, 'bash', shutInFolder, ending, `${mostUnpackedBytes}`],
      folder,
      signal,
    });
  const contained = new ContainedFolder(folder);
  const read = (name: string): Buffer | null => {
    const found = contained.read(join(folder, name), mostUnpackedBytes);
    return found.kind === 'content' ? found.data : null;
  };
  try {
    for (const [index, entry] of entries.entries()) {
      const onDisk = join(imageDir, entry.path);
      copyFileSync(onDisk, join(folder, `${index}.packed`));
      writeFileSync(join(folder, `${index}.tool`), foreignCompressor(readFileSync(onDisk)) ?? 'cat');
    }
    await run('packed');
    const found = new Map<ImageEntry, Rewritten>();
    const again: ImageEntry[] = [];
    for (const [index, entry] of entries.entries()) {
      const plain = read(`${index}.plain`);
      if (plain === null || plain.length >= mostUnpackedBytes) {
        found.set(entry, { kind: 'refused', reason: 'is compressed and cannot be looked into' });
        continue;
      }
      const result = rewriteContent(plain, path);
      if (result.kind === 'refused') found.set(entry, result);
      if (result.kind !== 'rewritten') continue;
      writeFileSync(join(folder, `${index}.again`), result.bytes);
      again.push(entry);
    }
    if (again.length > 0) await run('again');
    for (const entry of again) {
      const bytes = read(`${entries.indexOf(entry)}.result`);
      found.set(
        entry,
        bytes ? { kind: 'rewritten', bytes } : { kind: 'refused', reason: 'cannot be compressed again' },
      );
    }
    return [...found].map(([entry, result]) => ({ entry, result }));
  } finally {
    await removeTree(folder);
  }
}
