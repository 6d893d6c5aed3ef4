import { StudioError } from '../errors';

export type EngineErrorCode =
  /** a Manifest line or a distfile that does not fit its Manifest entry */
  | 'MANIFEST_INVALID'
  | 'MANIFEST_MISSING'
  | 'DISTFILE_MISMATCH'
  | 'DISTFILE_UNREACHABLE'
  /** a tree names a source on this machine or its network */
  | 'SOURCE_NOT_PUBLIC'
  | 'SRC_URI_INVALID'
  /** a file of a repository that is a link out of it, no regular file or too large */
  | 'REPOSITORY_FILE_REFUSED'
  | 'CONTENTS_INVALID'
  | 'BINPKG_INVALID'
  | 'BINPKG_MISSING'
  /** what a place of prebuilt packages has, or that it is none */
  | 'PREBUILT_INVALID'
  | 'PREBUILT_UNREACHABLE'
  | 'COLLISION'
  /** the phases of a package left something that no package may hold */
  | 'IMAGE_REFUSED'
  /** an ebuild that fetches while it is built */
  | 'NETWORK_NEEDED'
  | 'PATH_ESCAPES_ROOT'
  | 'JOURNAL_INVALID'
  | 'NOT_INSTALLED'
  | 'PREFIX_BUSY'
  /** somebody is in a shell in the work folder of a package, or builds it */
  | 'PACKAGE_BUSY'
  /** no build left a work folder of that package, or several packages have that name */
  | 'WORK_MISSING'
  | 'WORK_AMBIGUOUS'
  | 'PREFIX_EXISTS'
  | 'PREFIX_MISSING'
  | 'PREFIX_PATH_INVALID'
  | 'TOOL_FAILED'
  | 'TOOL_MISSING'
  | 'EBUILD_MISSING';

export class EngineError extends StudioError<EngineErrorCode> {
  override readonly name = 'EngineError';
}
