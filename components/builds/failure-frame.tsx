'use client';

import { OctagonX } from 'lucide-react';
import { type DragEvent, type ReactNode, useState } from 'react';
import { bringsFiles } from '@/components/overlay/patch-drop';

/** Why a build failed, on top of everything: the story, what can be done beside it, and what more there is below. */
export function FailureFrame({
  children,
  actions,
  below,
  onFiles,
}: {
  children: ReactNode;
  actions: ReactNode;
  below?: ReactNode;
  /** takes files that are dropped anywhere on it */
  onFiles?: (event: DragEvent) => void;
}) {
  const [isOver, setOver] = useState(false);
  const drop = onFiles && {
    onDragOver: (event: DragEvent) => {
      if (!bringsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: ({ currentTarget, relatedTarget }: DragEvent) => {
      if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOver(false);
    },
    // what is inside may have taken it
    onDropCapture: () => setOver(false),
    onDrop: (event: DragEvent) => {
      if (!bringsFiles(event)) return;
      event.preventDefault();
      onFiles(event);
    },
  };
  return (
    <section
      aria-label="Why the build failed"
      role="alert"
      className={`rounded-lg border-2 border-act bg-act-tint px-4 py-3.5 ${isOver ? 'outline-2 outline-offset-2 outline-link' : ''}`}
      {...drop}
    >
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <OctagonX aria-hidden className="mt-0.5 size-5 shrink-0 text-act-ink" />
        <div className="min-w-0 flex-1 basis-72">{children}</div>
        <div className="flex flex-wrap items-center gap-1.5">{actions}</div>
      </div>
      {below}
    </section>
  );
}
