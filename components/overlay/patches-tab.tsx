'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Problem } from '@/components/data/problem';
import { ask } from '@/components/data/request';
import { IconButton } from '@/components/ui/button';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { PrefixPatch } from '@/lib/api/wire';
import { highlightPatch } from './highlight-shell';
import { PatchDrop } from './patch-drop';
import { overlayQueries, tellProblem, useOverlayChanged } from './use-overlay';

/** The patches of a package, for all of its versions and for some, and a place for another. */
export function PatchesTab({
  prefix,
  packageName,
  patches,
}: {
  prefix: string;
  packageName: string;
  patches: readonly PrefixPatch[];
}) {
  const own = patches.filter(
    (patch) =>
      patch.package === packageName ||
      patch.package.startsWith(`${packageName}-`) ||
      patch.package.startsWith(`${packageName}:`),
  );
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {own.length > 0 && (
        <ul aria-label={`Patches for ${packageName}`} className="overflow-hidden rounded-lg border bg-surface">
          {own.map((patch) => (
            <PatchRow key={patch.path} prefix={prefix} patch={patch} />
          ))}
        </ul>
      )}
      <PatchDrop prefix={prefix} packageName={packageName} />
    </div>
  );
}

function PatchRow({ prefix, patch }: { prefix: string; patch: PrefixPatch }) {
  const [isOpen, setOpen] = useState(false);
  const changed = useOverlayChanged(prefix);
  const text = useQuery({ ...overlayQueries.patch(prefix, patch.package, patch.fileName), enabled: isOpen });
  const remove = useMutation({
    mutationFn: () =>
      ask('DELETE /api/prefixes/{name}/overlay/patches', {
        params: { name: prefix },
        query: { package: patch.package, file: patch.fileName },
      }),
    onSuccess: changed,
    onError: tellProblem,
  });
  return (
    <li className="border-b px-3 py-2 text-sm last:border-b-0">
      <div className="flex items-start gap-2">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="min-w-0 flex-1 rounded-sm text-left hover:text-link-ink"
        >
          <span className="mono text-xs font-semibold break-all">{patch.fileName}</span>{' '}
          <span className="text-muted break-words">changes {patch.changes.join(', ')}</span>
        </button>
        <IconButton label={`Remove ${patch.fileName}`} disabled={remove.isPending} onClick={() => remove.mutate()}>
          <Trash2 aria-hidden className="size-4" />
        </IconButton>
      </div>
      {isOpen && text.isPending && <SkeletonRows rows={2} label="Reading the patch" />}
      {isOpen && text.isError && <Problem error={text.error} what="The patch could not be read" />}
      {isOpen && text.data && (
        <pre className="pane mt-2 max-h-80 rounded-md border bg-log px-3 py-1.5 text-xs leading-5">
          {highlightPatch(text.data.text).map((parts, index) => (
            <div key={index} className="min-h-5">
              {parts.map((part, at) => (
                <span key={at} className={part.tone}>
                  {part.text}
                </span>
              ))}
            </div>
          ))}
        </pre>
      )}
    </li>
  );
}
