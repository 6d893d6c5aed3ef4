'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Hammer, Save } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { prefixesOutdated } from '@/components/data/outdated';
import { ask, asRequestError, RequestError } from '@/components/data/request';
import { buildLabel } from '@/components/plan/counts';
import { ObstacleDialog } from '@/components/plan/obstacle-dialog';
import { workspaceHref } from '@/components/shell/views';
import { Button } from '@/components/ui/button';
import { Quoted } from '@/components/ui/field';
import type { PlanAnswer } from '@/lib/api/wire';

/** The end of the page: build it, or keep the design for later. Says why when it cannot. */
export function BuildBar({
  text,
  onText,
  name,
  blockedBy,
  answer,
}: {
  text: string;
  onText: (text: string) => void;
  name: string;
  blockedBy: string | null;
  answer: PlanAnswer | undefined;
}) {
  const router = useRouter();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: async (build: boolean) => {
      await ask('POST /api/prefixes', { body: { text } });
      void prefixesOutdated(client);
      return build ? ask('POST /api/runs', { body: { prefix: name } }) : null;
    },
    onSuccess: (run) => router.push(run ? `/builds/${run.id}` : workspaceHref(name, '')),
    onError: (error) => {
      // The design is stored and only the build was refused: go on where it can be retried.
      if (error instanceof RequestError && (error.code === 'PREFIX_BUSY' || error.code === 'NO_WORKER'))
        router.push(workspaceHref(name, ''));
    },
  });
  const [explaining, setExplaining] = useState(false);
  const error = save.isError ? asRequestError(save.error) : null;
  const plan = answer?.result.kind === 'planned' ? answer.result.plan : null;
  const obstacle = answer?.obstacle ?? null;
  const reason =
    blockedBy ??
    (answer?.result.kind === 'unsolved' ? 'There is no plan for these packages yet; see Review.' : null) ??
    (obstacle && 'It can be planned, but not built here yet; the button says what is missing.');
  return (
    <div className="flex flex-col gap-2 border-t pt-4 max-lg:sticky max-lg:bottom-14 max-lg:bg-surface max-lg:pb-3 md:max-lg:bottom-0">
      <Button
        tone="primary"
        size="lg"
        disabled={blockedBy !== null || plan === null}
        waiting={save.isPending && save.variables && 'Starting the build …'}
        onClick={() => (obstacle ? setExplaining(true) : save.mutate(true))}
        aria-describedby="build-why-not"
      >
        <Hammer aria-hidden className="size-4" />
        {plan ? buildLabel(plan, obstacle === null) : 'Build'}
      </Button>
      <Button
        disabled={blockedBy !== null}
        waiting={save.isPending && !save.variables && 'Saving …'}
        onClick={() => save.mutate(false)}
      >
        <Save aria-hidden className="size-3.5" /> Save without building
      </Button>
      {obstacle && (
        <ObstacleDialog
          obstacle={obstacle}
          text={text}
          onText={onText}
          open={explaining}
          onOpenChange={setExplaining}
        />
      )}
      <p id="build-why-not" className="text-sm text-muted" aria-live="polite">
        {error ? (
          <span className="text-act-ink">
            <Quoted text={error.message} /> {error.hint && <Quoted text={error.hint} />}
          </span>
        ) : (
          reason && <Quoted text={reason} />
        )}
      </p>
    </div>
  );
}
