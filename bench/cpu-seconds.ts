import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { plainEnvironment } from '../lib/host/plain-environment';

interface Row {
  readonly parent: number;
  readonly isEnded: boolean;
  readonly ticks: number;
}

/** Clock ticks of a process and of the children that it waited for. Source: proc_pid_stat(5) */
function rowOf(pid: string): Row | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
  return { parent: Number(fields[1]), isEnded: fields[0] === 'Z', ticks };
}

/**
 * CPU seconds of this process and of everything that it started and that ended, however it ended. bubblewrap does not wait
 * for the first process of its namespace, so the time of a whole sandbox would be lost; below `adoptOrphans` such processes
 * become ours, nobody waits for them either, and they can be read as they are.
 */
export function cpuSeconds(): number {
  let ticks = rowOf('self')?.ticks ?? 0;
  for (const pid of readdirSync('/proc')) {
    const row = /^\d+$/.test(pid) ? rowOf(pid) : null;
    if (row?.isEnded && row.parent === process.pid) ticks += row.ticks;
  }
  return ticks / 100;
}

export async function cpuCost(what: () => unknown): Promise<number> {
  const before = cpuSeconds();
  await what();
  return cpuSeconds() - before;
}

const mark = 'PREFIX_STUDIO_BENCH_ADOPTS';

/** Starts this program anew as one that orphans of its children go to (PR_SET_CHILD_SUBREAPER, which Node.js cannot set). */
export function adoptOrphans(): void {
  if (process.env[mark] !== undefined) return;
  const start = 'import ctypes, os, sys; ctypes.CDLL(None).prctl(36, 1, 0, 0, 0); os.execvp(sys.argv[1], sys.argv[1:])';
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const env = { ...process.env, ...plainEnvironment, [mark]: '1' };
  const { status } = spawnSync('python3', ['-c', start, ...again], { stdio: 'inherit', env });
  process.exit(status ?? 1);
}

/** Lowest and middle of some rounds: `0.12 (0.13)`. */
export function lowAndMiddle(rounds: readonly number[], digits: number): string {
  const sorted = [...rounds].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] as number;
  return `${(sorted[0] as number).toFixed(digits)} (${middle.toFixed(digits)})`;
}
