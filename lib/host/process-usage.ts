import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

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

/** Files of /proc say that they are empty, so that readFileSync would make room anew for each piece of each; thousands are read. */
const room = Buffer.alloc(1 << 16);

function read(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    let text = '';
    for (;;) {
      const length = readSync(file, room);
      if (length === 0) return text;
      text += room.toString('latin1', 0, length);
    }
  } catch {
    return null;
  } finally {
    closeSync(file);
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

function childrenOf(pid: number, threads: number): readonly number[] | null {
  const parts: string[] = [];
  let ids: readonly string[] = [`${pid}`];
  if (threads > 1) {
    try {
      ids = readdirSync(`/proc/${pid}/task`);
    } catch {
      return [];
    }
  }
  for (const id of ids) {
    const text = read(`/proc/${pid}/task/${id}/children`);
    if (text !== null) parts.push(text);
  }
  // no such file though the process is there: a kernel without it
  if (parts.length === 0) return read(`/proc/${pid}/stat`) === null ? [] : null;
  return parts
    .join(' ')
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
}

/** What is asked of: one process, its children. */
interface Processes {
  row(pid: number): Row | null;
  children(pid: number, row: Row): readonly number[] | null;
}

/** null: the kernel does not tell of children. */
function usageBelow(root: number, most: number, processes: Processes): ProcessUsage | null {
  const usage = { memory: 0, processor: 0, processes: 0 };
  const open = [root];
  for (let pid = open.pop(); pid !== undefined && usage.processes <= most; pid = open.pop()) {
    const row = processes.row(pid);
    if (!row) continue;
    usage.memory += memoryOf(pid);
    usage.processor += row.ticks / ticksPerSecond;
    usage.processes += row.threads;
    const children = processes.children(pid, row);
    if (children === null) return null;
    open.push(...children);
  }
  return usage;
}

/**
 * What a process and all below it use, found from above: costs as much as there is below it, and not as there is on the
 * machine. A child may be missing from one look when others end at that moment. What is more than `most` processes is not counted
 * to the end. null: this kernel cannot tell. Source: proc_pid_task(5), children.
 */
export function readUsageBelow(root: number, most = Number.POSITIVE_INFINITY): ProcessUsage | null {
  return usageBelow(root, most, { row: rowOf, children: (pid, { threads }) => childrenOf(pid, threads) });
}

/**
 * One look at the process table; answers for any number of root processes what they and all below them use, as `readUsageBelow`. A process whose
 * parent ended belongs to the first process of its namespace, so nothing in a sandbox gets out of its tree.
 */
export function readProcessTable(): (root: number, most?: number) => ProcessUsage {
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
  const table: Processes = { row: (pid) => rows.get(pid) ?? null, children: (pid) => children.get(pid) ?? [] };
  return (root, most = Number.POSITIVE_INFINITY) =>
    usageBelow(root, most, table) ?? { memory: 0, processor: 0, processes: 0 };
}
