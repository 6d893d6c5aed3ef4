import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isLaterSuite } from './archive-suites';
import { writeFileDurably } from './durable-file';
import { type ArchiveFile, kindOf, parseSourcesIndex } from './source-table';

/** The suite in the name that apt gives an index: `HOST_debian_dists_trixie_main_source_Sources`. */
const suiteOf = (list: string): string => /_dists_(.+?)_[^_]+_source_Sources$/.exec(list)?.[1] ?? './';

/** What decides whether a table is that of these lists. */
async function stampOf(folder: string, lists: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    lists.map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return `${name} ${size} ${Math.floor(mtimeMs)}`;
    }),
  );
  return `# ${parts.join(', ')}`;
}

/**
 * Files of all source packages in the indices that apt has in `folder`, for asking by size. The table is kept at `path`,
 * a twentieth of the indices, and made again when they change.
 */
export class SizeTable {
  private readonly bySize = new Map<number, string[]>();

  private constructor(lines: Iterable<string>) {
    for (const line of lines) {
      const size = Number(line.slice(0, line.indexOf('\t')));
      const known = this.bySize.get(size);
      if (known) known.push(line);
      else this.bySize.set(size, [line]);
    }
  }

  static async open(folder: string, path: string): Promise<SizeTable> {
    const lists = (await readdir(folder)).filter((name) => name.endsWith('_Sources')).sort();
    const stamp = await stampOf(folder, lists);
    const kept = await readFile(path, 'utf8').catch(() => '');
    if (kept.startsWith(`${stamp}\n`)) return new SizeTable(kept.split('\n').slice(1, -1));
    const lines = new Set<string>();
    // what is released lasts longer, so it is told first
    for (const list of lists.sort((a, b) => Number(isLaterSuite(suiteOf(a))) - Number(isLaterSuite(suiteOf(b))))) {
      const text = await readFile(join(folder, list), 'utf8');
      for (const { sizeBytes, suite, source, version, file } of parseSourcesIndex(text, suiteOf(list))) {
        // packaging is no distfile, nor is what has no kind that one could have
        if (kindOf(file) === '' || /\.debian\.tar\.|\.diff\.gz$/.test(file)) continue;
        lines.add([sizeBytes, suite, source, version, file].join('\t'));
      }
    }
    await writeFileDurably(path, `${stamp}\n${[...lines].join('\n')}\n`);
    return new SizeTable(lines);
  }

  /** Every file of that size: those of released suites first. */
  filesOf(sizeBytes: number): readonly ArchiveFile[] {
    return (this.bySize.get(sizeBytes) ?? []).map((line) => {
      const [, suite = '', source = '', version = '', file = ''] = line.split('\t');
      return { sizeBytes, suite, source, version, file };
    });
  }
}
