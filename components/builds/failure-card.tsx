'use client';

import { useState } from 'react';
import { FailureCures } from '@/components/overlay/failure-cures';
import { type DroppedPatch, readDropped } from '@/components/overlay/patch-drop';
import { identityOf } from '@/components/package/identity';
import { PackageChip } from '@/components/package/package-chip';
import { phaseWord } from '@/components/state/state';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Quoted } from '@/components/ui/field';
import { count } from '@/components/ui/format';
import type { FailureView, RunView } from '@/lib/api/run-view';
import { FailureFrame } from './failure-frame';
import { stripAnsi } from './log-text';
import { isFullDisk, wayOn } from './way-on';

const shellCommand = (name: string, cpv: string): string => `prefix-studio shell ${name} ${cpv}`;

/** What happened stands in the middle of a sentence elsewhere, and alone here. */
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?:]$/.test(text) ? '' : '.'}`;

/** The first cause of a failed build, on top of everything. */
export function FailureCard({
  view,
  failure,
  onLog,
}: {
  view: RunView;
  failure: FailureView;
  onLog: (id: string) => void;
}) {
  const [dropped, setDropped] = useState<DroppedPatch | null>(null);
  const show = () => {
    const url = new URL(window.location.href);
    if (failure.logLine) url.searchParams.set('line', String(failure.logLine));
    window.history.replaceState(null, '', url);
    onLog(failure.id ?? 'run');
  };
  const isOfPackage = failure.cpv !== null && failure.root === 'staging' && !isFullDisk(failure.hint);
  const unrelated = new Set(view.packages.filter((entry) => entry.isUnrelated).map(({ cpv }) => cpv)).size;
  const waiting = failure.blocks.map((id) => view.packages.find((entry) => entry.id === id)?.cpv ?? id);
  const blocked = [...new Set(waiting)]
    .filter((cpv) => cpv !== failure.cpv)
    .map((cpv) => `${identityOf(cpv).category}/${identityOf(cpv).pn}`);
  const summary = [
    failure.cpv ? `${failure.cpv} failed in ${failure.root}` : 'The build failed',
    failure.phase && `phase ${phaseWord(failure.phase)}`,
    failure.message,
    failure.firstErrorLine && stripAnsi(failure.firstErrorLine),
  ]
    .filter(Boolean)
    .join('\n');
  return (
    <FailureFrame
      actions={
        <>
          <Button onClick={show}>{failure.logLine ? `Log at line ${failure.logLine}` : 'Show its log'}</Button>
          <CopyButton text={summary} label="Copy the error" />
        </>
      }
      below={
        isOfPackage &&
        failure.cpv && <FailureCures prefix={view.name} cpv={failure.cpv} dropped={dropped} onDropped={setDropped} />
      }
      onFiles={isOfPackage ? (event) => void readDropped(event).then(setDropped) : undefined}
    >
      <h2 className="flex flex-wrap items-center gap-2 text-lg font-semibold text-act-ink">
        {failure.cpv && failure.root ? (
          <PackageChip place={failure.root} {...identityOf(failure.cpv)} />
        ) : (
          'The build stopped'
        )}
        {failure.phase && <span>failed in {phaseWord(failure.phase)}</span>}
      </h2>
      <p className="mt-1 break-words whitespace-pre-line">
        <Quoted text={sentence(failure.message)} />
      </p>
      {failure.firstErrorLine && (
        <pre className="pane mt-2 rounded-md border border-act/40 bg-log px-3 py-2 text-xs leading-5 wrap-anywhere whitespace-pre-wrap text-act-ink">
          {failure.logLine && <span className="mr-3 text-faint select-none">{failure.logLine}</span>}
          {stripAnsi(failure.firstErrorLine)}
        </pre>
      )}
      {failure.hint && (
        <p className="mt-2 break-words">
          <Quoted text={wayOn(failure.hint, view.message)} />
        </p>
      )}
      {isOfPackage && failure.cpv && failure.phase !== 'fetch' && (
        <p className="mt-2 flex flex-wrap items-center gap-1.5 text-sm">
          <span>Open a shell in its sandbox:</span>
          <code className="break-all">{shellCommand(view.name, failure.cpv)}</code>
          <CopyButton text={shellCommand(view.name, failure.cpv)} label="Copy the command that opens a shell" />
        </p>
      )}
      {blocked.length > 0 && (
        <p className="mt-2 text-sm text-muted">
          {count(blocked.length, 'package')} skipped because of it: {blocked.slice(0, 12).join(', ')}
          {blocked.length > 12 && ' …'}
        </p>
      )}
      {unrelated > 0 && (
        <p className="mt-1 text-sm text-muted">
          {count(unrelated, 'other package')} not begun, because the build stopped here.
        </p>
      )}
      {view.failures.length > 1 && (
        <p className="mt-1 text-sm text-muted">{count(view.failures.length - 1, 'further failure')} after this one.</p>
      )}
    </FailureFrame>
  );
}
