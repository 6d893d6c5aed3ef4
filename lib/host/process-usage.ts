import { readdirSync, readFileSync } from 'node:fs';

/** What a process and everything below it use now. */
export interface ProcessUsage {
  /** resident memory that is not backed by files, in bytes */
  readonly memory: number;
  /** processor time of the living and of the children that they waited for, in seconds */
  readonly processor: number;
  /** processes and threads */
  readonly processes: number;
}

interface Row {
  readonly parent: number;
  readonly ticks: number;
  readonly threads: number;
}

/** Clock ticks a second that Linux shows to programs, on every processor. Source: proc_pid_stat(5), time(7). */
const ticksPerSecond = 100;

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

/** Fields from the third on: the second one, the name in parentheses, may hold anything. */
function rowOf(pid: number): Row | null {
  const text = read(`/proc/${pid}/stat`);
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number): number => Number(fields[index - 3]);
  return { parent: number(4), ticks: number(14) + number(15) + number(16) + number(17), threads: number(20) };
}

/** Anonymous and shared memory; pages of files can be given back. Source: proc_pid_status(5), RssAnon and RssShmem in KiB. */
function memoryOf(pid: number): number {
  const status = read(`/proc/${pid}/status`) ?? '';
  let kibibytes = 0;
  for (const [, count] of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)) kibibytes += Number(count);
  return kibibytes * 1024;
}

/**
 * One look at the process table; answers for any number of root processes what they and all below them use. A process whose
 * parent ended belongs to the first process of its namespace, so nothing in a sandbox gets out of its tree.
 */
export function readProcessTable(): (root: number) => ProcessUsage {
  const rows = new Map<number, Row>();
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    const row = rowOf(pid);
    if (!row) continue;
    rows.set(pid, row);
    const siblings = children.get(row.parent);
    if (siblings) siblings.push(pid);
    else children.set(row.parent, [pid]);
  }
  return (root) => {
    const usage = { memory: 0, processor: 0, processes: 0 };
    const open = [root];
    for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
      const row = rows.get(pid);
      if (!row) continue;
      usage.memory += memoryOf(pid);
      usage.processor += row.ticks / ticksPerSecond;
      usage.processes += row.threads;
      open.push(...(children.get(pid) ?? []));
    }
    return usage;
  };
}
