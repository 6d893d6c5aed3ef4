'use client';

import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { asRequestError } from '@/components/data/request';
import { TreeProgress, useTreeReading } from '@/components/trees/tree-progress';
import { Button } from '@/components/ui/button';
import { Waiting } from '@/components/ui/skeleton';

/** What a plan waits for: the ebuilds of its tree, or the planner. */
export function PlanWaiting({ tree }: { tree: string }) {
  const { data: trees } = useQuery(queries.trees());
  const work = trees?.find((entry) => entry.name === tree)?.work ?? null;
  if (!work) return <Waiting>Planning: which packages, in which place, in which order</Waiting>;
  return (
    <section aria-label="What planning waits for" className="rounded-lg border bg-surface p-4">
      <p className="mb-2 text-sm text-muted">
        The plan appears once the ebuilds it needs from <code>{tree}</code> have been read. This happens only once; you
        can leave the page.
      </p>
      <TreeProgress tree={tree} work={work} />
    </section>
  );
}

/** Why there is no answer, and what to do: a tree whose reading was stopped can go on from here. */
export function PlanProblem({ error, tree, again }: { error: unknown; tree: string; again: () => void }) {
  const { start } = useTreeReading(tree);
  if (asRequestError(error).code !== 'METADATA_STOPPED') {
    return <Problem error={error} what="There is no plan" again={again} />;
  }
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg border bg-surface p-4 text-sm">
      <p>
        Reading the ebuilds of <code>{tree}</code> was stopped before it was finished. Planning needs them.
      </p>
      <Button size="sm" tone="primary" onClick={() => start.mutate(undefined, { onSuccess: again })}>
        <Play aria-hidden className="size-3.5" /> Go on reading
      </Button>
    </div>
  );
}
