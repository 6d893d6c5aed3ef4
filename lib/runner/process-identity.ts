import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { WorkerRow } from '../db/schema';

/** What tells this process from every other one, also from a later one with the same pid. */
export function processIdentity(): Pick<WorkerRow, 'host' | 'pid' | 'pid_start'> {
  return { host: hostname(), pid: process.pid, pid_start: startTime(process.pid) ?? 'unknown' };
}

/** How long a worker on another machine may be silent before it counts as gone. */
const silenceMs = 30_000;

/** Is the process of this row gone? On this machine the kernel is asked; elsewhere its heartbeat decides. */
export function isGone(worker: WorkerRow, nowMs: number): boolean {
  if (worker.host !== hostname()) return nowMs - Date.parse(worker.seen_at) > silenceMs;
  const started = startTime(worker.pid);
  return started === null || (worker.pid_start !== 'unknown' && started !== worker.pid_start);
}

/** Start time of a process in clock ticks since boot, with the boot's id; null when there is none. Source: proc(5) */
function startTime(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${fields[19]}`;
  } catch {
    return null;
  }
}
