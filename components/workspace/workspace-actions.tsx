'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Copy, Download, EllipsisVertical, Hammer, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { prefixesOutdated } from '@/components/data/outdated';
import { queries } from '@/components/data/queries';
import { ask, asRequestError } from '@/components/data/request';
import { useSaveText } from '@/components/data/use-save-text';
import { freeName, renameInText } from '@/components/design/design-text';
import { buildLabel } from '@/components/plan/counts';
import { ObstacleDialog } from '@/components/plan/obstacle-dialog';
import { Button, ButtonLink, IconButton } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Menu, MenuItem } from '@/components/ui/menu';
import type { PlanAnswer, PrefixDocument } from '@/lib/api/wire';

/** Build the stored design, copy or remove the prefix. */
export function WorkspaceActions({
  document,
  plan,
  stale,
}: {
  document: PrefixDocument;
  plan: PlanAnswer | undefined;
  stale: boolean;
}) {
  const router = useRouter();
  const client = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const [explaining, setExplaining] = useState(false);
  const active = document.lastRun?.state === 'running' || document.lastRun?.state === 'queued';
  const planned = plan?.result.kind === 'planned' ? plan.result.plan : null;
  const obstacle = plan?.obstacle ?? null;
  const saveText = useSaveText(document);
  const build = useMutation({
    mutationFn: () => ask('POST /api/runs', { body: { prefix: document.name } }),
    onSuccess: (run) => router.push(`/builds/${run.id}`),
    onError: (error) => {
      const { message, hint } = asRequestError(error);
      toast.error(message.replaceAll('`', ''), { description: hint?.replaceAll('`', '') });
    },
  });
  const remove = useMutation({
    mutationFn: () => ask('DELETE /api/prefixes/{name}', { params: { name: document.name } }),
    onSuccess: (answer) => {
      void prefixesOutdated(client);
      toast(`${answer.name} is removed`, { description: 'Its files are being deleted in the background.' });
      router.push('/');
    },
    onError: (error) => toast.error(asRequestError(error).message.replaceAll('`', '')),
  });
  const saveFile = () => {
    const url = URL.createObjectURL(new Blob([document.text], { type: 'application/yaml' }));
    const link = window.document.createElement('a');
    link.href = url;
    link.download = `${document.name}.yaml`;
    link.click();
    URL.revokeObjectURL(url);
  };
  const copy = () => {
    const names = client.getQueryData(queries.prefixes().queryKey)?.map((row) => row.name) ?? [];
    const text = renameInText(document.text, freeName(document.name, [document.name, ...names]));
    router.push(`/new?draft=${encodeURIComponent(text)}`);
  };
  return (
    <div className="flex items-center gap-2">
      {active && document.lastRun ? (
        <ButtonLink href={`/builds/${document.lastRun.id}`} tone="primary">
          <Hammer aria-hidden className="size-4" /> Watch the build
        </ButtonLink>
      ) : (
        <Button
          tone={planned && (stale || document.lastRun?.state !== 'succeeded') ? 'primary' : 'secondary'}
          disabled={!planned}
          waiting={build.isPending && 'Starting …'}
          onClick={() => (obstacle ? setExplaining(true) : build.mutate())}
        >
          <Hammer aria-hidden className="size-4" /> {planned ? buildLabel(planned, obstacle === null) : 'Build'}
        </Button>
      )}
      <Menu
        trigger={
          <IconButton label="More">
            <EllipsisVertical aria-hidden className="size-4" />
          </IconButton>
        }
      >
        <MenuItem onSelect={saveFile}>
          <Download aria-hidden className="size-4 text-muted" /> Save prefix.yaml
        </MenuItem>
        <MenuItem onSelect={copy}>
          <Copy aria-hidden className="size-4 text-muted" /> Start a copy
        </MenuItem>
        <MenuItem danger onSelect={() => setRemoving(true)}>
          <Trash2 aria-hidden className="size-4" /> Remove …
        </MenuItem>
      </Menu>
      {obstacle && (
        <ObstacleDialog
          obstacle={obstacle}
          text={document.text}
          onText={saveText}
          open={explaining}
          onOpenChange={setExplaining}
        />
      )}
      <Dialog
        open={removing}
        onOpenChange={setRemoving}
        title={`Remove ${document.name}?`}
        description="This removes the design, its staging and final roots with all built packages, the ebuilds that you took home, and its image."
      >
        <div className="mt-2 flex justify-end gap-2">
          <Button onClick={() => setRemoving(false)}>Keep it</Button>
          <Button tone="danger" waiting={remove.isPending && 'Removing …'} onClick={() => remove.mutate()}>
            Remove {document.name}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
