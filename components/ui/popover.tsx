'use client';

import { Popover as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

export function Popover({ trigger, children, label }: { trigger: ReactNode; children: ReactNode; label: string }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          sideOffset={6}
          collisionPadding={8}
          className="appear z-50 max-w-[min(26rem,calc(100vw-1rem))] rounded-lg border bg-raised p-3 text-sm text-ink shadow-pop"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** An underlined term that opens two sentences about it. */
export function Term({ children, explanation }: { children: ReactNode; explanation: ReactNode }) {
  return (
    <Popover
      label="Explanation"
      trigger={
        <button type="button" className="term rounded-sm hover:text-link-ink">
          {children}
        </button>
      }
    >
      {explanation}
    </Popover>
  );
}
