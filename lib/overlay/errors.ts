import { StudioError } from '../errors';

export type OverlayErrorCode =
  /** no repository that was asked has such an ebuild */
  | 'PACKAGE_UNKNOWN'
  /** the folder that an ebuild is to come from is none of ebuilds */
  | 'NO_REPOSITORY'
  /** it is not in the overlay */
  | 'NOT_TAKEN'
  /** the design has another repository of the overlay's name */
  | 'OVERLAY_NAME'
  | 'OVERLAY_FILE_UNKNOWN'
  /** it was changed since it was read */
  | 'OVERLAY_FILE_STALE'
  /** a file that cannot be read or written as a part of an overlay */
  | 'OVERLAY_FILE_REFUSED'
  /** it cannot be sourced, so nothing is known of its files */
  | 'EBUILD_UNREADABLE'
  /** a change of the Manifest, or an update, is accepted that is not the one that was shown */
  | 'NOT_AS_SHOWN'
  | 'UPDATE_CONFLICT'
  | 'PATCH_INVALID';

/** What can go wrong with the overlay of a prefix. */
export class OverlayError extends StudioError<OverlayErrorCode> {
  override readonly name = 'OverlayError';
}
