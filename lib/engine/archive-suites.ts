import { archiveSuitesVariable } from '../layout/asked-suites';

/** Suites of Debian that a later release's packages come from before they are released; their indices may be out of date. */
export const laterSuites = ['forky', 'sid', 'experimental'] as const;

/** Suites of Debian that are asked without being told to, where the host is a Debian. */
export const releasedSuites = ['bookworm', 'trixie'] as const;

/** Is it the name of a suite that apt may be given? */
export const isSuite = (text: string): boolean => /^[a-z0-9][a-z0-9./-]*$/.test(text);

/** The suites of `PREFIX_STUDIO_ARCHIVE_SUITES`. */
export function furtherSuites(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly string[] {
  return (environment[archiveSuitesVariable] ?? '').split(/[\s,]+/).filter(isSuite);
}

/** A suite that moves on: an index of it that is past its date is used all the same, because the Manifest decides. */
export const isLaterSuite = (suite: string): boolean => (laterSuites as readonly string[]).includes(suite);
