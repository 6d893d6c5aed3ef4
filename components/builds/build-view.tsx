'use client';

import Link from 'next/link';
import { useEffect, useRef } from 'react';
import { Problem } from '@/components/data/problem';
import { ToolchainNote } from '@/components/plan/toolchain-note';
import { workspaceHref } from '@/components/shell/views';
import { StateBadge } from '@/components/state/state-badge';
import { Ago } from '@/components/ui/ago';
import { Notice } from '@/components/ui/notice';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useNow } from '@/components/ui/use-now';
import { useUrlState } from '@/components/ui/use-url-state';
import { headline } from '@/lib/api/estimate';
import { isUnproven } from '@/lib/api/proof-story';
import { isRunning } from '@/lib/api/reduce-run';
import type { RunView } from '@/lib/api/run-view';
import { BuildActions } from './build-actions';
import { FailedProofCard } from './failed-proof-card';
import { FailureCard } from './failure-card';
import { LogViewer } from './log-viewer';
import { NoticesCard } from './notices';
import { ImageCard, ProofCard } from './outcome';
import { PackageLanes } from './package-lanes';
import { StageTrack } from './stage-track';
import { useRun } from './use-run';

/** One build: what it says in words, every package, the log, the outcome. Survives a reload and a restart of the server. */
export function BuildView({ id }: { id: string }) {
  const run = useRun(id);
  if (run.isPending) {
    return (
      <div className="px-3 py-5 md:px-6">
        <SkeletonRows rows={6} label="Opening the build" />
      </div>
    );
  }
  if (run.isError) {
    return (
      <div className="px-3 py-5 md:px-6">
        <h1 className="sr-only">Build {id}</h1>
        <Problem error={run.error} what={`The build ${id} could not be opened`} again={() => run.refetch()} />
      </div>
    );
  }
  return <Build view={run.data} />;
}

function Build({ view }: { view: RunView }) {
  const active = view.state === 'queued' || view.state === 'running';
  const now = useNow(500, active);
  const [chosen, setChosen] = useUrlState('log', 'auto');
  const unproven = view.state === 'failed' && view.failure?.cpv == null && isUnproven(view.proof);
  const shown = useShownLog(view, chosen);
  const entry = view.packages.find((known) => known.id === shown);
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <header className="flex flex-col gap-3 border-b bg-surface px-3 py-4 md:px-6">
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-x-2 text-sm text-muted">
              <Link href={workspaceHref(view.name, '')} className="font-medium text-link-ink hover:underline">
                {view.name}
              </Link>
              <span>{view.board}</span>
              {view.driver !== 'embedded' && <span>built by {view.driver}</span>}
              <StateBadge state={view.state} />
              <Ago at={view.finishedAt ?? view.startedAt ?? view.queuedAt} />
            </p>
            <h1 className="mt-0.5 text-xl font-semibold tracking-tight tabular" aria-live="polite">
              {headline(view, now === 0 ? Date.parse(view.startedAt ?? view.queuedAt) : now)}
            </h1>
          </div>
          <BuildActions view={view} />
        </div>
        <StageTrack view={view} />
        {view.toolchain && <ToolchainNote toolchain={view.toolchain} />}
      </header>
      <div className="flex min-w-0 flex-col gap-4 px-3 py-4 md:px-6">
        {unproven && <FailedProofCard view={view} checks={view.proof ?? []} />}
        {view.failure && !unproven && <FailureCard view={view} failure={view.failure} onLog={setChosen} />}
        {view.interruptions.length > 0 && (
          <Notice
            level="info"
            title={`Interrupted ${view.interruptions.length === 1 ? 'once' : `${view.interruptions.length} times`}, then resumed`}
          >
            {view.interruptions.map((break_) => (
              <p key={break_.at}>
                <Ago at={break_.at} /> {break_.message}
              </p>
            ))}
          </Notice>
        )}
        {view.image && !unproven && <ImageCard view={view} image={view.image} />}
        {view.proof && <ProofCard checks={view.proof} prefix={view.name} />}
        {view.image && unproven && <ImageCard view={view} image={view.image} />}
        <NoticesCard view={view} onLog={setChosen} />
        <div className="grid min-w-0 gap-4 xl:grid-cols-[minmax(24rem,5fr)_minmax(0,7fr)]">
          <PackageLanes view={view} now={now} selected={shown} onSelect={(id) => setChosen(id)} />
          <div className="min-w-0 max-xl:h-[70vh] xl:sticky xl:top-3 xl:h-[calc(100dvh-1.5rem)] xl:max-h-[60rem]">
            <LogViewer
              key={`${view.id} ${shown}`}
              run={view.id}
              packageId={shown === '' ? null : shown}
              title={entry ? `${entry.cpv} in ${entry.root}` : 'The build itself'}
              live={active && (entry ? !entry.finishedAt : true)}
            />
          </div>
        </div>
      </div>
    </div>
  );
}

/**
 * Which log is on screen: the chosen one, else the failed package's, else that of a running package. It stays with a
 * package until that one is finished, so that the text does not jump between parallel builds.
 */
function useShownLog(view: RunView, chosen: string): string {
  const held = useRef('');
  const running = view.packages.filter((entry) => isRunning(entry.state));
  const stays = running.some((entry) => entry.id === held.current);
  const automatic =
    view.failure?.id ?? (stays ? held.current : (running[0]?.id ?? (view.state === 'running' ? held.current : '')));
  useEffect(() => {
    held.current = automatic;
  }, [automatic]);
  if (chosen === 'auto') return automatic;
  return chosen === 'run' ? '' : chosen;
}
