'use client';

import { useQuery } from '@tanstack/react-query';
import { Archive, Check, CircleAlert, Download, FolderOpen, Hand, RefreshCw } from 'lucide-react';
import type { ComponentType } from 'react';
import { queries } from '@/components/data/queries';
import { asRequestError } from '@/components/data/request';
import { Button } from '@/components/ui/button';
import { Quoted } from '@/components/ui/field';
import { formatBytes } from '@/components/ui/format';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { Waiting } from '@/components/ui/skeleton';
import { compiledOf, noSourcesWords } from '@/lib/api/no-sources';
import { bySameReason } from '@/lib/api/obstacle-words';
import { laterSuitesAdvice } from '@/lib/api/source-words';
import type { SourcesAnswer } from '@/lib/api/wire';
import type { PlannedSource, SourceState } from '@/lib/plan/plan-sources';
import { FixList } from './fix-list';
import { OriginsCard } from './origins-card';
import { countSources } from './source-counts';

const looks: Readonly<
  Record<
    SourceState,
    { readonly words: string; readonly icon: ComponentType<{ className?: string }>; readonly ink: string }
  >
> = {
  nowhere: { words: 'not available anywhere', icon: CircleAlert, ink: 'text-act-ink' },
  'by-hand': { words: 'to download by hand', icon: Hand, ink: 'text-act-ink' },
  download: { words: 'to download', icon: Download, ink: 'text-ink' },
  archive: { words: 'in this machine’s archive', icon: Archive, ink: 'text-ink' },
  folder: { words: 'in your folders', icon: FolderOpen, ink: 'text-ink' },
  here: { words: 'here', icon: Check, ink: 'text-final-ink' },
};

/** Which source files a build needs and where they are, and another version for what can be had nowhere. */
export function SourcesCard({ text, onText }: { text: string; onText: (text: string) => void }) {
  const sources = useQuery(queries.sources(text));
  const { data } = sources;
  if (sources.isPending) return <Waiting>Looking for the sources …</Waiting>;
  if (sources.isError) {
    return (
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <CircleAlert aria-hidden className="size-4 shrink-0 text-act-ink" />
        <span className="min-w-0 break-words">
          The sources could not be located: <Quoted text={asRequestError(sources.error).message} />
        </span>
        <Button size="sm" onClick={() => sources.refetch()}>
          <RefreshCw aria-hidden className="size-3.5" /> Look again
        </Button>
      </p>
    );
  }
  return data?.sources ? (
    <>
      {data.origins && <OriginsCard origins={data.origins} />}
      <Found answer={data} text={text} onText={onText} />
    </>
  ) : null;
}

function Found({ answer, text, onText }: { answer: SourcesAnswer; text: string; onText: (text: string) => void }) {
  const { sources, fixes } = answer;
  const advice = sources && laterSuitesAdvice(sources);
  if (!sources || (sources.files.length === 0 && sources.unknown.length === 0)) {
    return <p className="text-sm text-muted">Sources: {noSourcesWords(compiledOf(answer.origins))}.</p>;
  }
  const counts = countSources(sources.files);
  return (
    <section aria-label="Sources" className="min-w-0 rounded-lg border bg-surface">
      <details>
        <summary className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
          <span className="font-medium text-link-ink">
            Sources <span className="tabular">({sources.files.length})</span>
          </span>
          {counts.map(({ state, files, sizeBytes }) => {
            const { words, icon: Icon, ink } = looks[state];
            return (
              <span key={state} className={`inline-flex items-center gap-1.5 ${ink}`}>
                <Icon aria-hidden className="size-3.5 shrink-0" />
                <span className="tabular">
                  {files} {words}, {formatBytes(sizeBytes)}
                </span>
              </span>
            );
          })}
        </summary>
        <SourceRows files={sources.files} />
      </details>
      {sources.isOffline && (
        <p className="border-t px-4 py-2 text-sm text-muted">
          Neither the mirrors nor the hosts that these ebuilds name can be reached from the build machine.
        </p>
      )}
      {advice && (
        <p className="border-t px-4 py-2 text-sm text-muted">
          <Quoted text={advice} />
        </p>
      )}
      {sources.unknown.length > 0 && (
        <ul aria-label="Sources that are not known" className="border-t px-4 py-2 text-sm">
          {bySameReason(sources.unknown, ({ message }) => message).map(({ message, items }) => (
            <li key={message} className="break-words">
              Not known, because <Quoted text={message} />:{' '}
              <span className="mono text-xs">{items.map(({ cpv }) => cpv).join(', ')}</span>
            </li>
          ))}
        </ul>
      )}
      {fixes.length > 0 && (
        <div className="border-t px-4 py-2.5">
          <h3 className="mb-1.5 text-sm font-semibold">Other versions whose sources are available</h3>
          <FixList fixes={fixes} text={text} onText={onText} />
        </div>
      )}
    </section>
  );
}

const rank = Object.keys(looks);

function SourceRows({ files }: { files: readonly PlannedSource[] }) {
  const sorted = [...files].sort((a, b) => rank.indexOf(a.state) - rank.indexOf(b.state));
  return (
    <ScrollRegion label="Source files" className="max-h-96 overflow-y-auto border-t">
      <ul className="divide-y">
        {sorted.map(({ name, sizeBytes, state, from, packages, wrong = [] }) => {
          const { words, icon: Icon, ink } = looks[state];
          return (
            <li key={name} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 px-4 py-1.5 text-sm">
              <span className="mono min-w-0 text-xs break-all">{name}</span>
              <span className="tabular text-right text-muted">{formatBytes(sizeBytes)}</span>
              <span className={`col-span-2 flex min-w-0 flex-wrap items-center gap-x-1.5 ${ink}`}>
                <Icon aria-hidden className="size-3.5 shrink-0" />
                {words}
                <span className="min-w-0 break-words text-muted">
                  {from !== '' && (state === 'nowhere' ? `(its ebuild names ${from}) ` : `(${from}) `)}
                  for {packages.join(', ')}
                </span>
              </span>
              {wrong.map((sentence) => (
                <span key={sentence} className="col-span-2 min-w-0 break-words text-act-ink">
                  <Quoted text={sentence} />
                </span>
              ))}
            </li>
          );
        })}
      </ul>
    </ScrollRegion>
  );
}
