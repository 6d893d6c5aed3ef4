'use client';

import { Terminal } from 'lucide-react';
import { namesOf } from '@/components/design/derived-names';
import { PathAnatomy } from '@/components/path/path-anatomy';
import { type Place, placeTone, placeWords } from '@/components/place/place';
import { PlaceIcon } from '@/components/place/place-mark';
import { timeSentence } from '@/components/plan/expected-time';
import { CodeBlock } from '@/components/ui/code-block';
import { Term } from '@/components/ui/popover';
import type { PlanAnswer } from '@/lib/api/wire';
import type { Plan } from '@/lib/resolve/plan';
import { commandsOf, exampleFile } from './example';

/** The side that always shows what will be there in the end. */
export function WhatYouGet({
  draft,
  answer,
}: {
  draft: { name: string; board: string; path: string; packages: readonly string[]; smoke: unknown; image: boolean };
  answer: PlanAnswer | undefined;
}) {
  const names = answer?.design.name === draft.name && answer.design.path === draft.path ? answer.names : namesOf(draft);
  const plan = answer?.result.kind === 'planned' ? answer.result.plan : null;
  const inside = `${draft.path}/${exampleFile(draft)}`;
  const rows: readonly { place: Place; path: string; root: string; count: number | null }[] = names
    ? [
        { place: 'staging', path: names.stagingRoot + inside, root: names.stagingRoot, count: held(plan, 'staging') },
        { place: 'final', path: names.finalRoot + inside, root: names.finalRoot, count: held(plan, 'final') },
        ...(draft.image ? [{ place: 'image' as const, path: inside, root: '', count: null }] : []),
      ]
    : [];
  const cost = answer?.cost;
  return (
    <aside aria-label="What you get" className="flex min-w-0 flex-col gap-4">
      <h2 className="text-sm font-semibold text-muted">What you get</h2>
      {rows.length === 0 && <p className="text-sm text-muted">Give it a name, and its places appear here.</p>}
      <ol className="flex flex-col gap-3">
        {rows.map(({ place, path, root, count }) => (
          <li key={place} className={`min-w-0 border-l-[3px] pl-3 ${placeTone[place].edge}`}>
            <p className="flex items-center gap-1.5 text-sm">
              <span className={`inline-flex items-center gap-1.5 font-semibold ${placeTone[place].text}`}>
                <PlaceIcon place={place} />
                <Term explanation={placeWords[place].explanation.replaceAll('{path}', draft.path)}>
                  {placeWords[place].label}
                </Term>
              </span>
              <span className="truncate text-muted">
                {place === 'image' && names ? names.imageName : placeWords[place].plain}
              </span>
              {count !== null && <span className="ml-auto shrink-0 tabular">{count} packages</span>}
            </p>
            <PathAnatomy place={place} path={path} root={root} prefix={draft.path} className="mt-0.5 text-sm" />
          </li>
        ))}
      </ol>
      {cost && plan && (cost.totalMs !== null || cost.unknown > 0) && (
        <p className="text-sm text-muted">
          {timeSentence(cost) ?? 'None of it has been built on this machine before, so there is no estimate yet.'}
        </p>
      )}
      {names && (
        <details className="text-sm">
          <summary className="flex w-fit items-center gap-1.5 rounded-sm text-link-ink hover:underline">
            <Terminal aria-hidden className="size-3.5" /> The same from a terminal
          </summary>
          <CodeBlock className="mt-2" label="Commands" code={commandsOf(draft, names.wrapper)} />
        </details>
      )}
    </aside>
  );
}

const held = (plan: Plan | null, root: 'staging' | 'final'): number | null =>
  plan ? plan.packages.filter((entry) => entry.root === root && entry.action !== 'remove').length : null;
