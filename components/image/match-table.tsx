'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleSlash } from 'lucide-react';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { Quoted } from '@/components/ui/field';
import { Section } from '@/components/ui/section';
import { SkeletonRows } from '@/components/ui/skeleton';
import { outdatedImage } from '@/lib/api/match-words';
import type { MatchesAnswer } from '@/lib/api/wire';

type System = MatchesAnswer['systems'][number];

/** Systems for which the same holds, in the order of the first of each. */
function together(systems: readonly System[], sameOf: (system: System) => readonly string[]) {
  const groups = new Map<string, System[]>();
  for (const system of systems) {
    for (const same of sameOf(system)) groups.set(same, [...(groups.get(same) ?? []), system]);
  }
  return [...groups];
}

/** On which systems the image merges, and which key of os-release decides. What holds for several is told once. */
export function MatchTable({ name }: { name: string }) {
  const matches = useQuery(queries.matches(name));
  if (matches.isError) {
    return <Problem error={matches.error} what="The systems could not be compared" again={() => matches.refetch()} />;
  }
  if (matches.data?.extensionRelease === '') return null;
  return (
    <Section title={matches.data?.built === false ? 'Where its image would merge' : 'Where it merges'}>
      {matches.isPending ? (
        <SkeletonRows rows={5} label="Comparing systems" />
      ) : (
        <>
          {matches.data.isOutdated && <p className="mb-2 text-sm">{outdatedImage}</p>}
          <Matches systems={matches.data.systems} />
        </>
      )}
    </Section>
  );
}

function Matches({ systems }: { systems: readonly System[] }) {
  const merging = systems.filter((system) => system.merges).length;
  const groups = together(systems, ({ merges, key, reason }) => [`${merges} ${key} ${reason}`]);
  const notes = together(systems, (system) => system.notes);
  return (
    <>
      <p className="mb-2 text-sm text-muted">
        {merging} of {systems.length} systems merge it, as they were on the day given; newer releases are not known
        here. The deciding key is one of their os-release.
      </p>
      <ul className="divide-y rounded-lg border bg-surface text-sm">
        {groups.map(([same, [first, ...others]]) => first && <Group key={same} first={first} others={others} />)}
      </ul>
      {notes.length > 0 && (
        <ul className="mt-2 flex list-disc flex-col gap-1 pl-5 text-sm text-muted">
          {notes.map(([note, held]) => (
            <li key={note}>
              {held.map(({ name }) => name).join(', ')}: <Quoted text={note} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Group({ first, others }: { first: System; others: readonly System[] }) {
  const { merges, key, reason } = first;
  const Icon = merges ? CircleCheck : CircleSlash;
  return (
    <li className="flex gap-2.5 px-3 py-2.5">
      <Icon
        aria-label={merges ? 'Merges' : 'Does not merge'}
        className={`mt-0.5 size-4 shrink-0 ${merges ? 'text-final-ink' : 'text-muted'}`}
      />
      <div className="min-w-0">
        <ul className="flex flex-wrap gap-x-4 gap-y-0.5">
          {[first, ...others].map((system) => (
            <li key={system.system} title={system.source} className="whitespace-nowrap">
              <span className="font-medium">{system.name}</span>{' '}
              <span className="text-xs text-muted tabular">{system.asOf ?? 'now'}</span>
            </li>
          ))}
        </ul>
        <p className="mt-0.5 text-muted">
          <code className="text-xs">{key}</code>: {reason}
        </p>
      </div>
    </li>
  );
}
