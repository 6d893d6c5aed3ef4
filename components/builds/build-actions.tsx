'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, RotateCw } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { toast } from 'sonner';
import { outdated } from '@/components/data/outdated';
import { runLists } from '@/components/data/queries';
import { ask, asRequestError } from '@/components/data/request';
import { Button } from '@/components/ui/button';
import type { RunView } from '@/lib/api/run-view';

const say = (error: unknown) => {
  const { message, hint } = asRequestError(error);
  toast.error(message.replaceAll('`', ''), { description: hint?.replaceAll('`', '') });
};

/** Cancel what goes on, or go on with what stopped. */
export function BuildActions({ view }: { view: RunView }) {
  const router = useRouter();
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => ask('POST /api/runs/{id}/cancel', { params: { id: view.id } }),
    onSuccess: () =>
      toast('Cancelling', { description: 'The running phases are stopped; finished packages are kept.' }),
    onError: say,
  });
  const retry = useMutation({
    mutationFn: () => ask('POST /api/runs/{id}/retry', { params: { id: view.id } }),
    onSuccess: (run) => {
      void outdated(client, runLists);
      router.push(`/builds/${run.id}`);
    },
    onError: say,
  });
  if (view.state === 'queued' || view.state === 'running') {
    return (
      <Button
        tone="danger"
        waiting={(cancel.isPending || cancel.isSuccess) && 'Cancelling …'}
        onClick={() => cancel.mutate()}
      >
        <Ban aria-hidden className="size-4" /> Cancel the build
      </Button>
    );
  }
  const label =
    view.state === 'succeeded'
      ? 'Build again'
      : view.failure?.cpv
        ? 'Resume at the failed package'
        : view.proof
          ? 'Prove again'
          : 'Resume';
  return (
    <Button
      tone={view.state === 'succeeded' ? 'secondary' : 'primary'}
      waiting={retry.isPending && 'Starting …'}
      onClick={() => retry.mutate()}
    >
      <RotateCw aria-hidden className="size-4" /> {label}
    </Button>
  );
}
