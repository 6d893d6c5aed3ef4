import { type Board, boards } from './names';

/** The three places a path can be in, side by side. */
export type LayoutColumn = 'staging' | 'final' | 'image';

/** What a column says of one path. */
export type LayoutCell =
  | { readonly kind: 'absent' }
  /** will be there after the build */
  | { readonly kind: 'planned' }
  | { readonly kind: 'present'; readonly sizeBytes: number; readonly files: number }
  /** in final, but not packed */
  | { readonly kind: 'dropped'; readonly reason: string }
  /** made by packaging */
  | { readonly kind: 'added' };

/** One row of the aligned trees. `path` is absolute inside each root. */
export interface LayoutRow {
  readonly path: string;
  readonly name: string;
  readonly kind: 'directory' | 'file' | 'link';
  /** cpv, or null */
  readonly owner: string | null;
  readonly cells: Readonly<Record<LayoutColumn, LayoutCell>>;
  /** why this path exists, for paths a person will ask about */
  readonly note: string | null;
}

interface PlannedPath {
  readonly below: string;
  readonly columns: readonly LayoutColumn[];
  readonly note: string;
  readonly kind?: 'file';
  /** cpv */
  readonly owner?: string;
  /** is only there when a package like this is in the plan */
  readonly with?: RegExp;
}

/** What a plan says of the prefix before it is built. */
export interface PlannedContent {
  /** packages that will be in staging or final */
  readonly packages: readonly { readonly root: 'staging' | 'final'; readonly cpv: string }[];
  /** programs that the design starts for the proof, below EPREFIX */
  readonly programs: readonly string[];
}

const cLibraries = /^sys-libs\/(glibc|musl|c-runtime)-\d/;
const compilerWrappers = /^sys-devel\/c-toolchain-\d/;

/** The paths below EPREFIX that follow from the packages of a plan: their records, and what only some packages bring. */
function ofPlan({ packages, programs }: PlannedContent): readonly PlannedPath[] {
  const roots = new Map<string, Set<'staging' | 'final'>>();
  for (const { root, cpv } of packages) roots.set(cpv, (roots.get(cpv) ?? new Set()).add(root));
  return [
    ...[...roots].map(
      ([cpv, columns]): PlannedPath => ({
        below: `var/db/pkg/${cpv}`,
        columns: [...columns],
        note: 'record of a package of the plan; not packed',
        owner: cpv,
      }),
    ),
    ...programs.map(
      (below): PlannedPath => ({ below, columns: everywhere, note: 'started for the proof', kind: 'file' }),
    ),
  ];
}

const everywhere: readonly LayoutColumn[] = ['staging', 'final', 'image'];

/** Directories every prefix has, below EPREFIX. Source: `setup_prefix` of the Flatcar SDK, PMS 13, GLEP 78. */
const planned = (loader: string): readonly PlannedPath[] => [
  { below: 'lib64', columns: everywhere, note: 'the C runtime: loader and libc', with: cLibraries },
  {
    below: `lib64/${loader}`,
    columns: everywhere,
    note: 'the loader that starts every program of the prefix',
    kind: 'file',
    with: cLibraries,
  },
  { below: 'usr', columns: everywhere, note: 'what the packages install' },
  { below: 'usr/bin', columns: everywhere, note: 'programs' },
  { below: 'usr/lib64', columns: everywhere, note: 'libraries' },
  { below: 'usr/share', columns: everywhere, note: 'data, terminal descriptions, manual pages' },
  { below: 'usr/include', columns: ['staging', 'final'], note: 'headers; not packed' },
  {
    below: 'usr/libexec/c-toolchain',
    columns: ['staging'],
    note: 'compiler wrappers that link only against the prefix',
    with: compilerWrappers,
  },
  { below: 'etc', columns: everywhere, note: 'configuration' },
  {
    below: 'etc/portage',
    columns: ['staging', 'final'],
    note: 'make.conf, repos.conf and make.profile of this root; not packed',
  },
  { below: 'var/db/pkg', columns: ['staging', 'final'], note: 'records of the installed packages (VDB); not packed' },
];

/**
 * The rows that are known before anything is built: parents first, siblings by name. With the content of a plan they
 * include its packages, and leave out what none of them brings.
 */
export function plannedLayout(
  prefixPath: string,
  board: Board,
  imageName: string | null,
  content: PlannedContent | null = null,
): readonly LayoutRow[] {
  const rows = new Map<string, LayoutRow>();
  const add = (
    path: string,
    columns: readonly LayoutColumn[],
    note: string | null,
    kind: LayoutRow['kind'],
    cell: LayoutCell = { kind: 'planned' },
    owner: string | null = null,
  ) => {
    const known = rows.get(path);
    const cells = known?.cells ?? { staging: { kind: 'absent' }, final: { kind: 'absent' }, image: { kind: 'absent' } };
    const filled = Object.fromEntries(
      columns.filter((column) => cells[column].kind === 'absent').map((column) => [column, cell]),
    );
    rows.set(path, {
      path,
      name: path.slice(path.lastIndexOf('/') + 1),
      kind,
      owner,
      cells: { ...cells, ...filled },
      note: note ?? known?.note ?? null,
    });
  };
  const addParents = (path: string, columns: readonly LayoutColumn[], cell?: LayoutCell) => {
    const parts = path.split('/').slice(1, -1);
    for (let length = 1; length <= parts.length; length++)
      add(`/${parts.slice(0, length).join('/')}`, columns, null, 'directory', cell);
  };
  addParents(prefixPath, everywhere);
  add(prefixPath, everywhere, 'EPREFIX: everything of the prefix is below this path', 'directory');
  const fixed = planned(boards[board].loader).filter(
    ({ with: wanted }) => !content || !wanted || content.packages.some(({ cpv }) => wanted.test(cpv)),
  );
  for (const { below, columns, note, kind, owner } of [...fixed, ...(content ? ofPlan(content) : [])]) {
    const path = `${prefixPath}/${below}`;
    addParents(path, columns);
    add(path, columns, note, kind ?? 'directory', undefined, owner);
  }
  if (imageName !== null) {
    const release = `/usr/lib/extension-release.d/extension-release.${imageName.replace(/\.raw$/, '')}`;
    addParents(release, ['image'], { kind: 'added' });
    add(release, ['image'], 'names the systems that the image may be merged on', 'file', { kind: 'added' });
  }
  return [...rows.values()].sort((a, b) => comparePaths(a.path, b.path));
}

/** Parents before children, siblings by name. */
export function comparePaths(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return left[i]! < right[i]! ? -1 : 1;
  }
  return left.length - right.length;
}
