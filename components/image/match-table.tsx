'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleSlash } from 'lucide-react';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { Quoted } from '@/components/ui/field';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { Section } from '@/components/ui/section';
import { SkeletonRows } from '@/components/ui/skeleton';
import { TableHead } from '@/components/ui/table-head';

/** On which systems the image merges, and which key of os-release decides. */
export function MatchTable({ name }: { name: string }) {
  const matches = useQuery(queries.matches(name));
  if (matches.isError) {
    return <Problem error={matches.error} what="The systems could not be compared" again={() => matches.refetch()} />;
  }
  if (matches.data?.extensionRelease === '') return null;
  const merging = matches.data?.systems.filter((system) => system.merges).length ?? 0;
  return (
    <Section title={matches.data?.built === false ? 'Where its image would merge' : 'Where it merges'}>
      {matches.isPending ? (
        <SkeletonRows rows={5} label="Comparing systems" />
      ) : (
        <>
          <p className="mb-2 text-sm text-muted">
            {merging} of {matches.data.systems.length} current systems merge it. What decides is the key of os-release
            that is named; releases that came after the day given are not known here.
          </p>
          <ScrollRegion
            label="Systems and whether they merge the image"
            className="overflow-x-auto rounded-lg border bg-surface"
          >
            <table className="w-full text-sm">
              <TableHead titles={['System', 'Merges', 'What decides', 'As of']} />
              <tbody>
                {matches.data.systems.map((system) => (
                  <tr key={system.system} className="border-b align-top last:border-b-0">
                    <th
                      scope="row"
                      className="px-3 py-1.5 text-left font-medium whitespace-nowrap"
                      title={system.source}
                    >
                      {system.name}
                    </th>
                    <td className="px-3 py-1.5 whitespace-nowrap">
                      <span
                        className={`inline-flex items-center gap-1.5 ${system.merges ? 'text-final-ink' : 'text-muted'}`}
                      >
                        {system.merges ? (
                          <CircleCheck aria-hidden className="size-4" />
                        ) : (
                          <CircleSlash aria-hidden className="size-4" />
                        )}
                        {system.merges ? 'yes' : 'no'}
                      </span>
                    </td>
                    <td className="px-3 py-1.5">
                      <code className="text-xs">{system.key}</code> <span className="text-muted">{system.reason}</span>
                      {system.notes.map((note) => (
                        <p key={note} className="text-muted">
                          <Quoted text={note} />
                        </p>
                      ))}
                    </td>
                    <td className="px-3 py-1.5 whitespace-nowrap text-muted tabular">{system.asOf ?? 'now'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </>
      )}
    </Section>
  );
}
