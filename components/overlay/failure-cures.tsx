'use client';

import { useQuery } from '@tanstack/react-query';
import { FilePlus2 } from 'lucide-react';
import { useState } from 'react';
import { identityOf } from '@/components/package/identity';
import { Button, ButtonLink } from '@/components/ui/button';
import { type DroppedPatch, PatchDrop } from './patch-drop';
import { TakeHomeButton } from './take-home-button';
import { overlayHref, overlayQueries } from './use-overlay';

/** What can be done about a package that does not build: change a copy of its ebuild, or patch its sources. */
export function FailureCures({
  prefix,
  cpv,
  dropped,
  onDropped,
}: {
  prefix: string;
  cpv: string;
  /** a patch that was dropped on what tells of the failure */
  dropped: DroppedPatch | null;
  /** takes it away */
  onDropped: (patch: null) => void;
}) {
  const [isAsked, setAsked] = useState(false);
  const patching = isAsked || dropped !== null;
  const setPatching = (wanted: boolean) => {
    setAsked(wanted);
    if (!wanted) onDropped(null);
  };
  const [added, setAdded] = useState<string | null>(null);
  const { category, pn } = identityOf(cpv);
  const overlay = useQuery(overlayQueries.view(prefix));
  const isTaken = overlay.data?.ebuilds.some((each) => each.cpv === cpv) ?? false;
  const patches =
    overlay.data?.patches.filter((each) => each.package === `${category}/${pn}` || each.package === cpv) ?? [];
  return (
    <div className="mt-3 flex flex-col gap-3 border-t border-act/30 pt-3">
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <span className="mr-1">Fix it:</span>
        <TakeHomeButton prefix={prefix} cpv={cpv} isTaken={isTaken} />
        {patches.length > 0 && (
          <ButtonLink href={overlayHref(prefix, isTaken ? cpv : undefined, 'patches')}>
            {patches.length === 1 ? 'Its patch' : `Its ${patches.length} patches`}
          </ButtonLink>
        )}
        <Button
          aria-expanded={patching}
          onClick={() => setPatching(!patching)}
          onDragEnter={() => setPatching(true)}
          title="Applies a patch to its sources when it is built next"
        >
          <FilePlus2 aria-hidden className="size-4" /> Add a patch
        </Button>
        <span role="status" className="text-muted">
          {added !== null && `${added} is applied when you build again.`}
        </span>
      </div>
      {patching && (
        <div className="rounded-lg bg-surface">
          <PatchDrop
            key={dropped === null ? 'typed' : `${dropped.fileName} ${dropped.text}`}
            prefix={prefix}
            dropped={dropped}
            packageName={`${category}/${pn}`}
            onAdded={({ fileName }) => {
              setAdded(fileName);
              setPatching(false);
            }}
          />
        </div>
      )}
    </div>
  );
}
