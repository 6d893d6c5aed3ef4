'use client';

import { useMutation } from '@tanstack/react-query';
import { Wand2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { ask, asRequestError } from '@/components/data/request';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { DiffView } from '@/components/ui/diff-view';
import { Quoted } from '@/components/ui/field';
import type { Fix } from '@/lib/resolve/plan';

/** Shows the change of the design as a diff, then makes it. */
export function FixButton({ fix, text, onText }: { fix: Fix; text: string; onText: (text: string) => void }) {
  const [open, setOpen] = useState(false);
  const preview = useMutation({
    mutationFn: () => ask('POST /api/edits', { body: { text, edits: fix.edits } }),
    onError: (error) => toast.error('The change could not be prepared', { description: asRequestError(error).message }),
  });
  const show = () => {
    setOpen(true);
    preview.mutate();
  };
  const apply = () => {
    const before = text;
    if (!preview.data) return;
    onText(preview.data.text);
    setOpen(false);
    toast(fix.title, { action: { label: 'Undo', onClick: () => onText(before) } });
  };
  return (
    <>
      <Button size="sm" onClick={show} className="h-auto! min-h-7 max-w-full py-1 text-left whitespace-normal!">
        <Wand2 aria-hidden className="size-3.5 shrink-0" /> {fix.title}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={fix.title} description={<Quoted text={fix.cost} />}>
        {preview.data ? (
          <DiffView diff={preview.data.diff} />
        ) : (
          <p className="text-sm text-muted">Preparing the change …</p>
        )}
        <div className="mt-3 flex justify-end gap-2">
          <Button onClick={() => setOpen(false)}>Leave as it is</Button>
          <Button tone="primary" disabled={!preview.data} onClick={apply}>
            Change the design
          </Button>
        </div>
      </Dialog>
    </>
  );
}
