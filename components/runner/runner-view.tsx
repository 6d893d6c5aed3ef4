'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, RotateCw, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { Ago } from '@/components/ui/ago';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { Notice } from '@/components/ui/notice';
import { PageHeader, Section } from '@/components/ui/section';
import { SkeletonRows } from '@/components/ui/skeleton';
import { TableHead } from '@/components/ui/table-head';
import type { ToolReport } from '@/lib/api/wire';

const needs: Readonly<Record<ToolReport['need'], string>> = {
  required: 'no build without it',
  image: 'needed to pack',
  optional: 'one feature is missing without it',
};

/** What this machine can do, what it lacks, who builds right now. The same as `prefix-studio doctor`. */
export function RunnerView() {
  const doctor = useQuery(queries.doctor());
  const runner = useQuery(queries.runner());
  const health = useQuery(queries.health());
  const tools = [...(doctor.data?.tools ?? [])].sort((a, b) => rank(a) - rank(b));
  return (
    <div className="flex flex-col gap-7 px-3 py-5 md:px-6">
      <PageHeader
        title="Runner"
        actions={
          <Button waiting={doctor.isFetching && 'Looking …'} onClick={() => doctor.refetch()}>
            <RotateCw aria-hidden className="size-3.5" /> Look again
          </Button>
        }
      >
        The machine that builds. The same on the command line: <code className="text-sm">npx prefix-studio doctor</code>
      </PageHeader>
      {doctor.data && (
        <Notice
          level={doctor.data.ok ? 'info' : 'act'}
          title={doctor.data.ok ? 'This machine can build and pack' : 'This machine cannot build everything yet'}
        >
          {doctor.data.installCommand && (
            <CodeBlock
              label="Installs what is missing"
              code={doctor.data.installCommand}
              wrap
              className="mt-1.5 max-w-3xl"
            />
          )}
        </Notice>
      )}
      <Section title="At work">
        {runner.data?.workers.length === 0 && (
          <p className="text-sm text-muted">No worker is running; builds wait in the queue until one is.</p>
        )}
        <ul className="overflow-hidden rounded-lg border bg-surface empty:hidden">
          {runner.data?.workers.map((worker) => (
            <li
              key={worker.id}
              className="flex flex-wrap items-center justify-between gap-x-4 border-b px-4 py-2 text-sm last:border-b-0"
            >
              <span>
                {worker.kind === 'server' ? 'Worker of this server' : 'Command line build'}{' '}
                <span className="text-muted tabular">process {worker.pid}</span>
              </span>
              <span className="text-muted">
                {worker.run ? (
                  <Link href={`/builds/${worker.run}`} className="text-link-ink hover:underline">
                    building
                  </Link>
                ) : (
                  'ready'
                )}
                , seen <Ago at={worker.seenAt} />
              </span>
            </li>
          ))}
        </ul>
        {(runner.data?.queued ?? 0) > 0 && (
          <p className="mt-2 text-sm">
            <Link href="/builds?state=queued" className="text-link-ink hover:underline">
              {runner.data?.queued} waiting
            </Link>
          </p>
        )}
        {health.data && (
          <p className="mt-2 text-sm break-words text-muted">
            Version {health.data.version}, data in <code className="text-xs">{health.data.home}</code>, database{' '}
            {health.data.database}.
          </p>
        )}
      </Section>
      {doctor.isPending && <SkeletonRows rows={6} label="Checking the machine" />}
      {doctor.isError && (
        <Problem error={doctor.error} what="The machine could not be checked" again={() => doctor.refetch()} />
      )}
      {doctor.data && (
        <>
          <Section title="The machine">
            <ul className="overflow-hidden rounded-lg border bg-surface">
              {doctor.data.machine.map((check) => (
                <li key={check.name} className="flex items-start gap-2.5 border-b px-4 py-2 text-sm last:border-b-0">
                  {check.ok ? (
                    <CircleCheck aria-label="good" className="mt-0.5 size-4 shrink-0 text-final-ink" />
                  ) : (
                    <CircleAlert aria-label="act now" className="mt-0.5 size-4 shrink-0 text-act-ink" />
                  )}
                  <span className="min-w-0">
                    <span className="font-medium">{check.name}</span>{' '}
                    <span className="break-words text-muted">{check.summary}</span>
                    {check.remedy && <span className="block break-words">{check.remedy}</span>}
                  </span>
                </li>
              ))}
            </ul>
          </Section>
          <Section
            title="Tools"
            aside={`${tools.filter((tool) => tool.state === 'ok').length} of ${tools.length} there`}
          >
            <div className="pane rounded-lg border bg-surface">
              <table className="w-full min-w-[44rem] text-sm">
                <caption className="sr-only">Tools that Studio calls</caption>
                <TableHead titles={['Tool', 'Version', 'What for', 'How to get it']} cell="px-4 py-1.5" />
                <tbody>
                  {tools.map((tool) => (
                    <tr key={tool.name} className="border-b align-top last:border-b-0">
                      <th scope="row" className="px-4 py-1.5 text-left font-normal">
                        <span className="flex items-center gap-2">
                          {tool.state === 'ok' ? (
                            <CircleCheck aria-label="there" className="size-4 text-final-ink" />
                          ) : tool.need === 'required' ? (
                            <CircleAlert aria-label={tool.state} className="size-4 text-act-ink" />
                          ) : (
                            <TriangleAlert aria-label={tool.state} className="size-4" />
                          )}
                          <span className="mono text-xs font-semibold" title={tool.path ?? undefined}>
                            {tool.name}
                          </span>
                        </span>
                      </th>
                      <td className="mono px-4 py-1.5 text-xs leading-5 text-muted">
                        {tool.version ?? (tool.state === 'missing' ? 'missing' : '–')}
                        {tool.state === 'old' && tool.minimum && ` (needs ${tool.minimum})`}
                      </td>
                      <td className="px-4 py-1.5">
                        {tool.purpose} {tool.state !== 'ok' && <span className="text-muted">({needs[tool.need]})</span>}
                      </td>
                      <td className="px-4 py-1.5 text-muted">{tool.state === 'ok' ? '' : (tool.remedy ?? '')}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Section>
        </>
      )}
    </div>
  );
}

const rank = (tool: ToolReport): number =>
  (tool.state === 'ok' ? 10 : 0) + { required: 0, image: 1, optional: 2 }[tool.need];
