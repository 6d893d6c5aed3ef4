'use client';

import { useMutation } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { useRef, useState } from 'react';
import { Problem } from '@/components/data/problem';
import { ask } from '@/components/data/request';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, inputClass, Quoted } from '@/components/ui/field';
import { count } from '@/components/ui/format';
import type { ImportBody } from '@/lib/api/bodies';
import type { ImportAnswer } from '@/lib/api/wire';
import { type Dropped, droppedFiles, readFiles } from './dropped-files';

/** A design out of what people have for Portage: pasted, dropped or chosen. Shows what was taken before it is used. */
export function ImportDialog({
  open,
  onOpenChange,
  tree,
  onDesign,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  tree: string;
  onDesign: (text: string) => void;
}) {
  const [text, setText] = useState('');
  const [dropped, setDropped] = useState<Dropped>({ files: [], left: [] });
  const [isOver, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const read = useMutation({
    mutationFn: async (from: Promise<Dropped>) => {
      const given = await from;
      setDropped(given);
      const files = [...given.files, ...pasted];
      // nothing of what was dropped could be read: what is left says why
      if (files.length === 0 && given.left.length > 0) return { text: '', taken: [], left: given.left, problems: [] };
      const answer = await ask('POST /api/import', {
        body: { files, ...(tree !== 'starter' && { tree }) } satisfies ImportBody,
      });
      return { ...answer, left: [...given.left, ...answer.left] };
    },
  });
  const pasted = text.trim() === '' ? [] : [{ path: 'pasted', text }];
  const { files } = dropped;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      wide
      title="Import from Portage"
      description="Paste an emerge command, or lines of a world file, package.use or make.conf. Or drop files, a whole etc/portage folder, or an archive of it (.tar.gz or .zip)."
    >
      <fieldset
        aria-label="What to import"
        className={`flex flex-col gap-3 rounded-md ${isOver ? 'outline-2 outline-offset-4 outline-link' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          read.mutate(droppedFiles(event.dataTransfer));
        }}
      >
        <Field label="Text">
          {(control) => (
            <textarea
              {...control}
              value={text}
              onChange={(event) => setText(event.target.value)}
              rows={5}
              spellCheck={false}
              placeholder={'emerge -av app-misc/tmux app-editors/nano'}
              className={`${inputClass} mono h-auto py-2 text-sm`}
            />
          )}
        </Field>
        <div className="flex flex-wrap items-center gap-2">
          <Button
            tone="primary"
            disabled={files.length + pasted.length === 0}
            waiting={read.isPending && 'Reading …'}
            onClick={() => read.mutate(Promise.resolve(dropped))}
          >
            Read it
          </Button>
          <Button onClick={() => chooser.current?.click()}>
            <FileUp aria-hidden className="size-4" /> Choose files
          </Button>
          <input
            ref={chooser}
            type="file"
            multiple
            className="sr-only"
            tabIndex={-1}
            aria-label="Choose files of Portage"
            onChange={(event) => {
              read.mutate(readFiles([...(event.target.files ?? [])]));
              event.target.value = '';
            }}
          />
          {files.length > 0 && <p className="text-sm text-muted">{count(files.length, 'file')} chosen</p>}
        </div>
      </fieldset>
      {read.isError && <Problem error={read.error} what="It could not be imported" />}
      {read.data && (
        <div className="mt-4 flex flex-col gap-4" aria-live="polite">
          <Notes title="Taken" notes={read.data.taken} empty="None of it belongs in a design." />
          <Notes title="Not taken" notes={read.data.left} empty={null} />
          {read.data.problems.map((problem) => (
            <p key={problem} className="text-sm">
              This is not a valid design: <Quoted text={problem} />
            </p>
          ))}
          <Button
            tone="primary"
            className="self-start"
            disabled={read.data.taken.length === 0 || read.data.text === ''}
            onClick={() => {
              onDesign(read.data.text);
              onOpenChange(false);
            }}
          >
            Use this design
          </Button>
        </div>
      )}
    </Dialog>
  );
}

function Notes({ title, notes, empty }: { title: string; notes: ImportAnswer['taken']; empty: string | null }) {
  if (notes.length === 0) return empty === null ? null : <p className="text-sm text-muted">{empty}</p>;
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-sm font-semibold">
        {title} <span className="font-normal text-muted tabular">{notes.length}</span>
      </h3>
      <ul className="flex flex-col divide-y rounded-md border text-sm">
        {notes.map(({ from, text, note }, index) => (
          <li key={`${from} ${index}`} className="flex flex-wrap items-baseline gap-x-3 px-3 py-1.5">
            <span className="mono min-w-0 text-xs break-all">{text}</span>
            <span className="min-w-0 text-muted">
              <Quoted text={note} /> <span className="text-xs text-faint">{from}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
