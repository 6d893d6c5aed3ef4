'use client';

import { ShieldQuestion } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { usePrefix } from '@/components/data/use-prefix';
import { useSaveText } from '@/components/data/use-save-text';
import { namesOf } from '@/components/design/derived-names';
import { setInText } from '@/components/design/design-text';
import { EmptyState } from '@/components/ui/empty-state';
import { Section } from '@/components/ui/section';
import { Segmented } from '@/components/ui/segmented';
import { Waiting } from '@/components/ui/skeleton';
import { typingMs, useAddressState } from '@/components/ui/use-address-state';
import type { PrefixDocument } from '@/lib/api/wire';
import type { Design } from '@/lib/design/schema';
import type { DerivedNames } from '@/lib/layout/names';
import { resolveRoots } from '@/lib/layout/roots';
import { AdviceList } from './advice-list';
import { DecisionDiagram } from './decision-diagram';
import { RootsForm } from './roots-form';
import { type RootsState, rootsFromQuery, rootsOfStep, rootsToQuery, toInput } from './roots-input';
import { SysextList } from './sysext-list';
import { TruthTable } from './truth-table';

/** Where each kind of dependency is looked for, why, and what the path means for the image. */
export function ChecksView({ name }: { name: string }) {
  const { prefix } = usePrefix(name);
  const { data } = prefix;
  if (!data) {
    return (
      <div className="px-3 py-5 md:px-6">
        <Waiting>Opening the design</Waiting>
      </div>
    );
  }
  const names = data.names ?? (data.design && namesOf(data.design));
  if (!data.design || !names) {
    return (
      <div className="px-3 py-5 md:px-6">
        <EmptyState icon={ShieldQuestion} title="Nothing to check while the design has problems">
          They are listed below.
        </EmptyState>
      </div>
    );
  }
  return <Checks document={data} design={data.design} names={names} />;
}

const writeSearch = (url: URL, search: string): void => {
  url.search = search;
};

function Checks({ document, design, names }: { document: PrefixDocument; design: Design; names: DerivedNames }) {
  const [search, setSearch] = useAddressState(useSearchParams().toString(), writeSearch, typingMs);
  const query = useMemo(() => new URLSearchParams(search), [search]);
  const custom = rootsFromQuery(query);
  const step = query.get('step') === 'final' ? 'final' : 'staging';
  const state = custom ?? rootsOfStep(step, names, design.path);
  const result = resolveRoots(toInput(state));
  const write = (next: URLSearchParams) => setSearch(next.toString());
  const change = (changes: Partial<RootsState>) => write(rootsToQuery({ ...state, ...changes }));
  const save = useSaveText(document);
  return (
    <div className="flex flex-col gap-7 px-3 py-5 md:px-6">
      <Section
        title="Where each kind of dependency is looked for"
        aside={
          <Segmented
            label="Step"
            value={custom ? 'custom' : step}
            onChange={(value) => {
              if (value === 'custom') write(rootsToQuery(state));
              else write(new URLSearchParams(value === 'staging' ? {} : { step: value }));
            }}
            options={[
              { value: 'staging', label: 'Compiling in staging' },
              { value: 'final', label: 'Installing into final' },
              { value: 'custom', label: 'Your own values' },
            ]}
          />
        }
      >
        <div className="grid gap-4 xl:grid-cols-[minmax(0,20rem)_minmax(0,1fr)]">
          <RootsForm state={state} onChange={change} />
          <div className="flex min-w-0 flex-col gap-4">
            <TruthTable result={result} names={names} />
            <div className="grid gap-4 min-[1700px]:grid-cols-2">
              <DecisionDiagram decisions={result.decisions} />
              <AdviceList advice={result.advice} onFix={change} />
            </div>
          </div>
        </div>
      </Section>
      <Section title="What the path means for the image">
        <SysextList design={design} onEdit={(edit) => save(setInText(document.text, edit.path, edit.value))} />
      </Section>
    </div>
  );
}
