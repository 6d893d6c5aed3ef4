'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem, ProblemText } from '@/components/data/problem';
import { ask } from '@/components/data/request';
import { TextPane } from '@/components/design/text-pane';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { OverlayFile } from '@/lib/api/wire';
import { highlighterOf } from './highlight-shell';
import { overlayQueries, useOverlayChanged } from './use-overlay';

/** A file of the overlay, to change. */
export function FileEditor({ prefix, repository, path }: { prefix: string; repository: string; path: string }) {
  const file = useQuery(overlayQueries.file(prefix, path));
  if (file.isPending) return <SkeletonRows rows={6} label={`Opening ${path}`} />;
  if (file.isError)
    return <Problem error={file.error} what={`${path} could not be opened`} again={() => file.refetch()} />;
  return <Editor key={path} prefix={prefix} repository={repository} file={file.data} />;
}

function Editor({ prefix, repository, file }: { prefix: string; repository: string; file: OverlayFile }) {
  const client = useQueryClient();
  const changed = useOverlayChanged(prefix);
  const [text, setText] = useState(file.text ?? '');
  const save = useMutation({
    mutationFn: () =>
      ask('PUT /api/prefixes/{name}/overlay/file', {
        params: { name: prefix },
        body: { path: file.path, text, revision: file.revision },
      }),
    onSuccess: async (saved) => {
      client.setQueryData(overlayQueries.file(prefix, file.path).queryKey, saved);
      await changed();
    },
  });
  const isManifest = file.path.endsWith('/Manifest');
  const isDirty = text !== file.text;
  const saveKey = (event: React.KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return;
    event.preventDefault();
    if (isDirty && !isManifest && !save.isPending) save.mutate();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl-S of the editor inside
    <div className="flex min-w-0 flex-col gap-2" onKeyDown={saveKey}>
      <p className="flex min-w-0 items-center gap-1 text-xs text-muted">
        <code className="truncate" title={`${repository}/${file.path}`}>
          {repository}/{file.path}
        </code>
        <CopyButton text={`${repository}/${file.path}`} label="Copy path" />
      </p>
      {file.text === null ? (
        <p className="text-sm text-muted">This is not text that can be edited here.</p>
      ) : (
        <div className="flex max-h-[65vh] min-h-72 flex-col">
          <TextPane
            text={text}
            onChange={setText}
            problems={[]}
            label={file.path}
            readOnly={isManifest}
            highlight={highlighterOf(file.path)}
          />
        </div>
      )}
      {save.isError && (
        <div role="alert" className="text-sm text-act-ink">
          <ProblemText error={save.error} />
        </div>
      )}
      {isManifest ? (
        <p className="text-sm text-muted">A Manifest is written from the sources, under Sources, after it is shown.</p>
      ) : (
        <div className="flex items-center justify-end gap-2">
          <span aria-live="polite" className="mr-auto text-sm text-muted">
            {isDirty ? 'Not saved yet' : save.isSuccess ? 'Saved; planned again' : ''}
          </span>
          <Button disabled={!isDirty} onClick={() => setText(file.text ?? '')}>
            Undo the changes
          </Button>
          <Button
            tone="primary"
            disabled={!isDirty}
            waiting={save.isPending && 'Saving …'}
            onClick={() => save.mutate()}
          >
            Save
          </Button>
        </div>
      )}
    </div>
  );
}
