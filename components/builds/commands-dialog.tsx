'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { outdated, prefixesOutdated } from '@/components/data/outdated';
import { ProblemText } from '@/components/data/problem';
import { runLists } from '@/components/data/queries';
import { ask } from '@/components/data/request';
import { SmokeField } from '@/components/design/smoke-field';
import { useDesignDraft } from '@/components/design/use-design-draft';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import type { PrefixDocument } from '@/lib/api/wire';

/** The commands of the proof, to change right where one failed: saved, and proven again with what is built. */
export function CommandsDialog({ document, onClose }: { document: PrefixDocument; onClose: () => void }) {
  const router = useRouter();
  const client = useQueryClient();
  const draft = useDesignDraft(document.text);
  const save = useMutation({
    mutationFn: async () => {
      const { name, revision } = document;
      if (draft.text !== document.text) {
        await ask('PUT /api/prefixes/{name}', { params: { name }, body: { text: draft.text, revision } });
      }
      return ask('POST /api/runs', { body: { prefix: name } });
    },
    onSuccess: (run) => {
      void prefixesOutdated(client);
      void outdated(client, runLists);
      onClose();
      router.push(`/builds/${run.id}`);
    },
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Commands of the proof" wide>
      <div className="flex flex-col gap-3">
        <SmokeField draft={draft} />
        {save.isError && <ProblemText error={save.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep them</Button>
          <Button
            tone="primary"
            disabled={draft.design === null}
            waiting={save.isPending && 'Starting …'}
            onClick={() => save.mutate()}
          >
            Save and prove again
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
