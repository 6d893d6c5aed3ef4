import { StudioError } from '../errors';

export type RepoErrorCode =
  | 'CONFIG_SYNTAX'
  | 'PROFILE_NOT_FOUND'
  | 'PROFILE_EAPI'
  | 'PROFILE_PARENT'
  | 'REPOSITORY_NOT_FOUND'
  | 'REPOSITORY_INVALID'
  | 'REPOSITORY_TWICE'
  | 'BINARY_INDEX'
  | 'TREE_NOT_FOUND'
  | 'HOST_TABLE';

/** Everything that can be wrong with repositories, profiles and `/etc/portage`. */
export class RepoError extends StudioError<RepoErrorCode> {
  override readonly name = 'RepoError';
}
