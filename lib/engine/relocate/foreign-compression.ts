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

/** What the files of a compressor end in, and how it makes `N.plain` of each `N.plain.ENDING`. */
const unpackers: Readonly<Record<string, readonly [ending: string, command: string]>> = {
  bzip2: ['bz2', 'bzip2 -dkq'],
  xz: ['xz', 'xz -dkq --no-sparse'],
  zstd: ['zst', 'zstd -dkq --no-sparse'],
  lz4: ['lz4', 'lz4 -dkqm --no-sparse'],
};

/**
 * Unpacks each `N.plain.ENDING` of the folder into `N.plain`, or packs each `N` that has an `N.again` into `N.result`; what cannot be
 * done is left out. A compressor gets all its files at once. Where it stumbles over one, or one unpacks to more than `$3` KiB,
 * each has one of its own, of which so much is taken.
 */
const script = `cd "$1" || exit
shopt -s nullglob
all() {
	local command=$1
	shift
	(( $# == 0 )) || ( ulimit -f "$limit"; $command "$@" ) > /dev/null 2>&1 || rm -f -- "\${@%.*}"
}
limit=$3
case $2 in
	packed)
${Object.values(unpackers)
  .map(([ending, command]) => `\t\tall '${command}' *.plain.${ending}`)
  .join('\n')}
		for file in *.plain.*; do
			name=\${file%%.*}
			[[ -e $name.plain ]] || "$(< "$name.tool")" -dcq < "$file" 2> /dev/null | head -c "\${limit}K" > "$name.plain"
		done
		;;
	again)
		for file in *.again; do
			name=\${file%%.*}
			"$(< "$name.tool")" -cq -9 < "$file" > "$name.result" || rm -f "$name.result"
		done
		;;
esac
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
  const run = (work: 'packed' | 'again'): Promise<void> =>
    runShutInOrThrow({
      command: ['bash', '-c', script, 'bash', shutInFolder, work, `${mostUnpackedBytes >> 10}`],
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
      const tool = foreignCompressor(readFileSync(onDisk)) ?? 'cat';
      copyFileSync(onDisk, join(folder, `${index}.plain.${unpackers[tool]?.[0] ?? tool}`));
      writeFileSync(join(folder, `${index}.tool`), tool);
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
