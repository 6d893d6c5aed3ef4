import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CloneOptions, cloneInto, cloneLimits } from './clone';

let base: string;
let source: string;
let target: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'clone-'));
  source = join(base, 'source');
  target = join(base, 'home/target');
  mkdirSync(source);
  git('init', '-q');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function gitWith(input: string | Buffer, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
  return execFileSync('git', ['-C', source, ...who, ...args], { input, stdio: ['pipe', 'pipe', 'pipe'] })
    .toString()
    .trim();
}
const git = (...args: readonly string[]): string => gitWith('', ...args);

function commitFiles(): void {
  git('add', '-A');
  git('commit', '-q', '-m', 'files');
}

const clone = (options: CloneOptions = {}) => cloneInto(`file://${source}`, target, options);

const isLeft = (): boolean => existsSync(join(base, 'home')) && readdirSync(join(base, 'home')).length > 0;

describe('what a repository expands to', () => {
  /** A tree of `width` equal trees, `depth` times: few objects, `width ** depth` files. */
  function commitFolds(width: number, depth: number): void {
    let [kind, id] = ['100644 blob', gitWith('x', 'hash-object', '-w', '--stdin')];
    for (let at = 0; at < depth; at++) {
      const rows = Array.from({ length: width }, (_, name) => `${kind} ${id}\tf${name}\n`).join('');
      [kind, id] = ['040000 tree', gitWith(rows, 'mktree')];
    }
    git('update-ref', 'HEAD', git('commit-tree', '-m', 'folds', id));
  }

  it('may be what the limits allow', async () => {
    commitFolds(4, 3);
    await clone({ limits: { ...cloneLimits, files: 64, checkedOutBytes: 64 } });
    expect(existsSync(join(target, 'f0/f1/f3'))).toBe(true);
  });

  it('is refused before it is written when it has too many files, and nothing is left', async () => {
    commitFolds(10, 12);
    await expect(clone()).rejects.toMatchObject({
      code: 'CLONE_FAILED',
      message: expect.stringContaining('holds more than 1000000 files'),
    });
    expect(isLeft()).toBe(false);
  });

  it('is refused before it is written when it is too large, and nothing is left', async () => {
    writeFileSync(join(source, 'zeros'), Buffer.alloc(2 ** 20));
    commitFiles();
    const limits = { ...cloneLimits, checkedOutBytes: 2 ** 20 - 1 };
    await expect(clone({ limits })).rejects.toThrow('its files have more than 1048575 bytes');
    expect(isLeft()).toBe(false);
  });

  it('is ended while it is received, when that is too much', async () => {
    for (let at = 0; at < 3; at++) writeFileSync(join(source, `f${at}`), `${at}`);
    commitFiles();
    await expect(clone({ limits: { ...cloneLimits, receivedBytes: 1 } })).rejects.toThrow('sends more than 1 bytes');
    expect(isLeft()).toBe(false);
  });
});

describe('a hostile repository', () => {
  const blob = (text = 'evil') => gitWith(text, 'hash-object', '-w', '--stdin');

  /** A commit of one tree, whose entries are not judged by git. */
  function commitTree(...entries: readonly (readonly [mode: string, name: string, id: string])[]): void {
    const rows = entries.flatMap(([mode, name, id]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
    const id = gitWith(Buffer.concat(rows), 'hash-object', '-t', 'tree', '-w', '--literally', '--stdin');
    git('update-ref', 'HEAD', git('commit-tree', '-m', 'evil', id));
  }

  function commitModules(settings: string): void {
    writeFileSync(join(source, '.gitmodules'), `[submodule "m"]\n\t${settings}\n`);
    commitFiles();
  }

  it.each([
    ['a file called ..', () => commitTree(['100644', '..', blob()])],
    ['a name with dots', () => commitTree(['100644', '../../evil', blob()])],
    ['an absolute name', () => commitTree(['100644', '/tmp/evil', blob()])],
    ['a .git of its own', () => commitTree(['120000', '.git', blob('/etc')])],
    ['a .GIT of its own', () => commitTree(['100644', '.GIT', blob()])],
    ['a git~1 of its own', () => commitTree(['100644', 'git~1', blob()])],
    ['a .gitmodules that is a link', () => commitTree(['120000', '.gitmodules', blob('/etc/passwd')])],
    ['a submodule with a command', () => commitModules(`path = m\n\turl = x\n\tupdate = !touch ${base}/ran`)],
    ['a submodule with an option', () => commitModules('path = m\n\turl = --upload-pack=evil')],
    ['two entries of a name', () => commitTree(['120000', 'x', blob('/etc')], ['040000', 'x', git('mktree')])],
  ])('with %s is refused, and nothing is left', async (_what, make) => {
    make();
    await expect(clone()).rejects.toMatchObject({ code: 'CLONE_FAILED' });
    expect(isLeft()).toBe(false);
  });

  it('runs nothing: no hooks, filters, monitors or submodules, nor what its own settings name', async () => {
    const ran = join(base, 'ran');
    const touch = `touch ${ran}; cat`;
    writeFileSync(join(source, '.gitattributes'), '* filter=evil diff=evil merge=evil\n');
    writeFileSync(join(source, '.gitmodules'), `[submodule "m"]\n\tpath = m\n\turl = file://${base}\n`);
    commitFiles();
    for (const [name, value] of [
      ...['core.fsmonitor', 'core.sshCommand', 'core.editor', 'core.pager', 'core.askPass', 'credential.helper'],
      ...['filter.evil.smudge', 'filter.evil.process', 'diff.evil.textconv', 'uploadpack.packObjectsHook'],
      ...['alias.checkout', 'alias.ls-tree', 'receive.procReceiveRefs'],
    ].map((setting) => [setting, setting.startsWith('alias') ? `!${touch}` : touch])) {
      git('config', name as string, value as string);
    }
    for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-commit']) {
      writeFileSync(join(source, '.git/hooks', hook), `#!/bin/sh\n${touch}\n`, { mode: 0o755 });
    }
    rmSync(ran, { force: true });
    await clone();
    expect(existsSync(join(target, '.gitmodules'))).toBe(true);
    expect(existsSync(ran)).toBe(false);
    expect(readdirSync(join(target, '.git'))).not.toContain('hooks');
  });

  it('that is empty is no tree', async () => {
    await expect(clone()).rejects.toMatchObject({ code: 'CLONE_FAILED' });
    expect(isLeft()).toBe(false);
  });
});

describe('a clone that nobody wants any more', () => {
  it('ends with the helper that waits for a server which never answers', async () => {
    const server = createServer(() => {});
    const asked = once(server, 'request');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const cancel = new AbortController();
    const cloned = cloneInto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`, target, {
      signal: cancel.signal,
    });
    const [request] = (await asked) as [{ readonly socket: Socket }];
    // the helper holds the connection; the kernel closes it when the helper is dead
    const closed = once(request.socket, 'close');
    cancel.abort();
    await expect(cloned).rejects.toThrow('aborted');
    await closed;
    expect(isLeft()).toBe(false);
    server.close();
  });

  it('does not begin when that is known before', async () => {
    await expect(clone({ signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(isLeft()).toBe(false);
  });
});
