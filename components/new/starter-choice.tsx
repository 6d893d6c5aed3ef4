'use client';

import { useQuery } from '@tanstack/react-query';
import { SquareDashed } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { queries } from '@/components/data/queries';
import { formatDuration } from '@/components/ui/format';

const card =
  'flex min-w-0 flex-col items-start gap-0.5 rounded-md border border-line-strong/50 bg-surface px-3 py-2 text-left hover:border-link data-[state=checked]:border-link data-[state=checked]:bg-link-tint';

/** Starters as a small choice; the first one is "nothing yet". */
export function StarterChoice({ chosen, onChoose }: { chosen: string | null; onChoose: (id: string | null) => void }) {
  const { data: starters } = useQuery(queries.starters());
  if (!starters || starters.length === 0) return null;
  return (
    <RadioGroup.Root
      aria-label="Start from"
      value={chosen ?? ''}
      onValueChange={(value) => onChoose(value === '' ? null : value)}
      className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,13rem),1fr))] gap-2"
    >
      <RadioGroup.Item value="" className={card}>
        <span className="flex items-center gap-1.5 text-sm font-medium">
          <SquareDashed aria-hidden className="size-3.5 text-muted" /> Empty
        </span>
        <span className="text-xs text-muted">your own choice of packages</span>
      </RadioGroup.Item>
      {starters.map((starter) => (
        <RadioGroup.Item key={starter.id} value={starter.id} className={card} title={starter.summary}>
          <span className="w-full truncate text-sm font-medium">{starter.title}</span>
          <span className="w-full truncate text-xs text-muted">
            {starter.typicalSeconds !== null && `${formatDuration(starter.typicalSeconds * 1000)} · `}
            {starter.packages.map((atom) => atom.split('/')[1] ?? atom).join(', ')}
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
