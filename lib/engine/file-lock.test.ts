import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LockAttempt, lockFile, tryLockFile, withFileLock } from './file-lock';

let base: string;
let path: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(base, 'deep/er/lock');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(base, { recursive: true, force: true });
});

const kindOf = async (attempt: Promise<LockAttempt>): Promise<string> => {
  const result = await attempt;
  if (result.kind === 'locked') await result.lock.release();
  return result.kind;
};

/** Another program that holds the lock, and says so. */
async function holdElsewhere(wrapper: readonly string[] = []): Promise<ChildProcess> {
  spawnSync('mkdir', ['-p', join(path, '..')]);
  const [command = '', ...args] = [...wrapper, 'flock', '-x', path, 'sh', '-c', 'echo held; exec sleep 1000'];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  children.push(child);
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

it('is held by one and says by whom; nothing stays behind', async () => {
  const first = await tryLockFile(path, 'build');
  expect(await tryLockFile(path, 'remove')).toMatchObject({
    kind: 'busy',
    holder: { pid: process.pid, host: hostname(), purpose: 'build' },
  });
  if (first.kind === 'locked') await first.lock.release();
  expect(await kindOf(tryLockFile(path, 'remove'))).toBe('locked');
  expect(readdirSync(join(base, 'deep/er'))).toEqual([]);
});

describe('what an earlier holder left', () => {
  const holder = { host: hostname(), space: 'boot/pid:[1]', pid: 1, purpose: 'build' };
  it.each([
    ['nothing in the file, as after a full disk', ''],
    ['half of a text', '{"host": "x'],
    ['a recreated container: another host name', JSON.stringify({ ...holder, host: 'f00dcafe' })],
    ['this machine before it was started again', JSON.stringify(holder)],
    ['a number that another process has now', JSON.stringify({ ...holder, pid: process.pid })],
  ])('does not keep anybody out: %s', async (_, text) => {
    spawnSync('mkdir', ['-p', join(path, '..')]);
    writeFileSync(path, text);
    expect(await kindOf(tryLockFile(path, 'next'))).toBe('locked');
  });

  it.each([
    ['local', 'elsewhere', 'locked'],
    ['network', 'elsewhere', 'locked'],
    // the kernel cannot know, so the file is believed
    ['unlocked', 'elsewhere', 'busy'],
    ['unlocked', hostname(), 'locked'],
  ] as const)('on a file system that is %s, by a machine called %s: %s', async (sharing, host, kind) => {
    spawnSync('mkdir', ['-p', join(path, '..')]);
    writeFileSync(path, JSON.stringify({ ...holder, host }));
    expect(await kindOf(tryLockFile(path, 'next', { sharing }))).toBe(kind);
  });
});

describe('a holder that is another process', () => {
  const canUnshare = spawnSync('unshare', ['-rpuf', '--mount-proc', 'true']).status === 0;

  it('keeps everybody out while it lives, and nobody once it was killed', async () => {
    const child = await holdElsewhere();
    expect(await kindOf(tryLockFile(path, 'next'))).toBe('busy');
    process.kill(-(child.pid as number), 'SIGKILL');
    await once(child, 'exit');
    // others of its group may end a moment later
    await vi.waitFor(async () => expect(await kindOf(tryLockFile(path, 'next'))).toBe('locked'), { timeout: 300_000 });
  });

  it.runIf(canUnshare)('is seen from another container, with other host name and process numbers', async () => {
    const rename = 'hostname other 2>/dev/null; exec "$@"';
    const child = await holdElsewhere(['unshare', '-rpuf', '--kill-child', '--mount-proc', 'sh', '-c', rename, 'sh']);
    expect(await kindOf(tryLockFile(path, 'next'))).toBe('busy');
    process.kill(-(child.pid as number), 'SIGKILL');
    await lockFile(path, 'next').then((lock) => lock.release());
  });

  it('does not count as a zombie', async () => {
    spawnSync('mkdir', ['-p', join(path, '..')]);
    // the shell becomes a sleep that never collects its child
    const script = `flock -x "$0" sh -c 'echo held' & wait_for_it=$!; exec sleep 1000`;
    const parent = spawn('sh', ['-c', script, path], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    children.push(parent);
    await once(parent.stdout as NodeJS.ReadableStream, 'data');
    await lockFile(path, 'next').then((lock) => lock.release());
    expect(existsSync(path)).toBe(false);
  });
});

describe('a lock under another one', () => {
  it('is held as long as that one, without a lock of its own in the kernel', async () => {
    const under = join(base, 'outer');
    const outer = await lockFile(under, 'a run');
    const inner = await tryLockFile(path, 'a build', { under });
    expect(inner.kind).toBe('locked');
    expect(spawnSync('flock', ['-n', path, 'true']).status).toBe(0);
    expect(await tryLockFile(path, 'a shell')).toMatchObject({ kind: 'busy', holder: { purpose: 'a build' } });
    if (inner.kind === 'locked') await inner.lock.release();
    expect(await kindOf(tryLockFile(path, 'a shell'))).toBe('locked');
    await outer.release();
    expect(readdirSync(base, { recursive: true }).sort()).toEqual(['deep', 'deep/er']);
  });

  it('is free when that one is, whatever its holder left', async () => {
    const under = join(base, 'outer');
    const outer = await lockFile(under, 'a run');
    await tryLockFile(path, 'a build', { under });
    await outer.release();
    expect(existsSync(path)).toBe(true);
    expect(await kindOf(tryLockFile(path, 'a shell'))).toBe('locked');
  });

  it('is free for the next one that holds that one', async () => {
    const under = join(base, 'outer');
    await (await lockFile(under, 'a run')).release();
    mkdirSync(join(base, 'deep/er'), { recursive: true });
    writeFileSync(path, JSON.stringify({ host: hostname(), space: '', pid: 1, purpose: 'a build', under }));
    const outer = await lockFile(under, 'the next run');
    expect(await tryLockFile(path, 'a shell')).toMatchObject({ kind: 'busy' });
    expect(await kindOf(tryLockFile(path, 'its build', { under }))).toBe('locked');
    await outer.release();
  });

  it('waits for nobody who has it in the kernel', async () => {
    const child = await holdElsewhere();
    expect(await kindOf(tryLockFile(path, 'a build', { under: join(base, 'outer') }))).toBe('busy');
    process.kill(-(child.pid as number), 'SIGKILL');
  });
});

it('is not handed on to programs that its holder starts', async () => {
  const lock = await lockFile(path, 'build');
  const child = spawn('sh', ['-c', 'echo ready; read -r line'], { detached: true });
  children.push(child);
  // it has opened what it opens to start, and waits now
  await once(child.stdout, 'data');
  const open = readdirSync(`/proc/${child.pid}/fd`).map((fd) => readlinkSync(`/proc/${child.pid}/fd/${fd}`));
  expect(open).not.toContain(path);
  await lock.release();
});

it('stops waiting when it is told to', async () => {
  const lock = await lockFile(path, 'build');
  const stop = new AbortController();
  const waiting = lockFile(path, 'next', { signal: stop.signal });
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await lock.release();
  expect(await kindOf(tryLockFile(path, 'next'))).toBe('locked');
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
  expect(results.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
  for (let i = 0; i < order.length; i += 2) expect(order[i]?.[0]).toBe(order[i + 1]?.[0]);
  expect(existsSync(path)).toBe(false);
});

it('says in its file who holds it', async () => {
  const lock = await lockFile(path, 'build');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, purpose: 'build' });
  await lock.release();
});
