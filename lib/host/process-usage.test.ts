import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plainEnvironment } from './plain-environment';
import { readProcessTable, readUsageBelow } from './process-usage';

/** A shell that has a child, which has one: waits for its input to end. */
async function threeProcesses(): Promise<{ readonly pid: number; end(): void }> {
  const child = spawn('bash', ['--norc', '-c', '(cat; :); :'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: plainEnvironment,
  });
  child.stdin.write('here');
  await once(child.stdout, 'data');
  return { pid: child.pid ?? 0, end: () => child.stdin.end() };
}

const hasChildren = existsSync(`/proc/${process.pid}/task/${process.pid}/children`);

describe('what a process and those below it use', () => {
  it.skipIf(!hasChildren)('is the same from above as out of the whole table', async () => {
    const { pid, end } = await threeProcesses();
    try {
      const [below, table] = [readUsageBelow(pid), readProcessTable()(pid)];
      expect(table.processes).toBe(3);
      expect(below?.processes).toBe(table.processes);
      expect(below?.processor).toBeCloseTo(table.processor, 1);
      expect(below?.memory).toBeGreaterThan(0);
    } finally {
      end();
    }
  });

  it('counts children of all threads', () => {
    const all = readProcessTable()(process.pid);
    if (hasChildren) expect(readUsageBelow(process.pid)?.processes).toBe(all.processes);
    expect(all.processes).toBeGreaterThan(1);
  });

  it('is nothing for a process that is not there', () => {
    expect(readProcessTable()(2 ** 30)).toEqual({ memory: 0, processor: 0, processes: 0 });
    expect(readUsageBelow(2 ** 30)).toEqual({ memory: 0, processor: 0, processes: 0 });
  });
});
