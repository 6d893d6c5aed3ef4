'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleDashed, Cog, Unplug } from 'lucide-react';
import Link from 'next/link';
import { queries } from '@/components/data/queries';
import { useConnection } from '@/components/data/stream';

/** What the runner does, always in sight; opens the runner page. */
export function RunnerState({ wide = false }: { wide?: boolean }) {
  const connection = useConnection();
  const { data, isError } = useQuery(queries.runner());
  const lost = connection === 'lost' || isError;
  const busy = (data?.running ?? 0) + (data?.queued ?? 0) > 0;
  const idle = data !== undefined && data.workers.length > 0;
  const word = lost
    ? 'no link'
    : busy
      ? `${data?.running ?? 0} building${data?.queued ? `, ${data.queued} wait` : ''}`
      : idle
        ? 'ready'
        : data
          ? 'no worker'
          : 'asking';
  const Icon = lost ? Unplug : busy ? Cog : idle ? CircleCheck : CircleDashed;
  return (
    <Link
      href="/runner"
      aria-label={`Runner: ${word}`}
      className={`flex items-center gap-1 rounded-md px-1.5 py-1 text-xs hover:bg-link-tint hover:text-link-ink ${lost ? 'text-act-ink' : 'text-muted'} ${
        wide ? '' : 'w-full flex-col text-center'
      }`}
    >
      <Icon aria-hidden className={`size-4 ${busy && !lost ? 'working' : ''}`} />
      <span>{word}</span>
    </Link>
  );
}
