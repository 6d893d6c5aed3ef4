'use client';

import { useQuery } from '@tanstack/react-query';
import { Minus, Plus } from 'lucide-react';
import { useState } from 'react';
import { ask, asRequestError } from '@/components/data/request';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { DiffView } from '@/components/ui/diff-view';
import { Quoted } from '@/components/ui/field';
import { Waiting } from '@/components/ui/skeleton';
import { explainDerivation } from '@/lib/resolve/explain';
import type { PlannedPackage } from '@/lib/resolve/plan';
import { comparePlans } from './compare-plans';

/** USE flags of a package as switches. Turning one first shows what it would change in the whole plan. */
export function UseFlags({
  entry,
  text,
  onText,
}: {
  entry: PlannedPackage;
  text: string | null;
  onText: (text: string) => void;
}) {
  const [trying, setTrying] = useState<string | null>(null);
  const on = new Set(entry.use);
  return (
    <section aria-label="USE flags">
      <h3 className="mb-1 text-sm font-semibold">
        USE{' '}
        <span className="font-normal text-muted">
          {on.size} of {entry.iuse.length} on
        </span>
      </h3>
      <ul className="flex flex-wrap gap-1">
        {entry.iuse.map((flag) => (
          <li key={flag}>
            <button
              type="button"
              disabled={text === null}
              aria-pressed={on.has(flag)}
              onClick={() => setTrying(flag)}
              className={`mono inline-flex items-center gap-1 rounded-sm border px-1.5 py-0.5 text-xs hover:border-link ${
                on.has(flag)
                  ? 'border-line-strong/70 bg-raised font-medium'
                  : 'border-dashed border-line-strong/50 text-muted'
              }`}
            >
              {on.has(flag) ? <Plus aria-hidden className="size-3" /> : <Minus aria-hidden className="size-3" />}
              {flag}
            </button>
          </li>
        ))}
      </ul>
      {trying !== null && text !== null && (
        <TryFlag
          key={trying}
          entry={entry}
          flag={trying}
          turnOn={!on.has(trying)}
          text={text}
          onText={onText}
          onClose={() => setTrying(null)}
        />
      )}
    </section>
  );
}

function TryFlag({
  entry,
  flag,
  turnOn,
  text,
  onText,
  onClose,
}: {
  entry: PlannedPackage;
  flag: string;
  turnOn: boolean;
  text: string;
  onText: (text: string) => void;
  onClose: () => void;
}) {
  const name = `${entry.category}/${entry.pn}`;
  const preview = useQuery({
    queryKey: ['try-flag', text, name, flag, turnOn],
    retry: false,
    queryFn: async () => {
      const edits = [{ kind: 'package_use' as const, atom: name, flags: [turnOn ? flag : `-${flag}`] }];
      const changed = await ask('POST /api/edits', { body: { text, edits } });
      const [before, after] = await Promise.all(
        [text, changed.text].map((body) => ask('POST /api/plan', { body: { text: body } })),
      );
      return { ...changed, before: before!.result, after: after!.result };
    },
  });
  const { data } = preview;
  const delta =
    data?.before.kind === 'planned' && data.after.kind === 'planned'
      ? comparePlans(data.before.plan, data.after.plan)
      : null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Turn ${flag} ${turnOn ? 'on' : 'off'} for ${entry.pn}`}
      description="Planned again with this flag changed; nothing is saved yet."
    >
      {preview.isPending && <Waiting>Planning both ways</Waiting>}
      {preview.isError && (
        <p className="text-sm text-act-ink">
          <Quoted text={asRequestError(preview.error).message} />
        </p>
      )}
      {data && <DiffView diff={data.diff} />}
      {data?.after.kind === 'unsolved' && (
        <p className="mt-2 text-sm text-act-ink">
          That leaves no plan:{' '}
          {data.after.derivations[0] && <Quoted text={explainDerivation(data.after.derivations[0]).title} />}.
        </p>
      )}
      {delta && (
        <ul className="mt-2 flex flex-col gap-0.5 text-sm">
          {delta.added.map((id) => (
            <li key={id}>
              adds <code className="text-xs">{id.replace('|', ': ')}</code>
            </li>
          ))}
          {delta.removed.map((id) => (
            <li key={id}>
              drops <code className="text-xs">{id.replace('|', ': ')}</code>
            </li>
          ))}
          {delta.rebuilt.map((id) => (
            <li key={id} className="text-muted">
              builds <code className="text-xs">{id.replace('|', ': ')}</code> differently
            </li>
          ))}
          {delta.added.length + delta.removed.length + delta.rebuilt.length === 0 && (
            <li>Changes no package: the flag is fixed by the profile.</li>
          )}
        </ul>
      )}
      <div className="mt-3 flex justify-end gap-2">
        <Button onClick={onClose}>Leave as it is</Button>
        <Button
          tone="primary"
          disabled={data?.after.kind !== 'planned'}
          onClick={() => {
            if (data) onText(data.text);
            onClose();
          }}
        >
          Change the design
        </Button>
      </div>
    </Dialog>
  );
}
