export { finishedPackages } from './build-sizes';
export { addBuildTime, type UsualCost, usualCosts } from './build-times';
export { DbError, type DbErrorCode } from './errors';
export type { ClaimedJob, JobQueue, QueueOptions } from './job-queue';
export { type OpenOptions, openDatabase, type StudioDatabase } from './open';
export { createPrefix, deletePrefix, findPrefix, getPrefix, listPrefixes, updatePrefix } from './prefixes';
export { openQueue } from './queue';
export {
  appendEvents,
  createRun,
  getRun,
  lastRuns,
  lastSuccess,
  listRuns,
  type NewRun,
  type RunChange,
  type RunFilter,
  readEvents,
  requestCancel,
  takeRun,
} from './runs';
export type * from './schema';
export { readSetting, writeSetting } from './settings';
export { untilBack } from './until-back';
export { listWorkers, lockHolder, lockPrefix, removeWorker, saveWorker, unlockPrefix } from './workers';
