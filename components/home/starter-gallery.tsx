'use client';

import { useQuery } from '@tanstack/react-query';
import { ArrowRight, Clock } from 'lucide-react';
import Link from 'next/link';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { PathAnatomy } from '@/components/path/path-anatomy';
import { formatDuration } from '@/components/ui/format';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { StarterCard } from '@/lib/api/wire';

function Card({ starter }: { starter: StarterCard }) {
  return (
    <li className="group relative flex min-w-0 flex-col gap-2 rounded-lg border bg-surface p-4 transition-[border-color,box-shadow] duration-100 hover:border-link hover:shadow-pop">
      <div className="flex items-start justify-between gap-2">
        <h3 className="font-semibold">
          <Link
            href={`/new?starter=${encodeURIComponent(starter.id)}`}
            className="after:absolute after:inset-0 group-hover:text-link-ink"
          >
            {starter.title}
          </Link>
        </h3>
        <ArrowRight
          aria-hidden
          className="mt-0.5 size-4 text-faint transition-transform duration-100 group-hover:translate-x-0.5 group-hover:text-link-ink"
        />
      </div>
      <p className="text-sm text-muted">{starter.summary}</p>
      <p className="mono mt-auto line-clamp-2 text-xs break-words text-muted" title={starter.packages.join('\n')}>
        {starter.packages.map((atom) => atom.slice(atom.indexOf('/') + 1)).join(', ')}
      </p>
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 border-t pt-2 text-xs text-muted">
        <PathAnatomy path={starter.path} prefix={starter.path} place="final" quiet />
        {starter.typicalSeconds !== null && (
          <span className="inline-flex items-center gap-1 tabular">
            <Clock aria-hidden className="size-3" /> about {formatDuration(starter.typicalSeconds * 1000)}
          </span>
        )}
      </div>
    </li>
  );
}

/** Designs to start from; each says what you will have at the end. */
export function StarterGallery({ bare = false }: { bare?: boolean }) {
  const { data, isPending, isError, error, refetch } = useQuery(queries.starters());
  const gallery = (
    <>
      {isPending && <SkeletonRows rows={2} label="Loading the starters" height="h-28" />}
      {isError && <Problem error={error} what="The starters could not be loaded" again={() => refetch()} />}
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3 min-[1900px]:grid-cols-5">
        {data?.map((starter) => (
          <Card key={starter.id} starter={starter} />
        ))}
      </ul>
    </>
  );
  if (bare) return gallery;
  return (
    <section id="starters" aria-label="Starters" className="scroll-mt-4">
      <h2 className="mb-2 text-sm font-semibold text-muted">
        Starters: each one builds as it is, and can be changed before and after
      </h2>
      {gallery}
    </section>
  );
}
