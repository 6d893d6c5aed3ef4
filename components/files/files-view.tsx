'use client';

import { useQuery } from '@tanstack/react-query';
import {
  Binary,
  ChevronDown,
  ChevronRight,
  Cog,
  File,
  FileText,
  Folder,
  FolderTree,
  Library,
  Link2,
  type LucideIcon,
  Search,
} from 'lucide-react';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { asRequestError } from '@/components/data/request';
import { usePrefix } from '@/components/data/use-prefix';
import { placeWords } from '@/components/place/place';
import { PlaceIcon } from '@/components/place/place-mark';
import { GridCell, GridHead, GridRow } from '@/components/tree/grid-parts';
import { foldersTo } from '@/components/tree/layout-rows';
import { useDirectories } from '@/components/tree/use-directories';
import { type TreeRow, VirtualTree } from '@/components/tree/virtual-tree';
import { EmptyState } from '@/components/ui/empty-state';
import { count, formatBytes, formatMode } from '@/components/ui/format';
import { Segmented } from '@/components/ui/segmented';
import { Waiting } from '@/components/ui/skeleton';
import { useDebounced } from '@/components/ui/use-debounced';
import { useUrlState, useUrlText } from '@/components/ui/use-url-state';
import type { DirectoryListing, FileEntry, FileRoot } from '@/lib/api/wire';
import { visibleText } from '@/lib/layout/visible-text';
import { elfLine } from './elf-words';
import { FilePanel } from './file-panel';
import { ownerHref } from './owner-href';

const roots: readonly FileRoot[] = ['staging', 'final', 'image'];

const rootWords: Readonly<Record<FileRoot, string>> = {
  staging: 'the workshop',
  final: 'what is installed',
  image: 'what is packed',
};

/** What was built: every file of final (or staging) with size, mode, owner and ELF facts. */
export function FilesView({ name }: { name: string }) {
  const { prefix, row } = usePrefix(name);
  const [rootText, setRoot] = useUrlState('root', 'final');
  const [chosen, setChosen] = useUrlState('file');
  const [query, setQuery] = useUrlText('q');
  const root: FileRoot = roots.find((known) => known === rootText) ?? 'final';
  const path = prefix.data?.design?.path ?? null;
  const still = useDebounced(query.trim(), 200);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <h2 className="sr-only">Files</h2>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b bg-surface px-3 py-2 md:px-6">
        <Segmented
          label="Root"
          value={root}
          onChange={setRoot}
          options={roots
            .filter((value) => value !== 'image' || prefix.data?.design?.sysext !== false)
            .map((value) => ({
              value,
              label: (
                <>
                  <PlaceIcon place={value} /> {placeWords[value].label}
                  <span className="font-normal text-muted max-md:hidden">{rootWords[value]}</span>
                </>
              ),
            }))}
        />
        <label className="relative min-w-40 flex-1 sm:max-w-sm">
          <span className="sr-only">Search files</span>
          <Search aria-hidden className="pointer-events-none absolute top-2 left-2 size-4 text-faint" />
          <input
            data-page-search
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            placeholder="name or *.so*"
            className="mono h-8 w-full rounded-md border border-line-strong/60 bg-surface pr-2 pl-8 text-xs"
          />
        </label>
      </div>
      {path === null || row === undefined ? (
        <div className="px-3 md:px-6">
          <Waiting>Opening the design</Waiting>
        </div>
      ) : row.installed[root === 'staging' ? root : 'final'] === 0 ? (
        <NotBuilt />
      ) : (
        <div
          className={`grid min-h-0 flex-1 ${chosen === '' ? '' : 'lg:grid-cols-[minmax(0,1fr)_minmax(20rem,30rem)]'}`}
        >
          {still === '' ? (
            <FileTree key={root} name={name} root={root} path={path} chosen={chosen} onChoose={setChosen} />
          ) : (
            <FileHitsList name={name} root={root} query={still} chosen={chosen} onChoose={setChosen} />
          )}
          {chosen !== '' && (
            <FilePanel key={chosen} name={name} root={root} path={chosen} prefix={path} onClose={() => setChosen('')} />
          )}
        </div>
      )}
    </div>
  );
}

type FileRow = TreeRow<FileEntry>;

function rowsOf(
  byPath: ReadonlyMap<string, DirectoryListing | undefined>,
  open: ReadonlySet<string>,
  folder = '/',
  level = 0,
): FileRow[] {
  return (byPath.get(folder)?.entries ?? []).flatMap((entry): FileRow[] => {
    const folderLike = entry.kind === 'directory' && entry.children > 0;
    const expanded = folderLike && open.has(entry.path);
    const own: FileRow = { key: entry.path, level, expanded: folderLike ? expanded : null, value: entry };
    return expanded ? [own, ...rowsOf(byPath, open, entry.path, level + 1)] : [own];
  });
}

function NotBuilt() {
  return (
    <div className="px-3 py-5 md:px-6">
      <EmptyState icon={FolderTree} title="No files yet">
        This root is filled by the first build. Until then Layout shows what is planned.
      </EmptyState>
    </div>
  );
}

function FileTree({
  name,
  root,
  path,
  chosen,
  onChoose,
}: {
  name: string;
  root: FileRoot;
  path: string;
  chosen: string;
  onChoose: (path: string) => void;
}) {
  const [open, setOpen] = useState<readonly string[]>(() => [
    ...new Set([...foldersTo(path), `${path}/usr`, ...(chosen === '' ? [] : foldersTo(chosen).slice(0, -1))]),
  ]);
  const known = useDirectories<DirectoryListing>(open, (folder) => queries.directory(name, root, folder));
  const rows = useMemo(() => rowsOf(known.byPath, new Set(open)), [known.byPath, open]);
  const topError = known.byPath.get('/') === undefined ? known.error : null;
  if (topError !== null) {
    const { code, status } = asRequestError(topError);
    if (code === 'NOT_BUILT' || (status === 404 && code !== 'UNEXPECTED_ANSWER')) return <NotBuilt />;
    return (
      <div className="px-3 py-5 md:px-6">
        <Problem error={topError} what="The files could not be read" again={known.refetch} />
      </div>
    );
  }
  if (rows.length === 0) {
    return (
      <div className="px-3 md:px-6">
        <Waiting>Reading the files</Waiting>
      </div>
    );
  }
  const toggle = (row: FileRow) => {
    if (row.expanded === null) return;
    setOpen((old) => (old.includes(row.key) ? old.filter((folder) => folder !== row.key) : [...old, row.key]));
  };
  return (
    <FileGrid
      name={name}
      root={root}
      label={`Files of ${root}`}
      rows={rows}
      chosen={chosen}
      onToggle={toggle}
      onActivate={(row) => {
        if (row.expanded !== null) toggle(row);
        else onChoose(row.key);
      }}
      full={false}
    />
  );
}

function FileHitsList({
  name,
  root,
  query,
  chosen,
  onChoose,
}: {
  name: string;
  root: FileRoot;
  query: string;
  chosen: string;
  onChoose: (path: string) => void;
}) {
  const hits = useQuery(queries.fileSearch(name, root, query));
  if (hits.isError) {
    if (asRequestError(hits.error).code === 'NOT_BUILT') return <NotBuilt />;
    return (
      <div className="px-3 py-5 md:px-6">
        <Problem error={hits.error} what="The search failed" again={() => hits.refetch()} />
      </div>
    );
  }
  if (!hits.data) {
    return (
      <div className="px-3 md:px-6">
        <Waiting>Searching</Waiting>
      </div>
    );
  }
  const rows = hits.data.entries.map((entry): FileRow => ({ key: entry.path, level: 0, expanded: null, value: entry }));
  return (
    <div className="flex min-h-0 min-w-0 flex-col">
      <p className="px-3 py-1.5 text-sm text-muted md:px-6" aria-live="polite">
        {hits.data.total === 0
          ? `No file in ${root} matches “${query}”.`
          : `${count(hits.data.total, 'file')}${hits.data.total > rows.length ? `, the first ${rows.length} here` : ''}`}
      </p>
      {rows.length > 0 && (
        <FileGrid
          name={name}
          root={root}
          label={`Files that match ${query}`}
          rows={rows}
          chosen={chosen}
          onToggle={(row) => onChoose(row.key)}
          onActivate={(row) => onChoose(row.key)}
          full
        />
      )}
    </div>
  );
}

const grid =
  'grid grid-cols-[minmax(0,1fr)_5rem] @lg:grid-cols-[minmax(0,1fr)_5rem_6.5rem] @3xl:grid-cols-[minmax(0,1fr)_5rem_6.5rem_minmax(0,13rem)] @5xl:grid-cols-[minmax(0,1fr)_5rem_6.5rem_minmax(0,16rem)_minmax(0,18rem)]';

function iconOf(entry: FileEntry): LucideIcon {
  if (entry.kind === 'directory') return Folder;
  if (entry.kind === 'symlink') return Link2;
  if (entry.elf) return entry.elf.kind === 'executable' ? Cog : entry.elf.kind === 'library' ? Library : Binary;
  return /\.(txt|conf|sh|py|h|cfg|json|xml|md|service)$/.test(entry.name) ? FileText : File;
}

function FileGrid({
  name,
  root,
  label,
  rows,
  chosen,
  onToggle,
  onActivate,
  full,
}: {
  name: string;
  root: FileRoot;
  label: string;
  rows: readonly FileRow[];
  chosen: string;
  onToggle: (row: FileRow) => void;
  onActivate: (row: FileRow) => void;
  full: boolean;
}) {
  return (
    <VirtualTree
      label={label}
      rows={rows}
      nameOf={(entry) => entry.name}
      onToggle={onToggle}
      onActivate={onActivate}
      selected={chosen === '' ? null : chosen}
      className="@container h-[calc(100dvh-17.5rem)] min-h-96 bg-surface"
      header={
        <GridRow className={`${grid} border-b bg-raised px-3 py-1 text-xs font-medium text-muted md:px-6`}>
          <GridHead>Name</GridHead>
          <GridHead className="text-right">Size</GridHead>
          <GridHead className="pl-4 @max-lg:hidden">Mode</GridHead>
          <GridHead className="@max-3xl:hidden">Package</GridHead>
          <GridHead className="@max-5xl:hidden">ELF</GridHead>
        </GridRow>
      }
      render={(row) => {
        const { value } = row;
        const Icon = iconOf(value);
        const Chevron = row.expanded ? ChevronDown : ChevronRight;
        return (
          <div className={`${grid} h-full items-center px-3 md:px-6`}>
            <GridCell
              className="flex min-w-0 items-center gap-1.5"
              style={{ paddingLeft: `calc(${row.level} * 0.95rem)` }}
              title={visibleText(value.path)}
            >
              {row.expanded === null ? (
                <span className="w-3.5 shrink-0" />
              ) : (
                <Chevron aria-hidden className="size-3.5 shrink-0 text-muted" />
              )}
              <Icon aria-hidden className={`size-3.5 shrink-0 ${value.elf ? 'text-final-ink' : 'text-faint'}`} />
              <span className="mono truncate text-xs">
                {full && (
                  <span className="text-faint">
                    {visibleText(value.path.slice(0, value.path.length - value.name.length))}
                  </span>
                )}
                <span className={value.notPacked === null ? '' : 'text-faint line-through'}>
                  {visibleText(value.name)}
                </span>
                {value.target !== null && <span className="text-faint"> → {visibleText(value.target)}</span>}
                {value.notPacked !== null && <span className="text-muted"> not packed: {value.notPacked}</span>}
              </span>
            </GridCell>
            <GridCell className="text-right text-xs text-muted tabular">
              {value.kind === 'symlink' ? '' : formatBytes(value.sizeBytes)}
            </GridCell>
            <GridCell className="mono pl-4 text-xs text-muted @max-lg:hidden" title={value.mode}>
              {formatMode(Number.parseInt(value.mode, 8))}
            </GridCell>
            <GridCell className="mono truncate text-xs text-muted @max-3xl:hidden">
              {value.owner === null ? (
                ''
              ) : (
                <Link
                  href={ownerHref(name, root, value.owner)}
                  tabIndex={-1}
                  className="text-link-ink hover:underline"
                  onClick={(event) => event.stopPropagation()}
                >
                  {value.owner}
                </Link>
              )}
            </GridCell>
            <GridCell className="truncate text-xs text-muted @max-5xl:hidden">
              {value.elf ? elfLine(value.elf) : ''}
            </GridCell>
          </div>
        );
      }}
    />
  );
}
