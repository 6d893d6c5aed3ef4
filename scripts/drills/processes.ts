import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/**
 * The live processes that have to do with a folder: in their arguments, environment or working directory, or in a mount of
 * theirs, by which also those are found that a sandbox stripped of everything else.
 */
export function processesOf(folder: string): readonly FoundProcess[] {
  const found: FoundProcess[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const command = read(pid, 'cmdline').replaceAll('\0', ' ').trim();
    const isOurs =
      command.includes(folder) ||
      folderOf(pid).startsWith(folder) ||
      read(pid, 'environ').includes(folder) ||
      read(pid, 'mountinfo').includes(folder);
    // a zombie has neither arguments nor memory
    if (isOurs && command !== '') found.push({ pid, command: command.slice(0, 200) });
  }
  return found;
}

/** Ids of the children of a process. */
export function childrenOf(pid: number): readonly number[] {
  return read(pid, `task/${pid}/children`)
    .split(' ')
    .filter((word) => word !== '')
    .map(Number);
}

export function commandOf(pid: number): string {
  return read(pid, 'cmdline').replaceAll('\0', ' ').trim();
}

export function isAlive(pid: number): boolean {
  return read(pid, 'cmdline') !== '';
}

/** What is left of a folder's processes after `patienceMs`; what is left then is killed, so that the next trial starts clean. */
export async function endedProcesses(folder: string, patienceMs: number): Promise<readonly FoundProcess[]> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const left = processesOf(folder);
    if (left.length === 0) return [];
    if (performance.now() > until) {
      for (const { pid } of left) killQuietly(pid);
      return left;
    }
    await wait(100);
  }
}

export function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself
  }
}
