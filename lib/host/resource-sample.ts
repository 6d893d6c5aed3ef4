import { readdirSync, readFileSync } from 'node:fs';

/** Bytes in a memory page; Linux on x86-64, and what Debian's arm64 kernels use. */
const pageBytes = 4096;

/** Sum of the resident memory of all processes of a session, in bytes. Source: proc_pid_stat(5), fields 6 and 24. */
export function sampleResidentBytes(session: number): number {
  let pages = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statFields(name);
    if (Number(fields[3]) === session) pages += Number(fields[21]);
  }
  return pages * pageBytes;
}

/** Fields from the third on: the second one, the name in parentheses, may hold anything. */
function statFields(pid: string): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
