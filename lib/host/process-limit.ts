import { readFileSync } from 'node:fs';
import { release } from 'node:os';

/*
 * How the kernel counts processes against RLIMIT_NPROC. Before Linux 5.14: all of a user, in whichever sandbox. Since then: those
 * of a user in a user namespace against the limit of the process that forks, and in each namespace above against the limit
 * that was in force when the one below was made. Sandboxes share a user. So each is made under the highest limit that there is, one
 * for all of them, and its own limit is set once it is inside: what one sandbox starts is then never counted against the
 * limit of another. Source: Linux, kernel/ucount.c (is_rlimit_overlimit), kernel/user_namespace.c (set_userns_rlimit_max).
 */

/** Does a kernel count the processes of each user namespace apart? `version`: as `uname -r` says it. */
export function countsApart(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number.parseFloat);
  return major > 5 || (major === 5 && minor >= 14);
}

/** Processes that this user may have, by the hard limit in a text like /proc/self/limits. */
export function hardLimitIn(text: string): number {
  const hard = /^Max processes +\S+ +(\d+)/m.exec(text)?.[1];
  return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
}

let known: number | undefined;

/** How many processes this user may have on this machine, ever; Infinity: no limit. */
export function mostProcesses(): number {
  known ??= hardLimitIn(readFileSync('/proc/self/limits', 'utf8'));
  return known;
}

/**
 * A process that is refused counts for that moment, so that a crowd that does nothing but fork stays a few below what the kernel
 * allows. It allows this share more than the limit: the watch then sees that there were more, ends it, and says why.
 */
const marginShare = 8;

/** What the kernel enforces inside of a sandbox; null: it cannot count them apart. */
export function processCeiling(processes: number, version = release()): number | null {
  return countsApart(version) ? Math.min(processes + Math.ceil(processes / marginShare), mostProcesses()) : null;
}

/** Where all sandboxes of a user are counted together, more than a few large builds have, and less than a machine. */
const mostTogether = 16_384;

/** The limit under which sandboxes are made, the same for all; a value for `prlimit --nproc`. */
export function sharedCeiling(version = release()): string {
  const ceiling = countsApart(version) ? mostProcesses() : Math.min(mostProcesses(), mostTogether);
  return Number.isFinite(ceiling) ? `${ceiling}` : 'unlimited';
}
