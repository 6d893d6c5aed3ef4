export { getRun, type StudioDatabase } from '../db/index';
export { answerBootstrap } from './bootstrap-answers';
export { checkDesign, namesOf, requireDesign } from './design-check';
export { editDesignText } from './design-edits';
export { DesignInvalidError, isDesignInvalid, RunnerError, type RunnerErrorCode } from './errors';
export { archiveExport, exportFileName, measureExport } from './export-answers';
export { liveMessages, readRunner, type StampedMessage } from './live-stream';
export { describeLog, searchLogs, streamPlainLog } from './log-text';
export { noLogYet } from './no-log-yet';
export { overlayOf, PrefixOverlay } from './overlay-answers';
export { isKnownPrefix, isKnownRun, isKnownTree } from './page-subjects';
export { answerPlan } from './plan-answers';
export {
  addPrefix,
  changePrefix,
  designOf,
  listPrefixSummaries,
  readPrefix,
  readStoredDesign,
  storeDesign,
} from './prefix-documents';
export { findImage, readImage, readMatches } from './prefix-image';
export { probeDesign, probeOf } from './probe-design';
export { programVersion } from './program-version';
export { listLogs, readLogRange, readLogTail } from './read-log';
export { removePrefix } from './remove-prefix';
export { RootFiles } from './root-files';
export { listRunSummaries, readRun, readRunEvents, requestStoredRun, runFolder } from './run-documents';
export { cancelRun, recordRun, requestRun, retryRun } from './run-requests';
export { listStarters, readStarter } from './starters';
export { closeStudioServer, type StudioServer, studioServer } from './studio-server';
export { diagnose } from './tool-report';
export { verifyReadiness } from './verify-readiness';
