import { StudioError } from '../errors';

export type PlanErrorCode =
  | 'TREE_UNKNOWN'
  | 'TREE_EXISTS'
  /** a path that is none of an ebuild in its repository */
  | 'EBUILD_FILE'
  | 'TREE_NAME'
  | 'REPOSITORY_MISSING'
  | 'REPOSITORY_COMMIT'
  | 'IMPORT_UNREADABLE'
  | 'CLONE_FAILED'
  | 'GIT_MISSING'
  | 'METADATA_STOPPED'
  | 'EMERGE_SETTING'
  | 'EXPORT_NOT_EMPTY'
  | 'EXPORT_INCOMPLETE'
  | 'BOOTSTRAP_WAY'
  | 'NOT_IN_SYSTEM'
  | 'NAME_UNKNOWN'
  | 'NAME_AMBIGUOUS';

/** What can go wrong between a design and its plan. */
export class PlanError extends StudioError<PlanErrorCode> {
  override readonly name = 'PlanError';
}
