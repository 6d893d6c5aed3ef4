import { OctagonX } from 'lucide-react';
import type { ReactNode } from 'react';

/** Why a build failed, on top of everything: the story, what can be done beside it, and what more there is below. */
export function FailureFrame({
  children,
  actions,
  below,
}: {
  children: ReactNode;
  actions: ReactNode;
  below?: ReactNode;
}) {
  return (
    <section
      aria-label="Why the build failed"
      role="alert"
      className="rounded-lg border-2 border-act bg-act-tint px-4 py-3.5"
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
