import { readFileSync, readlinkSync } from 'node:fs';

/** What the kernel tells of a process number. `startTicks` tells a process from a later one with the same number. */
export type ProcessState =
  | { readonly kind: 'alive'; readonly startTicks: string }
  /** there is none, or only the remains (a zombie) that its parent has not collected */
  | { readonly kind: 'gone' }
  /** it is there, but /proc does not show it to this user (mount option hidepid) */
  | { readonly kind: 'hidden' };

/** Reads `/proc/PID/stat`; the name in it may hold blanks and brackets. Source: proc_pid_stat(5), fields 3 and 22. */
export function parseProcessStat(text: string): ProcessState {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  if (state === '' || 'ZXx'.includes(state)) return { kind: 'gone' };
  return { kind: 'alive', startTicks: fields[19] ?? '' };
}

/** `proc`: where the kernel shows its processes. */
export function processState(pid: number, proc = '/proc'): ProcessState {
  try {
    return parseProcessStat(readFileSync(`${proc}/${pid}/stat`, 'utf8'));
  } catch {
    return exists(pid) ? { kind: 'hidden' } : { kind: 'gone' };
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Where process numbers of this process mean something: boot of the machine and PID namespace. Two containers on one machine
 * differ, and so do two machines that have the same name.
 */
export function processSpace(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}
