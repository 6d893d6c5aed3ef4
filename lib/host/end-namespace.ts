import { readFileSync } from 'node:fs';

/** Is it the first process of a process namespace of its own? The last number of NSpid is the one that it has in there. */
function isFirst(pid: number): boolean {
  try {
    return /^NSpid:(?:\t\d+)+\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Ends the first process of a namespace, and by that the kernel ends all others of it. A number that belongs to somebody else by
 * now is left alone.
 */
export function endNamespace(pid: number): void {
  if (!isFirst(pid)) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it went meanwhile
  }
}
