import type { FailedStart, ProofCheck } from './events';

/** Did it run, and find something? What could not run on this machine is no failure. */
export const isFailedCheck = (check: ProofCheck): boolean => !check.ok && check.skipped === undefined;

/** Has a proof found something? A run that never came to its proof has none. */
export const isUnproven = (checks: readonly ProofCheck[] | null): boolean => checks?.some(isFailedCheck) ?? false;

export interface CheckCounts {
  readonly passed: number;
  readonly failed: number;
  /** could not run on this machine */
  readonly skipped: number;
  /** of those that failed: besides the one that a headline names */
  readonly others: number;
}

/** How many checks of a proof ended how. All pages and commands count with this. */
export function countChecks(checks: readonly ProofCheck[]): CheckCounts {
  const failed = checks.filter(isFailedCheck);
  const skipped = checks.filter((check) => check.skipped !== undefined).length;
  return {
    passed: checks.length - failed.length - skipped,
    failed: failed.length,
    skipped,
    others: Math.max(0, failed.length - 1),
  };
}

const startsOf = (check: ProofCheck): readonly FailedStart[] => check.findings.flatMap(({ start }) => start ?? []);

/** The checks that failed, those first that name a command of the design: it is the user's own, and often at fault itself. */
export function failedChecks(checks: readonly ProofCheck[]): readonly ProofCheck[] {
  const failed = checks.filter(isFailedCheck);
  return [
    ...failed.filter((check) => startsOf(check).length > 0),
    ...failed.filter((check) => startsOf(check).length === 0),
  ];
}

/** Commands of the design that did not do what they should, each once, however many checks tried it. */
export function failedStarts(checks: readonly ProofCheck[]): readonly FailedStart[] {
  const starts = checks.filter(isFailedCheck).flatMap(startsOf);
  return starts.filter(({ command }, at) => starts.findIndex((other) => other.command === command) === at);
}

/** `returned 1`, or how else it ended. */
export const endOfStart = ({ exitCode, how }: FailedStart): string =>
  exitCode === null || exitCode > 128 ? how : `returned ${exitCode}`;

/** What the proof failed for, as a sentence without its full stop; null: nothing failed. */
export function proofHeadline(checks: readonly ProofCheck[]): string | null {
  const failed = failedChecks(checks);
  const [start, ...others] = failedStarts(checks);
  const [first] = failed;
  if (!first) return null;
  const rest = countChecks(checks).others;
  const more = rest === 0 ? '' : `, and ${rest === 1 ? 'one more check' : `${rest} more checks`} failed`;
  if (!start) return `${first.summary.replace(/\.$/, '')}${more}`;
  const also =
    others.length === 0 ? '' : `, ${others.length === 1 ? 'another one' : `${others.length} others`} failed as well`;
  return `your command \`${start.command}\` ${endOfStart(start)}${also}${more}`;
}
