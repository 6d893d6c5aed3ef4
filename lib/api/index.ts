export { roleWords, type WayWords, wayWords } from './bootstrap-words';
export { elapsedMs, formatDuration, headline, type Remaining, remainingMs, runElapsedMs } from './estimate';
export type * from './events';
export { httpStatus } from './http-status';
export { apiPaths } from './paths';
export { queryKeys } from './query-keys';
export { emptyRun, isRunning, isWaiting, reduceRun, reduceRuns, runTotals, stateOfPhase } from './reduce-run';
export type * from './run-view';
export {
  encodeMessage,
  formatCursor,
  parseStreamQuery,
  resumeAt,
  type StreamFilter,
  type StreamMessage,
  streamKinds,
  streamQuery,
} from './stream';
export type * from './wire';
