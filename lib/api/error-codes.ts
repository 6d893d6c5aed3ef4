import type { DbErrorCode } from '../db/errors';
import type { DriverErrorCode } from '../drivers/seam/errors';
import type { EngineErrorCode } from '../engine/errors';
import type { DiskErrorCode } from '../host/disk-error';
import type { HostErrorCode } from '../host/errors';
import type { InspectErrorCode } from '../inspect/errors';
import type { OverlayErrorCode } from '../overlay/errors';
import type { PlanErrorCode } from '../plan/errors';
import type { PmsErrorCode } from '../pms/errors';
import type { RepoErrorCode } from '../repo/errors';
import type { SysextErrorCode } from '../sysext/errors';

/** What `lib/runner` throws: it stands above this folder, and its codes go over the wire all the same. */
export type RunnerErrorCode =
  | 'PREFIX_BUSY'
  | 'RUN_FINISHED'
  | 'DESIGN_INVALID'
  | 'LOG_UNKNOWN'
  | 'STARTER_UNKNOWN'
  | 'NOT_BUILT'
  | 'NOT_PLANNED'
  | 'PROOF_FAILED'
  | 'IMAGE_REPLACED'
  | 'TREE_BUSY'
  | 'TREE_UNKNOWN'
  | 'FILE_UNKNOWN'
  | 'TOOL_MISSING'
  | 'TOO_BUSY'
  | 'PLANNER_ENDED';

/** What is wrong with a request before any work begins. */
export type ApiErrorCode =
  | 'REQUEST_INVALID'
  | 'URL_INVALID'
  | 'URL_TOO_LONG'
  | 'HEADERS_TOO_LARGE'
  | 'EXPECTATION_UNKNOWN'
  | 'REQUEST_TOO_SLOW'
  | 'ROUTE_UNKNOWN'
  | 'METHOD_NOT_ALLOWED'
  | 'MEDIA_TYPE'
  | 'BODY_TOO_LARGE'
  | 'BODY_NOT_JSON'
  | 'RANGE_OUTSIDE'
  | 'UNAUTHORIZED'
  | 'TOO_MANY_ATTEMPTS'
  | 'FOREIGN_HOST'
  | 'FOREIGN_ORIGIN'
  | 'STARTING'
  | 'REBUILT'
  /** a command and the server have other settings */
  | 'SETTINGS_DIFFER'
  /** the server ended before it had answered */
  | 'SERVER_AWAY'
  /** words of a command line */
  | 'WRONG_USE';

/** Every code that an answer of the server may carry. */
export type StudioErrorCode =
  | HostErrorCode
  | PmsErrorCode
  | RepoErrorCode
  | InspectErrorCode
  | DbErrorCode
  | DiskErrorCode
  | EngineErrorCode
  | SysextErrorCode
  | PlanErrorCode
  | OverlayErrorCode
  | DriverErrorCode
  | RunnerErrorCode
  | ApiErrorCode
  /** a fault of ours */
  | 'INTERNAL';
