'use client';

import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { PathAnatomy } from '@/components/path/path-anatomy';
import { IconButton } from '@/components/ui/button';
import { formatBytes, formatMode } from '@/components/ui/format';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { Waiting } from '@/components/ui/skeleton';
import type { FileRoot } from '@/lib/api/wire';
import { visibleText } from '@/lib/layout/visible-text';
import { elfLine } from './elf-words';
import { ownerHref } from './owner-href';

/** One file: its facts, what an ELF file asks for, the text of a text file. */
export function FilePanel({
  name,
  root,
  path,
  prefix,
  onClose,
}: {
  name: string;
  root: FileRoot;
  path: string;
  prefix: string;
  onClose: () => void;
}) {
  const preview = useQuery(queries.filePreview(name, root, path));
  const { data } = preview;
  const facts: readonly (readonly [string, ReactNode])[] = data
    ? [
        ['Size', formatBytes(data.entry.sizeBytes)],
        ['Mode', `${formatMode(Number.parseInt(data.entry.mode, 8))} (${data.entry.mode})`],
        [
          'Package',
          data.entry.owner === null ? (
            'no package owns it'
          ) : (
            <Link key="owner" className="text-link-ink hover:underline" href={ownerHref(name, root, data.entry.owner)}>
              {data.entry.owner}
            </Link>
          ),
        ],
        ...(data.entry.notPacked ? [['Image', `not packed: ${data.entry.notPacked}`] as const] : []),
        ...(data.entry.givenTo ? [['User and group in the image', data.entry.givenTo] as const] : []),
        ...(data.entry.capabilities ? [['Capabilities in the image', data.entry.capabilities] as const] : []),
        ...(data.entry.target ? [['Links to', visibleText(data.entry.target)] as const] : []),
        ...(data.entry.elf
          ? [
              ['ELF', elfLine(data.entry.elf)] as const,
              ...(data.entry.elf.interpreter ? [['Loader', data.entry.elf.interpreter] as const] : []),
              ...(data.entry.elf.rpath ? [['RPATH', data.entry.elf.rpath] as const] : []),
              ...(data.entry.elf.runpath ? [['RUNPATH', data.entry.elf.runpath] as const] : []),
              ...(data.entry.elf.needed.length > 0 ? [['NEEDED', data.entry.elf.needed.join('  ')] as const] : []),
            ]
          : []),
      ]
    : [];
  return (
    <aside
      aria-label={`File ${visibleText(path)}`}
      className="flex min-h-0 min-w-0 flex-col gap-3 border-line bg-surface p-4 max-lg:border-t lg:h-[calc(100dvh-15.5rem)] lg:border-l"
    >
      <div className="flex items-start gap-2">
        <PathAnatomy path={path} prefix={prefix} place={root} whole copy className="flex-1 text-sm" />
        <IconButton label="Close" onClick={onClose}>
          <X aria-hidden className="size-4" />
        </IconButton>
      </div>
      {preview.isPending && <Waiting>Reading the file</Waiting>}
      {preview.isError && (
        <Problem error={preview.error} what="The file could not be read" again={() => preview.refetch()} />
      )}
      {data && (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
          {facts.map(([term, value]) => (
            <div key={term} className="contents">
              <dt className="text-muted">{term}</dt>
              <dd className="mono text-xs leading-5 break-words">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {data && data.text !== null && (
        <ScrollRegion label="Text of the file" className="pane min-h-40 flex-1 rounded-md border bg-log">
          <pre className="w-max min-w-full px-3 py-2 text-xs leading-5">{data.text}</pre>
          {data.truncated && <p className="border-t px-3 py-1.5 text-xs text-muted">The first 256 KiB.</p>}
        </ScrollRegion>
      )}
      {data && data.text === null && data.entry.kind === 'file' && (
        <p className="text-sm text-muted">This is not a text file, so there is nothing to show.</p>
      )}
    </aside>
  );
}
