'use client';

import { useMutation } from '@tanstack/react-query';
import { CircleAlert, Wand2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { asRequestError, request } from '@/components/data/request';
import { PlaceMark } from '@/components/place/place-mark';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Quoted } from '@/components/ui/field';
import { apiPaths } from '@/lib/api/paths';
import type { ApplyEditsAnswer } from '@/lib/api/wire';
import type { Derivation, Fix } from '@/lib/resolve/plan';
import { DiffView } from './diff-view';
import { chainWords, failureFacts, failureTitle } from './failure-words';

/** Why there is no plan, root cause first, and what would give one. Each fix was planned before it is offered. */
export function Unsolved({
  derivations,
  fixes,
  text,
  onText,
}: {
  derivations: readonly Derivation[];
  fixes: readonly Fix[];
  text: string;
  onText: (text: string) => void;
}) {
  return (
    <section
      aria-label="Why there is no plan"
      className="flex flex-col gap-3 rounded-lg border border-act/40 bg-act-tint/60 p-4"
    >
      {derivations.map((derivation, index) => (
        <Story key={`${derivation.root} ${failureTitle(derivation.failure)} ${index}`} derivation={derivation} />
      ))}
      <div>
        <h3 className="mb-1.5 text-sm font-semibold">
          {fixes.length > 0 ? 'What would work' : 'No single change found that would work'}
        </h3>
        {fixes.length > 0 ? (
          <ul className="flex flex-col gap-1.5">
            {fixes.map((fix) => (
              <li key={fix.title} className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <FixButton fix={fix} text={text} onText={onText} />
                <span className="text-sm text-muted">{fix.cost}</span>
              </li>
            ))}
          </ul>
        ) : (
          <p className="text-sm text-muted">Remove the package that asks for it, or add a repository that has it.</p>
        )}
      </div>
    </section>
  );
}

function Story({ derivation }: { derivation: Derivation }) {
  return (
    <div>
      <h3 className="flex items-start gap-2 font-semibold text-act-ink">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="min-w-0 break-words">
          <Quoted text={failureTitle(derivation.failure)} /> <PlaceMark place={derivation.root} />
        </span>
      </h3>
      <ul className="mt-1 ml-6 flex list-disc flex-col gap-0.5 text-sm marker:text-faint">
        {failureFacts(derivation.failure).map((fact) => (
          <li key={fact} className="break-words">
            <Quoted text={fact} />
          </li>
        ))}
      </ul>
      {derivation.chain.length > 0 && (
        <ol
          aria-label="Who asks for it"
          className="mt-1.5 ml-2 border-l-2 border-line-strong/40 pl-3 text-sm text-muted"
        >
          {chainWords(derivation).map((hop) => (
            <li key={hop} className="break-words">
              <Quoted text={hop} />
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** Shows the change of the design as a diff, then makes it. */
export function FixButton({ fix, text, onText }: { fix: Fix; text: string; onText: (text: string) => void }) {
  const [open, setOpen] = useState(false);
  const preview = useMutation({
    mutationFn: () => request<ApplyEditsAnswer>(apiPaths.edits(), { body: { text, edits: fix.edits } }),
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
      <Button size="sm" onClick={show}>
        <Wand2 aria-hidden className="size-3.5" /> {fix.title}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={fix.title} description={fix.cost}>
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
