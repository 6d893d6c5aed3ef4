export { type AnswerOf, addressOf, keyOf, methodOf, type Sent, type SentArgument } from './address';
export type { Answers } from './answers';
export { roleWords, type WayWords, wayWords } from './bootstrap-words';
export {
  contract,
  describeRoutes,
  type Method,
  methodsAt,
  type Route,
  type RouteDescription,
  routeAt,
} from './contract';
export type * from './error-codes';
export { ApiError } from './errors';
export { elapsedMs, formatDuration, headline, type Remaining, remainingMs, runElapsedMs } from './estimate';
export type * from './events';
export { httpStatus } from './http-status';
export { type FieldError, type Problem, problemHeaders, problemOf } from './problem';
export { emptyRun, isRunning, isWaiting, reduceRun, reduceRuns, runTotals, stateOfPhase } from './reduce-run';
export type * from './run-view';
export {
  encodeMessage,
  eventsAddress,
  formatCursor,
  readStreamQuery,
  resumeAt,
  type StreamFilter,
  type StreamMessage,
  streamKinds,
} from './stream';
export type * from './wire';
