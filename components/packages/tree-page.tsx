'use client';

import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useState } from 'react';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { usePackageSuggestions } from '@/components/design/package-field';
import { Field, inputClass, Quoted } from '@/components/ui/field';
import { PageHeader, Section } from '@/components/ui/section';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useDebounced } from '@/components/ui/use-debounced';
import type { RepositoriesAnswer } from '@/lib/api/wire';

/** A tree or overlay: its repositories in the order in which they win, and which of them wins for a package. */
export function TreePage({ name }: { name: string }) {
  const [typed, setTyped] = useState('');
  const asked = useDebounced(typed.trim(), 250);
  const isName = /^[\w][\w+.-]*\/[\w][\w+-]*$/.test(asked);
  const repositories = useQuery(queries.repositories(name, null));
  const choice = useQuery({ ...queries.repositories(name, asked), enabled: isName });
  const suggestions = usePackageSuggestions(name);
  return (
    <div className="flex flex-col gap-7 px-3 py-5 md:px-6">
      <PageHeader title={name}>
        Where versions are equal, the repository with the higher priority wins. A higher version wins whatever the
        priorities.
      </PageHeader>
      <Section title="Repositories">
        {repositories.isPending && <SkeletonRows rows={3} label="Opening the tree" />}
        {repositories.isError && (
          <Problem
            error={repositories.error}
            what="The tree could not be opened"
            again={() => repositories.refetch()}
          />
        )}
        {repositories.data && <RepositoryList repositories={repositories.data.repositories} />}
      </Section>
      <Section title="Which repository wins">
        <Field label="Package" help="Category and name, for instance net-misc/curl.">
          {(control) => (
            <>
              <input
                {...control}
                list="packages-of-tree"
                className={`${inputClass} mono h-9 max-w-md text-sm`}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                placeholder="net-misc/curl"
                spellCheck={false}
              />
              <datalist id="packages-of-tree">
                {typed.length > 1 &&
                  suggestions
                    .filter(({ value }) => value.includes(typed))
                    .slice(0, 50)
                    .map(({ value }) => <option key={value} value={value} />)}
              </datalist>
            </>
          )}
        </Field>
        {isName && choice.isError && <Problem error={choice.error} what="It could not be looked up" />}
        {isName && choice.data && <Choice answer={choice.data} asked={asked} />}
      </Section>
    </div>
  );
}

function RepositoryList({ repositories }: { repositories: RepositoriesAnswer['repositories'] }) {
  return (
    <ol
      aria-label="Repositories, the first wins"
      className="flex flex-col divide-y rounded-lg border bg-surface text-sm"
    >
      {[...repositories].reverse().map((repository) => (
        <li key={repository.name} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2.5">
          <span className="mono font-semibold">{repository.name}</span>
          <span className="tabular">priority {repository.priority}</span>
          <span>
            {repository.masters.length === 0 ? 'builds on no other' : `builds on ${repository.masters.join(', then ')}`}
          </span>
          {repository.aliases.length > 0 && <span>also called {repository.aliases.join(', ')}</span>}
          {repository.isMain && <span className="text-muted">main repository</span>}
          <span className="text-muted tabular">
            {repository.packages} packages, {repository.ebuilds} ebuilds
          </span>
          <span className="mono w-full min-w-0 text-xs break-all text-muted">{repository.location}</span>
        </li>
      ))}
    </ol>
  );
}

function Choice({ answer, asked }: { answer: RepositoriesAnswer; asked: string }) {
  const { package: choice } = answer;
  if (!choice) {
    return (
      <p role="status" className="mt-3">
        No repository here has <code>{asked}</code>.
      </p>
    );
  }
  return (
    <div className="mt-3 flex flex-col gap-2" aria-live="polite">
      <p className="max-w-prose">
        <Quoted text={choice.why} />
      </p>
      <ul
        aria-label={`Versions of ${choice.name}`}
        className="flex flex-col divide-y rounded-lg border bg-surface text-sm"
      >
        {choice.versions.map(({ cpv, repository, slot, masks, isTaken }) => (
          <li key={`${cpv} ${repository}`} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2">
            <span className={`mono ${isTaken ? 'font-semibold' : ''}`}>{cpv}</span>
            <span className="text-muted">
              {repository}, slot {slot}
            </span>
            {isTaken && (
              <span className="inline-flex items-center gap-1 text-final-ink">
                <Check aria-hidden className="size-3.5" /> taken
              </span>
            )}
            {masks.map((mask) => (
              <span key={mask} className="min-w-0 break-words text-muted">
                <Quoted text={mask} />
              </span>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}
