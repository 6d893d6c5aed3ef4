import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProcessState, processState } from './process-state';

/** Above every limit of the kernel (pid_max), so that nobody has it. */
const nobody = 2 ** 22 + 1;
let proc: string;

/** A line of `/proc/PID/stat`; source: proc_pid_stat(5). */
const stat = (pid: number, name: string, state: string, startTicks: number): string =>
  `${pid} (${name}) ${state} 1 ${pid} ${pid} 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 1 0 ${startTicks} 1000 100\n`;

beforeAll(() => {
  proc = mkdtempSync(join(tmpdir(), 'proc-'));
});
afterAll(() => rmSync(proc, { recursive: true, force: true }));

describe('a process number', () => {
  const alive = (startTicks: string): ProcessState => ({ kind: 'alive', startTicks });
  it.each<[string, string, ProcessState]>([
    ['runs', stat(nobody, 'node', 'R', 4711), alive('4711')],
    ['sleeps', stat(nobody, 'node', 'S', 4711), alive('4711')],
    ['waits for a disk', stat(nobody, 'node', 'D', 4711), alive('4711')],
    ['is stopped', stat(nobody, 'node', 'T', 4711), alive('4711')],
    ['is a zombie', stat(nobody, 'node', 'Z', 4711), { kind: 'gone' }],
    ['is dead', stat(nobody, 'node', 'X', 4711), { kind: 'gone' }],
    ['was given to a later process', stat(nobody, 'bash', 'S', 4712), alive('4712')],
    ['has a name that looks like a state', stat(nobody, 'a) Z 1 (b', 'S', 4711), alive('4711')],
    ['has a name of two lines', stat(nobody, 'a)\nZ', 'S', 4711), alive('4711')],
    ['ends while it is read', '', { kind: 'gone' }],
  ])('%s', (_, text, state) => {
    mkdirSync(join(proc, `${nobody}`), { recursive: true });
    writeFileSync(join(proc, `${nobody}/stat`), text);
    expect(processState(nobody, proc)).toEqual(state);
  });

  it('is hidden where /proc does not show it (hidepid) and the kernel knows it', () => {
    expect(processState(process.pid, proc)).toEqual({ kind: 'hidden' });
  });

  it('is gone where neither knows it', () => {
    expect(processState(nobody - 1, proc)).toEqual({ kind: 'gone' });
  });
});
