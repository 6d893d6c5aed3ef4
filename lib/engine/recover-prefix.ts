import type { RunEmitter } from '../layout/events';
import { recoverMerges } from './merge-journal';
import { mergeHooks } from './package-hooks';
import type { EbuildPhase, RunEbuildPhases } from './phase-contract';
import { runEbuildPhases } from './phases';
import { type PrefixPlace, workFolder } from './prefix-place';

export interface RecoverRequest {
  readonly place: PrefixPlace;
  readonly emit: RunEmitter;
  /** default: the real ones */
  readonly runPhases?: RunEbuildPhases;
  readonly signal?: AbortSignal;
}

/**
 * Completes or undoes the merges that an interruption left half done, in staging and in final. Comes before planning, which
 * would otherwise build again what only had to be completed. Each phase that it goes on with is named before it starts. The caller holds the prefix's lock. Throws `JOURNAL_INVALID`, and
 * AbortError when a pkg_* phase was cancelled.
 */
export async function recoverPrefix({
  place,
  emit,
  signal,
  runPhases = runEbuildPhases,
}: RecoverRequest): Promise<void> {
  const roots = [
    { target: place.staging, directory: place.stagingDir },
    { target: place.final, directory: place.finalDir },
  ];
  const log = (text: string): void => emit({ kind: 'log', id: null, line: 1, text });
  const tell = (message: string): void => {
    log(`${message}\n`);
    emit({ kind: 'stage', stage: 'planning', message });
  };
  for (const { target, directory } of roots) {
    const onStart = (phase: EbuildPhase, cpv: string): void =>
      tell(`Going on with pkg_${phase} of ${cpv}, which was interrupted`);
    const setting = { target, workFolder: workFolder(directory), runPhases, signal, log, onStart };
    for (const { cpv, outcome } of await recoverMerges(target, mergeHooks(setting, null))) {
      tell(`Interrupted merge of ${cpv} was ${outcome}`);
    }
  }
}
