import type { ReactNode } from 'react';

export function Step({
  number,
  title,
  lead,
  children,
}: {
  number: number;
  title: string;
  lead: string;
  children: ReactNode;
}) {
  const id = `step-${number}`;
  return (
    <section aria-labelledby={id} className="grid gap-x-5 gap-y-3 sm:grid-cols-[2rem_minmax(0,1fr)]">
      <div aria-hidden className="hidden flex-col items-center sm:flex">
        <span className="flex size-7 items-center justify-center rounded-full border border-line-strong text-sm font-semibold tabular">
          {number}
        </span>
        <span className="mt-2 w-px flex-1 bg-line" />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <div>
          <h2 id={id} className="text-lg font-semibold">
            {title}
          </h2>
          <p className="text-sm text-muted">{lead}</p>
        </div>
        {children}
      </div>
    </section>
  );
}
