'use client';

import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

export function Menu({ trigger, children }: { trigger: ReactNode; children: ReactNode }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="appear z-50 min-w-44 rounded-md border bg-raised p-1 text-sm shadow-pop"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function MenuItem({
  onSelect,
  danger = false,
  children,
}: {
  onSelect: () => void;
  danger?: boolean;
  children: ReactNode;
}) {
  return (
    <Radix.Item
      onSelect={onSelect}
      className={`flex cursor-pointer items-center gap-2 rounded-sm px-2 py-1.5 outline-none data-highlighted:bg-link-tint ${
        danger ? 'text-act-ink' : 'text-ink'
      }`}
    >
      {children}
    </Radix.Item>
  );
}
