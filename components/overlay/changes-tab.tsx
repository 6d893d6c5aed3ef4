'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem } from '@/components/data/problem';
import { ask } from '@/components/data/request';
import { Button } from '@/components/ui/button';
import { DiffView } from '@/components/ui/diff-view';
import { Segmented } from '@/components/ui/segmented';
import { SkeletonRows, Waiting } from '@/components/ui/skeleton';
import type { Sent } from '@/lib/api/address';
import type { FileChange, OverlayView, UpdateProposal } from '@/lib/api/wire';
import { overlayQueries, useOverlayChanged } from './use-overlay';

const words = {
  changed: 'changed here',
  added: 'added here',
  gone: 'removed here',
  takes: 'changed at the origin',
  keeps: 'changed here only, stays',
  conflict: 'changed on both sides',
} as const;

function Files({ files }: { files: readonly (FileChange | UpdateProposal['files'][number])[] }) {
  return files.map(({ path, kind, diff }) => (
    <section key={path} aria-label={path} className="min-w-0">
      <h4 className="mb-1 flex flex-wrap gap-x-2 text-sm">
        <span className="mono text-xs break-all">{path}</span>
        <span className={kind === 'conflict' ? 'text-act-ink' : 'text-muted'}>{words[kind]}</span>
      </h4>
      {diff !== null && <DiffView diff={diff} />}
    </section>
  ));
}

/** What differs from what was taken, and what changed where it came from. */
export function ChangesTab({ prefix, ebuild }: { prefix: string; ebuild: OverlayView['ebuilds'][number] }) {
  const changes = useQuery(overlayQueries.changes(prefix, ebuild.cpv));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <section aria-label="Changed here" className="flex min-w-0 flex-col gap-2">
        <h3 className="text-sm font-semibold">Since you took it</h3>
        {changes.isPending && <SkeletonRows rows={3} label="Comparing" />}
        {changes.isError && (
          <Problem error={changes.error} what="It could not be compared" again={() => changes.refetch()} />
        )}
        {changes.data?.length === 0 && <p className="text-sm text-muted">You have not changed it.</p>}
        {changes.data && <Files files={changes.data} />}
      </section>
      <Update prefix={prefix} ebuild={ebuild} />
    </div>
  );
}

function Update({ prefix, ebuild }: { prefix: string; ebuild: OverlayView['ebuilds'][number] }) {
  const changed = useOverlayChanged(prefix);
  const [keep, setKeep] = useState<'mine' | 'theirs'>('mine');
  const propose = (body: Partial<Sent<'POST /api/prefixes/{name}/overlay/update'>['body']>) =>
    ask('POST /api/prefixes/{name}/overlay/update', {
      params: { name: prefix },
      body: { package: ebuild.cpv, ...body },
    });
  const look = useMutation({ mutationFn: () => propose({}) });
  const accept = useMutation({
    mutationFn: ({ digest, state }: UpdateProposal) =>
      propose({ accept: digest, ...(state === 'conflict' && { keep }) }),
    onSuccess: async () => {
      await changed();
      look.reset();
    },
  });
  const { data } = look;
  return (
    <section aria-label="At the origin" className="flex min-w-0 flex-col gap-2">
      <h3 className="text-sm font-semibold">Where it came from</h3>
      <p className="text-sm text-muted">
        {ebuild.origin.replaceAll('`', '')}
        {ebuild.originState === 'changed' && ': it changed there'}
        {ebuild.originState === 'gone' && ': it is gone there'}
      </p>
      <div>
        <Button waiting={look.isPending && 'Looking …'} onClick={() => look.mutate()}>
          Look for an update
        </Button>
      </div>
      {look.isPending && <Waiting>Comparing with the origin</Waiting>}
      {look.isError && <Problem error={look.error} what="The origin could not be read" again={() => look.mutate()} />}
      {accept.isError && <Problem error={accept.error} what="Nothing was updated" />}
      {data?.state === 'same' && <p className="text-sm">Nothing changed there.</p>}
      {data?.state === 'gone' && (
        <p className="text-sm">It is gone there. Your copy stays; another version can be taken home.</p>
      )}
      {data && <Files files={data.files} />}
      {data && (data.state === 'changed' || data.state === 'conflict') && (
        <div className="flex flex-wrap items-center justify-end gap-2">
          {data.state === 'conflict' && (
            <Segmented
              label="Whose file counts where both changed"
              value={keep}
              onChange={setKeep}
              options={[
                { value: 'mine', label: 'Keep mine' },
                { value: 'theirs', label: 'Take theirs' },
              ]}
            />
          )}
          <Button tone="primary" waiting={accept.isPending && 'Updating …'} onClick={() => accept.mutate(data)}>
            Update your copy
          </Button>
        </div>
      )}
    </section>
  );
}
