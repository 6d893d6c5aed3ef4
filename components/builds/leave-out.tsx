'use client';

import { useQuery } from '@tanstack/react-query';
import { queries } from '@/components/data/queries';
import { useSaveText } from '@/components/data/use-save-text';
import { FixButton } from '@/components/plan/fix-button';
import type { ProofCheck } from '@/lib/api/events';
import { leaveOutFix } from '@/lib/api/proof-fix';
import type { PrefixDocument } from '@/lib/api/wire';

/** A failed check that passes once the image goes without some files: the change of the design, to look at and make. */
export function LeaveOut({ prefix, check }: { prefix: string; check: ProofCheck }) {
  const { data } = useQuery(queries.prefix(prefix));
  return data ? <LeaveOutButton document={data} check={check} /> : null;
}

function LeaveOutButton({ document, check }: { document: PrefixDocument; check: ProofCheck }) {
  const save = useSaveText(document);
  const fix = leaveOutFix(check);
  if (fix === null) return null;
  return (
    <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <FixButton fix={fix} text={document.text} onText={save} />
      <span className="text-muted">Then build again. {fix.cost}</span>
    </p>
  );
}
