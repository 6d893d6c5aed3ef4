'use client';

import { useQuery } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { queries } from '@/components/data/queries';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Quoted } from '@/components/ui/field';
import { count } from '@/components/ui/format';
import type { FailedStart, ProofCheck } from '@/lib/api/events';
import { countChecks, endOfStart, failedChecks, failedStarts, proofHeadline } from '@/lib/api/proof-story';
import type { RunView } from '@/lib/api/run-view';
import { CommandsDialog } from './commands-dialog';
import { FailureFrame } from './failure-frame';
import { proofWords } from './outcome';

/** Everything is built, and the proof says no: which check, what it saw, and the way on. */
export function FailedProofCard({ view, checks }: { view: RunView; checks: readonly ProofCheck[] }) {
  const starts = failedStarts(checks);
  const [first] = failedChecks(checks);
  if (!first) return null;
  const { others } = countChecks(checks);
  return (
    <FailureFrame
      actions={
        <>
          {starts.length > 0 && <EditCommands view={view} />}
          <CopyButton text={proofHeadline(checks) ?? ''} label="Copy the error" />
        </>
      }
    >
      <h2 className="text-lg font-semibold text-act-ink">Every package is built, but the proof failed</h2>
      {starts.length > 0 ? (
        starts.map((start) => <FailedCommand key={start.command} start={start} />)
      ) : (
        <p className="mt-1 break-words">
          {proofWords[first.name]}? No. <Quoted text={first.summary} />
        </p>
      )}
      <p className="mt-2 text-sm">
        {starts.length > 0
          ? 'A command proves the prefix by returning 0, with nothing around it but what ships. If this one is meant to return something else, use a different command.'
          : 'Nothing has to be compiled again to prove it once more.'}
        {others > 0 && ` ${count(others, 'other check')} failed too; all of them are listed below.`}
      </p>
    </FailureFrame>
  );
}

function FailedCommand({ start }: { start: FailedStart }) {
  return (
    <>
      <p className="mt-1 break-words">
        Your command <code className="font-semibold">{start.command}</code> {endOfStart(start)}.
      </p>
      {start.output !== '' && (
        <pre className="pane mt-2 max-h-40 rounded-md border border-act/40 bg-log px-3 py-2 text-xs leading-5 break-words whitespace-pre-wrap">
          {start.output}
        </pre>
      )}
    </>
  );
}

function EditCommands({ view }: { view: RunView }) {
  const [open, setOpen] = useState(false);
  const { data } = useQuery(queries.prefix(view.name));
  if (!data) return null;
  return (
    <>
      <Button tone="primary" onClick={() => setOpen(true)}>
        <Pencil aria-hidden className="size-4" /> Edit the commands
      </Button>
      {open && <CommandsDialog document={data} onClose={() => setOpen(false)} />}
    </>
  );
}
