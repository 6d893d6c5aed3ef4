const statusOfCode: Readonly<Record<string, number>> = {
  UNAUTHORIZED: 401,
  FOREIGN_HOST: 403,
  FOREIGN_ORIGIN: 403,
  OUTSIDE_ROOT: 403,
  RUN_UNKNOWN: 404,
  PREFIX_UNKNOWN: 404,
  STARTER_UNKNOWN: 404,
  TREE_UNKNOWN: 404,
  NO_SUCH_FILE: 404,
  NO_ROOT: 404,
  FILE_UNKNOWN: 404,
  LOG_UNKNOWN: 404,
  NOT_BUILT: 404,
  PREFIX_EXISTS: 409,
  TREE_EXISTS: 409,
  PREFIX_MISSING: 404,
  STALE_REVISION: 409,
  PREFIX_BUSY: 409,
  RUN_FINISHED: 409,
  DESIGN_INVALID: 422,
  BODY_TOO_LARGE: 413,
  TOOL_MISSING: 503,
  GIT_MISSING: 503,
  CLONE_FAILED: 502,
  DATABASE_OPEN: 503,
  INTERNAL: 500,
};

/** The HTTP status of an error code; codes without a row are bad input: 400. */
export function httpStatus(code: string): number {
  return statusOfCode[code] ?? 400;
}
