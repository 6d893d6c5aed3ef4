'use client';

import { ToggleGroup } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { useInSight } from './use-in-sight';

/** A few mutually exclusive views or filters, one always chosen; arrow keys move. */
export function Segmented<T extends string>({
  label,
  value,
  onChange,
  options,
}: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { readonly value: T; readonly label: ReactNode }[];
}) {
  const row = useRef<HTMLDivElement>(null);
  useInSight(row, '[data-state="on"]', value);
  return (
    <ToggleGroup.Root
      ref={row}
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        if (next !== '') onChange(next as T);
      }}
      className="inline-flex h-8 max-w-full shrink-0 overflow-x-auto rounded-md border border-line-strong/60 bg-surface p-0.5"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="inline-flex items-center gap-1.5 rounded-sm px-2.5 text-sm whitespace-nowrap text-muted hover:text-link-ink data-[state=on]:bg-link-tint data-[state=on]:font-medium data-[state=on]:text-link-ink"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
