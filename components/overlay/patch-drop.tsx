'use client';

import { useMutation } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { type ClipboardEvent, type DragEvent, useId, useState } from 'react';
import { toast } from 'sonner';
import { ProblemText } from '@/components/data/problem';
import { ask } from '@/components/data/request';
import { Button } from '@/components/ui/button';
import { Field, inputClass } from '@/components/ui/field';
import type { PrefixPatch } from '@/lib/api/wire';
import { useOverlayChanged } from './use-overlay';

/** A file that was dropped, read. */
export interface DroppedPatch {
  readonly fileName: string;
  readonly text: string;
}

/** Does something that is dragged bring files? */
export const bringsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes('Files');

/** The first file of a drop; null: it brings none. */
export async function readDropped({ dataTransfer }: DragEvent): Promise<DroppedPatch | null> {
  const [file] = dataTransfer.files;
  return file ? { fileName: file.name, text: await file.text() } : null;
}

/** A place to drop, paste or choose a patch for a package; it is applied when the package is built next. `dropped`: elsewhere. */
export function PatchDrop({
  prefix,
  packageName,
  dropped,
  onAdded,
}: {
  prefix: string;
  packageName: string;
  dropped?: DroppedPatch | null;
  onAdded?: (patch: PrefixPatch) => void;
}) {
  const [text, setText] = useState(dropped?.text ?? '');
  const [fileName, setFileName] = useState(dropped?.fileName ?? '');
  const [isOver, setOver] = useState(false);
  const choose = useId();
  const changed = useOverlayChanged(prefix);
  const add = useMutation({
    mutationFn: () =>
      ask('POST /api/prefixes/{name}/overlay/patches', {
        params: { name: prefix },
        body: { package: packageName, fileName: fileName.trim() || 'change', text },
      }),
    onSuccess: async (patch) => {
      setText('');
      setFileName('');
      await changed();
      toast(`${patch.fileName} is applied when ${packageName} is built next`, {
        description: `It changes ${patch.changes.join(', ')}`,
      });
      onAdded?.(patch);
    },
  });
  const read = async (file: File | undefined) => {
    if (!file) return;
    setFileName(file.name);
    setText(await file.text());
    add.reset();
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    // what is around it takes files too
    event.stopPropagation();
    setOver(false);
    void read(event.dataTransfer.files[0]);
  };
  const paste = (event: ClipboardEvent) => {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    void read(file);
  };
  return (
    <form
      aria-label={`Patch for ${packageName}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
      className={`flex min-w-0 flex-col gap-3 rounded-lg border border-dashed px-4 py-3.5 ${
        isOver ? 'border-link bg-link-tint' : 'border-line-strong/60'
      }`}
    >
      <Field label="Patch" help="Drop a file here, paste the text of a diff, or choose a file. It is applied with -p1.">
        {(control) => (
          <textarea
            {...control}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              add.reset();
            }}
            onPaste={paste}
            spellCheck={false}
            rows={text === '' ? 3 : 10}
            placeholder={'--- a/src/main.c\n+++ b/src/main.c\n@@ …'}
            className={`${inputClass} mono py-1.5 text-xs leading-5`}
          />
        )}
      </Field>
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-48 flex-1">
          <Field label="File name">
            {(control) => (
              <input
                {...control}
                value={fileName}
                onChange={(event) => setFileName(event.target.value)}
                placeholder="fix-build.patch"
                spellCheck={false}
                className={`${inputClass} mono h-9 text-sm`}
              />
            )}
          </Field>
        </div>
        <label
          htmlFor={choose}
          className="mb-1 inline-flex h-8 cursor-pointer items-center gap-1.5 rounded-md border border-line-strong/60 px-3 text-sm font-medium text-link-ink focus-within:outline-2 focus-within:outline-link hover:bg-link-tint"
        >
          <FileUp aria-hidden className="size-4" /> Choose a file
          <input
            id={choose}
            type="file"
            accept=".patch,.diff,text/x-diff,text/plain"
            className="sr-only"
            onChange={(event) => {
              void read(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
        </label>
        <Button
          type="submit"
          tone="primary"
          className="mb-1"
          disabled={text.trim() === ''}
          waiting={add.isPending && 'Adding …'}
        >
          Add the patch
        </Button>
      </div>
      {add.isError && (
        <div role="alert" className="text-sm text-act-ink">
          <ProblemText error={add.error} />
        </div>
      )}
    </form>
  );
}
