'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Square } from 'lucide-react';
import { toast } from 'sonner';
import { outdated } from '@/components/data/outdated';
import { plans, queries } from '@/components/data/queries';
import { ask, asRequestError } from '@/components/data/request';
import { Button } from '@/components/ui/button';
import { formatDuration } from '@/components/ui/format';
import type { TreeWork } from '@/lib/api/wire';

/** `Reading ebuilds: 812 of 1881, 11 a second, about 1 min left` */
export function workWords({ step, message, done, total, perSecond, remainingMs }: TreeWork): string {
  if (step === 'cloning') return done === null ? `Cloning: ${message}` : `Cloning: ${message}, ${done} %`;
  const parts = [done === null ? 'Reading ebuilds' : `Reading ebuilds: ${done} of ${total}`];
  if (perSecond !== null) parts.push(`${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} a second`);
  if (remainingMs !== null) parts.push(`about ${formatDuration(remainingMs)} left`);
  return parts.join(', ');
}

/** Starts and stops what is done for a tree in the background. */
export function useTreeReading(tree: string) {
  const client = useQueryClient();
  const onError = (error: unknown): void => void toast.error(asRequestError(error).message.replaceAll('`', ''));
  const onSuccess = (): void => {
    void outdated(client, { queryKey: queries.trees().queryKey });
    void outdated(client, { ...plans, predicate: (query) => query.state.status === 'error' });
    void outdated(client, {
      queryKey: ['packages', tree],
      predicate: (query) => query.state.status === 'error',
    });
  };
  const start = useMutation({
    mutationFn: () => ask('POST /api/trees/{name}/read', { params: { name: tree } }),
    onSuccess,
    onError,
  });
  const stop = useMutation({
    mutationFn: () => ask('DELETE /api/trees/{name}/read', { params: { name: tree } }),
    onSuccess,
    onError,
  });
  return { start, stop };
}

/** How far the work on a tree is, and the button that stops it. It goes on when the page is left. */
export function TreeProgress({ tree, work }: { tree: string; work: TreeWork }) {
  const { stop } = useTreeReading(tree);
  const share = work.done !== null && work.total ? Math.min(1, work.done / work.total) : null;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p className="min-w-0 text-sm tabular">{workWords(work)}</p>
        <Button size="sm" waiting={stop.isPending && 'Stopping …'} onClick={() => stop.mutate()}>
          <Square aria-hidden className="size-3" /> {work.step === 'cloning' ? 'Stop cloning' : 'Stop reading'}
        </Button>
      </div>
      <div
        role="progressbar"
        aria-label={`${work.step === 'cloning' ? 'Cloning' : 'Reading ebuilds of'} ${tree}`}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(share !== null && { 'aria-valuenow': Math.round(share * 100) })}
        className="h-1.5 overflow-hidden rounded-full bg-line"
      >
        <div
          className="h-full rounded-full bg-link transition-[width] duration-150"
          style={{ width: `${(share ?? 0.05) * 100}%` }}
        />
      </div>
      {work.step === 'reading' && <p className="mono truncate text-xs text-muted">{work.message}</p>}
    </div>
  );
}
