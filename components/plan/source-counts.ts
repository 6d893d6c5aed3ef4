import type { PlannedSource, SourceState } from '@/lib/plan/plan-sources';

/** Files and bytes of one state. */
export interface SourceCount {
  readonly state: SourceState;
  readonly files: number;
  readonly sizeBytes: number;
}

/** What wants somebody to act comes first, what is here last. */
const order: readonly SourceState[] = ['nowhere', 'by-hand', 'download', 'archive', 'folder', 'here'];

/** Counts by state; states without files are left out. */
export function countSources(files: readonly Pick<PlannedSource, 'state' | 'sizeBytes'>[]): readonly SourceCount[] {
  return order.flatMap((state) => {
    const those = files.filter((file) => file.state === state);
    const sizeBytes = those.reduce((sum, file) => sum + file.sizeBytes, 0);
    return those.length === 0 ? [] : [{ state, files: those.length, sizeBytes }];
  });
}
