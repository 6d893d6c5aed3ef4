import type { RunEmitter } from '../layout/events';
import { recoverMerges } from './merge-journal';
import { mergeHooks } from './package-hooks';
import type { RunEbuildPhases } from './phase-contract';
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
 * would otherwise build again what only had to be completed. The caller holds the prefix's lock. Throws `JOURNAL_INVALID`, and
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
  for (const { target, directory } of roots) {
    const setting = { target, workFolder: workFolder(directory), runPhases, signal, log: () => undefined };
    for (const { cpv, outcome } of await recoverMerges(target, mergeHooks(setting, null))) {
      emit({ kind: 'log', id: null, line: 1, text: `Interrupted merge of ${cpv} was ${outcome}\n` });
    }
  }
}
