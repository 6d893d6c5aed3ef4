'use client';

import { useQuery } from '@tanstack/react-query';
import { FileInput } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Problem } from '@/components/data/problem';
import { queries, usePlan } from '@/components/data/queries';
import { DerivedNamesList, namesOf } from '@/components/design/derived-names';
import {
  freeName,
  newDesignText,
  plannableText,
  readLoose,
  renameInText,
  valueAt,
} from '@/components/design/design-text';
import { ExpertFields } from '@/components/design/expert-fields';
import { FromSourceField } from '@/components/design/from-source-field';
import { ImageFields } from '@/components/design/image-fields';
import { PackageField } from '@/components/design/package-field';
import { SmokeField } from '@/components/design/smoke-field';
import { TextPane } from '@/components/design/text-pane';
import { ToolchainField } from '@/components/design/toolchain-field';
import { TreeField } from '@/components/design/tree-field';
import { useDesignDraft } from '@/components/design/use-design-draft';
import { useNowhere } from '@/components/design/use-nowhere';
import { WhereFields } from '@/components/design/where-fields';
import { PlanLists } from '@/components/plan/plan-lists';
import { PlanReview } from '@/components/plan/plan-review';
import { Button } from '@/components/ui/button';
import { Quoted } from '@/components/ui/field';
import { useDebounced } from '@/components/ui/use-debounced';
import { parseDesign } from '@/lib/design/design';
import { BuildBar } from './build-bar';
import { ImportDialog } from './import-dialog';
import { StarterChoice } from './starter-choice';
import { Step } from './step';
import { WhatYouGet } from './what-you-get';

/** One page that grows: what, where, review, build. The draft lives in the address, so a reload or a shared link restores it. */
export function NewPrefix() {
  const query = useSearchParams();
  const starterId = query.get('starter');
  const given = query.get('draft');
  const prefixes = useQuery(queries.prefixes());
  const starter = useQuery({ ...queries.starter(starterId ?? ''), enabled: starterId !== null && given === null });
  const draft = useDesignDraft(given ?? newDesignText());
  const [importing, setImporting] = useState(false);
  const loadedStarter = useRef<string | null>(given === null ? null : starterId);
  const { setText } = draft;
  // what is typed while a starter is on its way stays
  const current = useRef(draft.text);
  current.current = draft.text;
  const untouched = useRef(draft.text);

  const taken = useMemo(() => prefixes.data?.map((row) => row.name) ?? null, [prefixes.data]);
  useEffect(() => {
    if (!starter.data || !taken || loadedStarter.current === starter.data.id) return;
    loadedStarter.current = starter.data.id;
    if (current.current !== untouched.current) {
      const url = new URL(window.location.href);
      url.searchParams.delete('starter');
      window.history.replaceState(null, '', url);
      return;
    }
    const { text } = starter.data;
    const name = valueAt(readLoose(text), ['name'], starter.data.id);
    const free = freeName(name, taken);
    setText(free === name ? text : renameInText(text, free));
  }, [starter.data, taken, setText]);

  const still = useDebounced(draft.text, 350);
  useEffect(() => {
    const url = new URL(window.location.href);
    const isEmpty = still === newDesignText();
    if (isEmpty || (loadedStarter.current === null && starterId !== null)) url.searchParams.delete('draft');
    else url.searchParams.set('draft', still);
    window.history.replaceState(null, '', url);
  }, [still, starterId]);

  // packages that are nowhere are told before there is a name
  const asked = useMemo(() => plannableText(draft.text, taken ?? []), [draft.text, taken]);
  const plannable = still === draft.text && (draft.design !== null || parseDesign(asked).ok);
  const plan = usePlan(plannable ? asked : null);
  const name = valueAt(draft.loose, ['name'], '');
  const path = valueAt(draft.loose, ['path'], '');
  const board = valueAt(draft.loose, ['board'], 'amd64-usr');
  const packages = valueAt<string[]>(draft.loose, ['packages'], []);
  const names = namesOf({ name, board, path });
  const answer = draft.design ? plan.data : undefined;
  const nameTaken = taken?.includes(name) ?? false;
  const nowhere = useNowhere(asked, plan.data?.result);

  return (
    <div className="flex flex-1 flex-col lg:grid lg:grid-cols-[minmax(0,1fr)_minmax(20rem,26rem)]">
      <div className="flex min-w-0 flex-col gap-8 px-3 py-5 md:px-6">
        <h1 className="text-xl font-semibold tracking-tight">New prefix</h1>
        <Step number={1} title="What" lead="Start from something that is known to build, or name packages yourself.">
          <StarterChoice
            chosen={starterId}
            onChoose={(id) => {
              const url = new URL(window.location.href);
              url.searchParams.delete('draft');
              if (id === null) url.searchParams.delete('starter');
              else url.searchParams.set('starter', id);
              window.history.replaceState(null, '', url);
              loadedStarter.current = null;
              untouched.current = draft.text;
              if (id === null) setText(newDesignText());
            }}
          />
          {starter.isError && (
            <Problem error={starter.error} what="The starter could not be loaded" again={() => starter.refetch()} />
          )}
          <Button size="sm" className="self-start" onClick={() => setImporting(true)}>
            <FileInput aria-hidden className="size-3.5" /> Import from Portage
          </Button>
          <ImportDialog
            open={importing}
            onOpenChange={setImporting}
            tree={valueAt(draft.loose, ['tree'], 'starter')}
            onDesign={setText}
          />
          <PackageField draft={draft} nowhere={nowhere} />
          <TreeField draft={draft} />
          <ToolchainField draft={draft} />
          <FromSourceField draft={draft} />
        </Step>
        <Step number={2} title="Where" lead="One name, one path. Everything else follows from them.">
          <WhereFields draft={draft} />
          {nameTaken && (
            <p className="text-sm text-act-ink">
              There is a prefix called <code>{name}</code> already.{' '}
              <button
                type="button"
                className="rounded-sm text-link-ink underline"
                onClick={() => setText(renameInText(draft.text, freeName(name, taken ?? [])))}
              >
                Use {freeName(name, taken ?? [])}
              </button>
            </p>
          )}
          {names && <DerivedNamesList names={names} path={path} />}
        </Step>
        <Step number={3} title="Review" lead="The plan, before anything is built.">
          {!draft.loose.writable && (
            <p className="text-sm text-act-ink">The text is not valid YAML at the moment; correct it below.</p>
          )}
          {draft.problems.length > 0 && (
            <ul className="flex flex-col gap-1 text-sm">
              {draft.problems
                .filter(
                  (problem) =>
                    !['name', 'path', 'board'].includes(problem.field) && !problem.field.startsWith('packages'),
                )
                .map((problem) => (
                  <li key={`${problem.field} ${problem.code}`} className="text-act-ink">
                    <Quoted text={problem.message} />{' '}
                    <span className="text-ink">
                      <Quoted text={problem.hint} />
                    </span>
                  </li>
                ))}
              <li className="text-muted">The plan appears once name, path and packages are filled in.</li>
            </ul>
          )}
          {draft.design && <PlanReview plan={plan} tree={draft.design.tree} text={draft.text} onText={setText} />}
          {answer?.result.kind === 'planned' && <PlanLists plan={answer.result.plan} />}
          <details className="group rounded-lg border bg-surface">
            <summary className="px-4 py-2.5 text-sm font-medium text-link-ink">
              More choices: USE flags, keywords, image, proof
            </summary>
            <div className="flex flex-col gap-6 border-t p-4">
              <ExpertFields draft={draft} />
              <ImageFields draft={draft} />
              <SmokeField draft={draft} />
            </div>
          </details>
          <details className="rounded-lg border bg-surface" open={!draft.loose.writable || undefined}>
            <summary className="px-4 py-2.5 text-sm font-medium text-link-ink">The same as text: prefix.yaml</summary>
            <div className="border-t p-4">
              <TextPane text={draft.text} onChange={setText} problems={[...draft.problems, ...nowhere]} />
            </div>
          </details>
        </Step>
      </div>
      <div className="border-line bg-surface max-lg:border-t lg:border-l">
        <div className="flex flex-col gap-5 px-3 py-5 md:px-6 lg:sticky lg:top-0 lg:max-h-dvh lg:overflow-y-auto lg:px-5">
          <WhatYouGet
            draft={{
              name,
              board,
              path,
              packages,
              smoke: draft.loose.value.smoke,
              image: draft.loose.value.sysext !== false,
            }}
            answer={answer}
          />
          <BuildBar
            text={draft.text}
            onText={setText}
            name={name}
            blockedBy={
              draft.problems[0]?.message ?? (nameTaken ? `There is a prefix called \`${name}\` already.` : null)
            }
            answer={answer}
          />
        </div>
      </div>
    </div>
  );
}
