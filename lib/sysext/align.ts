import type { SysextOptions } from '../design/schema';
import { childrenOf, type FileEntry, type FileTree } from '../inspect/tree';
import type { LayoutCell, LayoutRow } from '../layout/planned-tree';
import { releasePath } from './extension-release';
import { dropReason } from './packing-rules';

/** The real trees of one prefix; null where nothing was built yet. */
export interface BuiltTrees {
  readonly staging: FileTree | null;
  readonly final: FileTree | null;
  readonly name: string;
  /** EPREFIX */
  readonly eprefix: string;
  /** null: the design wants no image */
  readonly sysext: SysextOptions | null;
}

const absent: LayoutCell = { kind: 'absent' };

/** The children of one directory in staging, final and image, aligned by name; directories before files. */
export function alignDirectory(trees: BuiltTrees, directory: string): readonly LayoutRow[] {
  const staging = entriesByName(trees.staging, directory);
  const final = entriesByName(trees.final, directory);
  const added = trees.sysext && trees.final ? addedBelow(`/${releasePath(trees.name)}`, directory) : null;
  const names = [...new Set([...staging.keys(), ...final.keys(), ...(added ? [added.name] : [])])];
  const rows = names.map((name): LayoutRow => {
    const inStaging = staging.get(name);
    const inFinal = final.get(name);
    const entry = inFinal ?? inStaging;
    const isAdded = added?.name === name;
    return {
      path: `${directory === '/' ? '' : directory}/${name}`,
      name,
      kind: entry ? rowKind(entry) : (added?.kind ?? 'directory'),
      owner: entry?.owner ?? null,
      cells: {
        staging: cellOf(inStaging),
        final: cellOf(inFinal),
        image: inFinal && trees.sysext ? imageCell(trees, inFinal, isAdded) : isAdded ? { kind: 'added' } : absent,
      },
      note: null,
    };
  });
  return rows.sort(
    (a, b) => Number(b.kind === 'directory') - Number(a.kind === 'directory') || (a.name < b.name ? -1 : 1),
  );
}

function entriesByName(tree: FileTree | null, directory: string): Map<string, FileEntry> {
  if (tree === null) return new Map();
  return new Map(
    childrenOf(tree, directory).map((entry) => [entry.path.slice(entry.path.lastIndexOf('/') + 1), entry]),
  );
}

const rowKind = (entry: FileEntry): LayoutRow['kind'] =>
  entry.kind === 'directory' ? 'directory' : entry.kind === 'link' ? 'link' : 'file';

function cellOf(entry: FileEntry | undefined): LayoutCell {
  if (!entry) return absent;
  return { kind: 'present', sizeBytes: entry.sizeBytes, files: entry.kind === 'directory' ? entry.files : 1 };
}

/** The next path component of what packaging adds, when it lies below `directory`. */
function addedBelow(path: string, directory: string): { name: string; kind: 'directory' | 'file' } | null {
  const prefix = directory === '/' ? '/' : `${directory}/`;
  if (!path.startsWith(prefix)) return null;
  const [name = '', ...rest] = path.slice(prefix.length).split('/');
  return { name, kind: rest.length === 0 ? 'file' : 'directory' };
}

function imageCell({ final, eprefix, sysext }: BuiltTrees, entry: FileEntry, isAdded: boolean): LayoutCell {
  const keep = sysext?.keep ?? [];
  if (entry.kind !== 'directory') {
    const drop = dropReason(entry.path, eprefix, keep);
    return drop ? { kind: 'dropped', reason: drop.reason } : cellOf(entry);
  }
  const below =
    final?.entries.filter(
      (candidate) => candidate.kind !== 'directory' && candidate.path.startsWith(`${entry.path}/`),
    ) ?? [];
  const kept = below.filter((candidate) => dropReason(candidate.path, eprefix, keep) === null);
  if (kept.length > 0)
    return { kind: 'present', sizeBytes: kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), files: kept.length };
  if (isAdded) return { kind: 'added' };
  const reason = below.map(({ path }) => dropReason(path, eprefix, keep)?.reason).find((text) => text !== undefined);
  return reason === undefined ? absent : { kind: 'dropped', reason };
}
