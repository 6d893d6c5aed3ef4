import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkedOutCommit } from './git-commit';

let base: string;
let checkout: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'commit-'));
  checkout = join(base, 'checkout');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', checkout, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();

function commitSomething(): string {
  mkdirSync(checkout);
  git('init', '-q', '-b', 'a/b-1.0');
  git('commit', '-q', '--allow-empty', '-m', 'first');
  return git('rev-parse', 'HEAD');
}

describe('the commit that is checked out', () => {
  it.each<[string, readonly string[], string]>([
    ['on a branch', [], ''],
    ['with packed refs', ['pack-refs', '--all'], ''],
    ['without a branch', ['checkout', '-q', '--detach'], ''],
    ['in a linked worktree', ['worktree', 'add', '-q', '-b', 'other', '../tree'], '../tree'],
    ['in a folder of the checkout', [], 'sdk_container/src'],
  ])('is what git says: %s', (_, args, place) => {
    const commit = commitSomething();
    if (args.length > 0) git(...args);
    mkdirSync(join(checkout, place), { recursive: true });
    expect(checkedOutCommit(join(checkout, place))).toBe(commit);
  });

  it('is none before the first', () => {
    mkdirSync(checkout);
    git('init', '-q');
    expect(checkedOutCommit(checkout)).toBeNull();
  });

  const secret = 'a'.repeat(40);
  it.each<[string, (gitDir: string) => void]>([
    ['a HEAD that is a link out of it', (dir) => symlinkSync(join(base, 'secret'), join(dir, 'HEAD'))],
    ['a HEAD that names a file elsewhere', (dir) => writeFileSync(join(dir, 'HEAD'), 'ref: ../../secret\n')],
    ['a ref that climbs', (dir) => writeFileSync(join(dir, 'HEAD'), 'ref: refs/../../../secret\n')],
    ['a HEAD that never ends', (dir) => symlinkSync('/dev/zero', join(dir, 'HEAD'))],
    ['a HEAD that waits', (dir) => execFileSync('mkfifo', [join(dir, 'HEAD')])],
    ['a HEAD that is too long', (dir) => writeFileSync(join(dir, 'HEAD'), `${secret}${' '.repeat(5000)}`)],
    ['a HEAD that is no commit', (dir) => writeFileSync(join(dir, 'HEAD'), 'root:x:0:0\n')],
    [
      'a ref that is a link out of it',
      (dir) => {
        writeFileSync(join(dir, 'HEAD'), 'ref: refs/heads/x');
        mkdirSync(join(dir, 'refs/heads'), { recursive: true });
        symlinkSync(join(base, 'secret'), join(dir, 'refs/heads/x'));
      },
    ],
  ])('is none of a checkout with %s', (_, make) => {
    writeFileSync(join(base, 'secret'), secret);
    mkdirSync(join(checkout, '.git'), { recursive: true });
    make(join(checkout, '.git'));
    expect(checkedOutCommit(checkout)).toBeNull();
  });
});
