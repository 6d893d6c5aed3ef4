'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleEqual, Download, PackageOpen, Scale } from 'lucide-react';
import { useState } from 'react';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { ask } from '@/components/data/request';
import { Button, buttonClass } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { Dialog } from '@/components/ui/dialog';
import { Quoted } from '@/components/ui/field';
import { count, formatBytes } from '@/components/ui/format';
import { Waiting } from '@/components/ui/skeleton';
import { TableHead } from '@/components/ui/table-head';
import { addressOf } from '@/lib/api/address';
import type { PlanDifference, PrefixDocument, VerifyResult } from '@/lib/api/wire';

/** What can be done with a plan besides building it: check it against Portage, take it along. */
export function PlanTools({ document, isPlanned }: { document: PrefixDocument; isPlanned: boolean }) {
  const [verifying, setVerifying] = useState(false);
  const [exporting, setExporting] = useState(false);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button size="sm" onClick={() => setVerifying(true)}>
        <Scale aria-hidden className="size-3.5" /> Verify with emerge
      </Button>
      {isPlanned && (
        <Button size="sm" onClick={() => setExporting(true)}>
          <PackageOpen aria-hidden className="size-3.5" /> Export minimal tree
        </Button>
      )}
      <Dialog
        wide
        open={verifying}
        onOpenChange={setVerifying}
        title="Verify with emerge"
        description="Asks the real Portage for its plan of the same design, as for a new prefix, and shows every difference. Nothing is built or changed."
      >
        {verifying && <Verify name={document.name} />}
      </Dialog>
      <Dialog
        wide
        open={exporting}
        onOpenChange={setExporting}
        title="Export minimal tree"
        description="Only the ebuilds, eclasses, profiles, licences and Manifests that this plan needs, as repositories of their own."
      >
        {exporting && <Export document={document} />}
      </Dialog>
    </div>
  );
}

function Verify({ name }: { name: string }) {
  const readiness = useQuery(queries.verify());
  const verification = useMutation({
    mutationFn: () => ask('POST /api/verify', { body: { prefix: name } }),
  });
  if (readiness.isPending) return <Waiting>Looking for emerge</Waiting>;
  if (readiness.isError)
    return <Problem error={readiness.error} what="Whether emerge is available could not be found out" />;
  const { isReady, emerge, message } = readiness.data;
  return (
    <div className="flex flex-col gap-3 text-sm">
      {isReady ? (
        <p>
          Portage here: <code className="break-all">{emerge}</code>
        </p>
      ) : (
        <p>
          <Quoted text={message ?? ''} />
        </p>
      )}
      {verification.isPending && <Waiting>emerge is planning; this takes some seconds</Waiting>}
      {verification.isError && <Problem error={verification.error} what="emerge could not be asked" />}
      {verification.data && <VerifyOutcome result={verification.data} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          tone="primary"
          disabled={!isReady}
          waiting={verification.isPending && 'Asking …'}
          onClick={() => verification.mutate()}
        >
          <Scale aria-hidden className="size-4" /> {verification.data ? 'Ask again' : 'Ask emerge'}
        </Button>
      </div>
      <CodeBlock label="The same from a terminal" code={`prefix-studio plan ${name} --verify`} />
    </div>
  );
}

function VerifyOutcome({ result }: { result: VerifyResult }) {
  switch (result.kind) {
    case 'no-emerge':
      return (
        <p role="status">
          <Quoted text={result.message} />
        </p>
      );
    case 'agrees':
      return (
        <div role="status" className="flex flex-col gap-2">
          <p className="flex items-start gap-2 rounded-md border border-final/40 bg-final-tint px-3 py-2 font-medium text-final-ink">
            <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
            {result.isUnsolved
              ? 'emerge agrees: it finds no plan either.'
              : `emerge agrees: the same ${count(result.packages, 'package')} with the same USE flags.`}
          </p>
          <Said result={result} />
        </div>
      );
    case 'differs':
      return (
        <div role="status" className="flex flex-col gap-2">
          <p className="flex items-start gap-2 font-medium">
            <CircleEqual aria-hidden className="mt-0.5 size-4 shrink-0" />
            {result.oursIsUnsolved
              ? `emerge finds a plan of ${count(result.packages, 'package')} where Studio finds none.`
              : `emerge plans differently in ${count(result.differences.length, 'package')}.`}
          </p>
          <Differences rows={result.differences} />
          <Said result={result} />
        </div>
      );
    case 'emerge-refused':
    case 'emerge-failed':
      return (
        <div role="status" className="flex flex-col gap-2">
          <p className="font-medium text-act-ink">
            {result.kind === 'emerge-refused'
              ? 'emerge finds no plan where Studio has one. It said:'
              : 'emerge ended before it planned anything. It said:'}
          </p>
          <Said result={result} isOpen />
        </div>
      );
  }
}

function Said({ result, isOpen = false }: { result: { output: string; command: string }; isOpen?: boolean }) {
  return (
    <details open={isOpen || undefined}>
      <summary className="w-fit rounded-sm text-link-ink hover:underline">What was asked and answered</summary>
      <pre className="pane mt-2 max-h-64 rounded-md border bg-log p-2 text-xs leading-5">
        {`$ ${result.command}\n\n${result.output}`}
      </pre>
    </details>
  );
}

const flagsOf = (flags: readonly string[]): string => (flags.length === 0 ? 'none' : flags.join(' '));

function Differences({ rows }: { rows: readonly PlanDifference[] }) {
  return (
    <div className="pane max-h-72 rounded-md border">
      <table className="w-full min-w-96 border-collapse text-left text-sm">
        <caption className="sr-only">Differences between Studio and emerge</caption>
        <TableHead titles={['Package', 'Studio', 'emerge']} sticky />
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.kind} ${row.cpv}`} className="border-b align-top last:border-b-0">
              <th scope="row" className="mono px-3 py-1 text-xs font-normal break-all">
                {row.cpv}
              </th>
              <td className="px-3 py-1 break-words">
                {row.kind === 'use' ? flagsOf(row.ours) : row.kind === 'only-ours' ? 'in the plan' : '–'}
              </td>
              <td className="px-3 py-1 break-words">
                {row.kind === 'use'
                  ? flagsOf(row.emerge)
                  : row.kind === 'only-emerge'
                    ? row.eroot === null
                      ? 'on the host'
                      : 'in the plan'
                    : '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Export({ document: { name, revision } }: { document: PrefixDocument }) {
  const facts = useQuery(queries.exportFacts(name, revision));
  if (facts.isPending) return <Waiting>Counting what the plan needs</Waiting>;
  if (facts.isError) {
    return <Problem error={facts.error} what="The tree cannot be exported" again={() => facts.refetch()} />;
  }
  const { data } = facts;
  const rows = Object.entries(data.ebuilds).filter(([, held]) => held > 0);
  return (
    <div className="flex flex-col gap-3 text-sm">
      <dl className="grid w-fit grid-cols-[auto_auto] gap-x-6 gap-y-1 tabular">
        {rows.map(([repository, held]) => (
          <div key={repository} className="contents">
            <dt className="text-muted">Ebuilds of {repository}</dt>
            <dd className="text-right">{held}</dd>
          </div>
        ))}
        <dt className="text-muted">Eclasses</dt>
        <dd className="text-right">{data.eclasses}</dd>
        <dt className="text-muted">Files</dt>
        <dd className="text-right">{data.files}</dd>
        <dt className="text-muted">Size, unpacked</dt>
        <dd className="text-right">{formatBytes(data.sizeBytes)}</dd>
      </dl>
      <p>
        Planning on it gives the same plan, with the hash <code className="break-all">{data.hash}</code>. A README
        inside tells how.
      </p>
      <a
        href={addressOf('GET /api/prefixes/{name}/export/download', { params: { name } })}
        download={data.fileName}
        className={`${buttonClass('primary')} max-w-full`}
      >
        <Download aria-hidden className="size-4" /> Download {data.fileName}
      </a>
    </div>
  );
}
