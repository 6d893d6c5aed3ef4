'use client';

import { formatAgo } from './format';
import { useNow } from './use-now';

/** How long ago; the exact time on hover. */
export function Ago({ at, className = '' }: { at: string; className?: string }) {
  const now = useNow(15_000);
  return (
    <time
      dateTime={at}
      title={now === 0 ? at : new Date(at).toLocaleString()}
      className={`whitespace-nowrap tabular ${className}`}
    >
      {now === 0 ? at.slice(0, 10) : formatAgo(Date.parse(at), now)}
    </time>
  );
}
