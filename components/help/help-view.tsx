'use client';

import { useQuery } from '@tanstack/react-query';
import { Keyboard, Search } from 'lucide-react';
import { queries } from '@/components/data/queries';
import { exampleFile } from '@/components/new/example';
import { PathAnatomy } from '@/components/path/path-anatomy';
import { places, placeTone, placeWords } from '@/components/place/place';
import { PlaceIcon } from '@/components/place/place-mark';
import { useShell } from '@/components/shell/shell-store';
import { StateBadge } from '@/components/state/state-badge';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { PageHeader, Section } from '@/components/ui/section';
import { useUrlText } from '@/components/ui/use-url-state';
import type { PackageState } from '@/lib/api/events';
import { type Board, deriveNames } from '@/lib/layout/names';
import { helpTerms } from './terms';

const states: readonly (readonly [PackageState, string])[] = [
  ['queued', 'its turn will come'],
  ['blocked', 'waits for a package it needs'],
  ['fetching', 'its sources are being fetched and checked'],
  ['building', 'one of the ebuild’s phases runs'],
  ['merging', 'its files are being put in place'],
  ['reused', 'an equal package was built before'],
  ['done', 'built and in place'],
  ['failed', 'act now: the first cause is on the build page'],
  ['skipped', 'something it needs failed, or the build stopped first; nothing is wrong with it'],
  ['cancelled', 'stopped by you'],
  ['timed_out', 'act now: a phase took too long'],
];

/** Every word of the product, explained with the user's own prefix. */
export function HelpView() {
  const [query, setQuery] = useUrlText('q');
  const setShortcuts = useShell((shell) => shell.setShortcuts);
  const { data: prefixes } = useQuery(queries.prefixes());
  const own = prefixes?.[0];
  const base = { name: own?.name ?? 'demo', board: own?.board ?? 'amd64-usr', path: own?.path ?? '/opt/demo' };
  const names = deriveNames({ ...base, board: base.board as Board });
  const packages = own?.packages ?? ['dev-lang/python'];
  const terms = helpTerms({ ...base, ...names, example: packages[0]?.split('/')[1] ?? 'the application' });
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const shown = terms.filter((term) =>
    words.every((word) => `${term.plain} ${term.term} ${term.text}`.toLowerCase().includes(word)),
  );
  const file = `${base.path}/${exampleFile({ packages, smoke: null })}`;
  const roots = { host: '', staging: names.stagingRoot, final: names.finalRoot, image: '' };
  return (
    <div className="flex flex-col gap-7 px-3 py-5 md:px-6">
      <PageHeader
        title="Help"
        actions={
          <Button onClick={() => setShortcuts(true)}>
            <Keyboard aria-hidden className="size-4" /> Keyboard shortcuts
          </Button>
        }
      >
        {own
          ? `The examples use your prefix ${own.name}.`
          : 'The examples use a prefix called demo; they change to yours as soon as you have one.'}
      </PageHeader>
      <Section title="The four places">
        <ol className="grid gap-2 md:grid-cols-2 min-[1700px]:grid-cols-4">
          {places.map((place) => (
            <li
              key={place}
              className={`min-w-0 rounded-lg border border-t-[3px] bg-surface p-3.5 ${placeTone[place].edge}`}
              style={{ borderInlineColor: 'var(--line)', borderBottomColor: 'var(--line)' }}
            >
              <p className={`flex items-center gap-1.5 font-semibold ${placeTone[place].text}`}>
                <PlaceIcon place={place} className="size-4" /> {placeWords[place].label}
                <span className="font-normal text-muted">
                  {placeWords[place].plain} ({placeWords[place].variable})
                </span>
              </p>
              <p className="mt-1 mb-2 text-sm text-muted">
                {placeWords[place].explanation.replaceAll('{path}', base.path)}
              </p>
              {place === 'host' ? (
                <PathAnatomy place="host" path="/usr/bin/make" className="text-sm" />
              ) : (
                <PathAnatomy
                  place={place}
                  path={roots[place] + file}
                  root={roots[place]}
                  prefix={base.path}
                  className="text-sm"
                />
              )}
            </li>
          ))}
        </ol>
      </Section>
      <Section title="Words">
        <label className="relative mb-3 block max-w-sm">
          <span className="sr-only">Search the terms</span>
          <Search aria-hidden className="pointer-events-none absolute top-2 left-2 size-4 text-faint" />
          <input
            data-page-search
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            placeholder="slot, SYSROOT, image …"
            className="h-8 w-full rounded-md border border-line-strong/60 bg-surface pr-2 pl-8 text-sm"
          />
        </label>
        <dl className="grid gap-x-8 gap-y-4 md:grid-cols-2 min-[1700px]:grid-cols-3">
          {shown.map((term) => (
            <div key={term.id} id={term.id} className="min-w-0 scroll-mt-16 target:bg-link-tint">
              <dt>
                <span className="font-medium">{term.plain}</span>{' '}
                <span className="mono text-xs break-words text-muted">{term.term}</span>
              </dt>
              <dd className="mt-0.5 text-sm break-words text-muted">{term.text}</dd>
            </div>
          ))}
        </dl>
        {shown.length === 0 && <p className="text-sm text-muted">No word matches “{query}”.</p>}
      </Section>
      <Section title="States of a package">
        <ul className="grid gap-x-8 gap-y-1.5 sm:grid-cols-2 xl:grid-cols-3">
          {states.map(([state, meaning]) => (
            <li key={state} className="flex items-baseline gap-3 text-sm">
              <span className="w-28 shrink-0">
                <StateBadge state={state} />
              </span>
              <span className="text-muted">{meaning}</span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="The same from a terminal">
        <CodeBlock
          label="Commands"
          className="max-w-3xl"
          code={[
            'npx prefix-studio check prefix.yaml      # is the design right?',
            'npx prefix-studio plan prefix.yaml       # what would be built, and why',
            'npx prefix-studio build prefix.yaml      # build, prove, pack',
            `npx prefix-studio files ${base.name}     # what is in final`,
            `npx prefix-studio image ${base.name} -o . # take the image`,
            'npx prefix-studio doctor                 # what this machine lacks',
          ].join('\n')}
        />
      </Section>
    </div>
  );
}
