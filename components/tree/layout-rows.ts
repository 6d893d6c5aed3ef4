import type { LayoutRow } from '@/lib/layout/planned-tree';
import type { TreeRow } from './virtual-tree';

/** Every folder on the way down to `path`, the top first: `/`, `/opt`, `/opt/demo`. */
export function foldersTo(path: string): string[] {
  const steps = path.split('/').filter((step) => step !== '');
  return ['/', ...steps.map((_, at) => `/${steps.slice(0, at + 1).join('/')}`)];
}

/** Rows of the planned layout that are visible with `closed` folders folded. */
export function plannedRows(rows: readonly LayoutRow[], closed: ReadonlySet<string>): TreeRow<LayoutRow>[] {
  const parents = new Set(rows.map((row) => row.path.slice(0, row.path.lastIndexOf('/'))));
  return rows
    .filter((row) => ![...closed].some((folder) => row.path.startsWith(`${folder}/`)))
    .map((row) => ({
      key: row.path,
      level: row.path.split('/').length - 2,
      expanded: parents.has(row.path) ? !closed.has(row.path) : null,
      value: row,
    }));
}

/** Rows of the real layout: children below each open folder, as far as they are known. */
export function builtRows(
  byPath: ReadonlyMap<string, { readonly rows: readonly LayoutRow[] } | undefined>,
  open: ReadonlySet<string>,
  folder = '/',
  level = 0,
): TreeRow<LayoutRow>[] {
  return (byPath.get(folder)?.rows ?? []).flatMap((row): TreeRow<LayoutRow>[] => {
    const expandable = row.kind === 'directory';
    const expanded = expandable && open.has(row.path);
    const own = { key: row.path, level, expanded: expandable ? expanded : null, value: row };
    return expanded ? [own, ...builtRows(byPath, open, row.path, level + 1)] : [own];
  });
}
