/** What can be wrong with a design; closed, so that every view can act on it. */
export type DesignProblemCode =
  | 'YAML_SYNTAX'
  /** too long, too deep, or characters that nobody sees */
  | 'TEXT_LIMIT'
  | 'WRONG_TYPE'
  | 'UNKNOWN_KEY'
  | 'MISSING'
  | 'NAME_EMPTY'
  | 'NAME_CHARACTERS'
  | 'NAME_TOO_LONG'
  | 'BOARD_UNKNOWN'
  | 'PATH_RELATIVE'
  | 'PATH_CHARACTERS'
  | 'PATH_NOT_NORMAL'
  | 'PATH_RESERVED'
  | 'PATH_OUTSIDE_SYSEXT'
  | 'PATH_TOO_LONG'
  | 'NO_PACKAGES'
  | 'ATOM_INVALID'
  | 'ATOM_BLOCKER'
  | 'SET_INVALID'
  | 'DUPLICATE'
  | 'FLAG_INVALID'
  | 'KEYWORD_INVALID'
  | 'LICENSE_INVALID'
  | 'VARIABLE_INVALID'
  | 'VARIABLE_RESERVED'
  | 'VALUE_CHARACTERS'
  | 'REPOSITORY_INVALID'
  | 'SOURCE_INVALID'
  | 'SYSEXT_INVALID'
  | 'SMOKE_INVALID'
  | 'UNKNOWN_PACKAGE'
  | 'UNKNOWN_VERSION'
  | 'UNKNOWN_FLAG'
  | 'UNKNOWN_SET';

/** One thing wrong, at one field. `field` is a dotted path into the document (`packages.0`), '' for the whole. */
export interface DesignProblem {
  readonly field: string;
  readonly code: DesignProblemCode;
  /** what is wrong and why, offending text in backticks */
  readonly message: string;
  /** what to type instead */
  readonly hint: string;
  /** a value which would be right here, when one can be derived */
  readonly suggestion?: string;
  /** 1-based position in the YAML text, when it was parsed from text */
  readonly line?: number;
  readonly column?: number;
}
