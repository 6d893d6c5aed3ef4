import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tryLockFile, withFileLock } from './file-lock';

let base: string;
let path: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(base, 'deep/er/lock');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

it('is held by one and says by whom', async () => {
  const first = await tryLockFile(path, 'build');
  expect(await tryLockFile(path, 'remove')).toMatchObject({
    kind: 'busy',
    holder: { pid: process.pid, purpose: 'build' },
  });
  if (first.kind === 'locked') await first.lock.release();
  expect((await tryLockFile(path, 'remove')).kind).toBe('locked');
  expect(readdirSync(join(base, 'deep/er'))).toEqual(['lock']);
});

it('is taken over from a process that ended, and from one whose number was given away again', async () => {
  await tryLockFile(path, 'build');
  const holder = JSON.parse(readFileSync(path, 'utf8'));
  const { pid } = spawnSync('true');
  writeFileSync(path, JSON.stringify({ ...holder, pid }));
  expect((await tryLockFile(path, 'next')).kind).toBe('locked');
  writeFileSync(path, JSON.stringify({ ...holder, startTicks: '1' }));
  expect((await tryLockFile(path, 'next')).kind).toBe('locked');
  writeFileSync(path, JSON.stringify({ ...holder, boot: 'before the restart' }));
  expect((await tryLockFile(path, 'next')).kind).toBe('locked');
});

it('is never taken from another machine that shares the folder', async () => {
  await tryLockFile(path, 'build');
  const holder = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...holder, host: 'elsewhere', pid: 1 }));
  expect((await tryLockFile(path, 'next')).kind).toBe('busy');
});

it('lets waiting work run one after the other, also after a failure', async () => {
  const order: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    order.push(`${name} in`);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(`${name} out`);
    if (name === 'a') throw new Error('no');
  };
  const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => withFileLock(path, name, work(name))));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  for (let i = 0; i < order.length; i += 2) expect(order[i]?.[0]).toBe(order[i + 1]?.[0]);
  expect(existsSync(path)).toBe(false);
});
