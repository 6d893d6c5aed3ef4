import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTree } from '../host/remove-tree';
import { readImage } from './read-image';
import { takeImage } from './take-image';

let base: string;
let image: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'take-'));
  image = join(base, 'app-evil/evil-1/image');
  mkdirSync(join(image, 'opt/demo'), { recursive: true });
});
afterEach(() => removeTree(base));

/** Runs bash in EROOT of the image; `D` is the image. */
const bash = (script: string): void =>
  void execFileSync('bash', ['-ec', script], {
    cwd: join(image, 'opt/demo'),
    env: { ...process.env, D: image, LC_ALL: 'C.UTF-8' },
  });

const refusals: readonly [what: string, script: string, problem: string][] = [
  ['a socket', `python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("s")'`, 'a socket: `/opt/demo/s`'],
  ['a name that is not UTF-8', `touch $'a\\xff\\n'`, 'in `/opt/demo` that is not UTF-8: `a\\xff\\n`'],
  ['a name with a line break', `touch $'a\\nobj'`, 'with control characters: `a\\nobj`'],
  ['a name that moves the cursor', `touch $'a\\e[2K'`, 'with control characters: `a\\x1b[2K`'],
  ['a target with a line break', `ln -s $'a\\nb' l`, 'the target of the link `/opt/demo/l`'],
  ['a target that is not UTF-8', `ln -s $'\\xff' l`, 'that is not UTF-8: `\\xff`'],
  ['a link with an arrow', `ln -s x 'a -> b'`, 'an arrow in its name: `/opt/demo/a -> b`'],
  ['sparse giants', 'truncate -s 90G x{1..3}', '(limit `holes`)'],
  [
    'a path that is longer than a path can be',
    'for i in {1..20}; do mkdir -p $(printf d%.0s {1..200}); cd d*; done',
    '(limit `path`)',
  ],
  ['directories deeper than the limit', `mkdir -p $(printf 'd/%.0s' {1..300})`, 'more than 256 nested directories'],
  [
    'a path outside the prefix',
    `mkdir -p "$D/usr/bin"; touch "$D/usr/bin/x"`,
    '1 path outside the prefix `/opt/demo`: `/usr/bin/x`',
  ],
  [
    'many paths outside',
    `touch "$D"/{01..12}`,
    '12 paths outside the prefix `/opt/demo`: `/01`, `/02`, `/03`, `/04`, `/05`, `/06`, `/07`, `/08`, `/09`, `/10` and 2 more',
  ],
  ['an invisible path outside', `touch "$D"/$'a\\u202eb'`, '`/a\\u{202e}b`'],
  ['an empty directory outside', `mkdir "$D/opt/demo2"`, '`/opt/demo2`'],
  ['a link above the prefix', `mv "$D/opt" "$D/usr"; ln -s usr "$D/opt"`, 'outside the prefix'],
  ['a file in place of the prefix', `rmdir "$D/opt/demo"; touch "$D/opt/demo"`, '`/opt/demo` has to be a directory'],
  [
    'an entry of the package database',
    'mkdir -p var/db/pkg/a/b-1; touch var/db/pkg/a/b-1/SLOT',
    'the package database',
  ],
  [
    'a merge journal',
    'mkdir -p var/db/pkg/.merge/a:b-1; echo "{}" > var/db/pkg/.merge/a:b-1/journal.json',
    'the package database',
  ],
  ['a link in place of a folder of ours', 'mkdir var; ln -s /usr var/lib', '`/opt/demo/var/lib` has to be a directory'],
  [
    'a link in the configuration',
    'mkdir -p etc/portage; ln -s /etc etc/portage/package.use',
    'the configuration of the prefix',
  ],
];

const harmless: readonly [what: string, script: string][] = [
  ['what packages have', 'mkdir -p usr/bin var/lib/x; echo x > usr/bin/x; ln -s x usr/bin/y; mkfifo var/lib/x/pipe'],
  ['names of all languages', 'touch ümläut 日本語 "with space" "🙂"'],
  ['names that look like options', `mkdir -- --help; touch -- -rf --help/--checkpoint-action=exec=sh`],
  ['links that lead out, which nobody follows', 'ln -s /etc/passwd a; ln -s ../../../../../.. b'],
  ['a file of the configuration', 'mkdir -p etc/portage/repos.conf; touch etc/portage/repos.conf/x.conf'],
  ['setuid bits', 'touch su; chmod 6755 su'],
];

describe('an image that phases left', () => {
  it.each(refusals)('is refused with %s', async (_, script, problem) => {
    bash(script);
    await expect(takeImage(image, '/opt/demo')).rejects.toMatchObject({
      code: 'IMAGE_REFUSED',
      message: expect.stringContaining(problem),
      details: { cpv: 'app-evil/evil-1' },
    });
  });

  it.each(harmless)('is taken with %s', async (_, script) => {
    bash(script);
    expect((await takeImage(image, '/opt/demo')).length).toBeGreaterThan(2);
  });

  it.each([
    [{ entries: 9 }, 'more than 9 files and directories (limit `entries`)', 'PREFIX_STUDIO_IMAGE_LIMITS="entries=36"'],
    [{ bytes: 9 }, 'more than 9 bytes', 'PREFIX_STUDIO_IMAGE_LIMITS="bytes=36"'],
    [{ depth: 2 }, 'more than 2 nested directories', 'PREFIX_STUDIO_IMAGE_LIMITS="depth=8"'],
  ])('has limits that can be raised: %j', async (change, problem, hint) => {
    bash('mkdir -p a/b; echo 0123456789 > a/b/c; touch {1..20}');
    const limits = { entries: 1000, bytes: 1000, holes: 1e9, depth: 100, path: 1000, ...change };
    await expect(readImage(image, limits)).rejects.toMatchObject({
      message: expect.stringContaining(problem),
      hint: expect.stringContaining(hint),
    });
  });

  it('is refused with a giant that is all holes, and taken when the limit allows it', async () => {
    bash('mkdir -p usr/share; truncate -s 90G usr/share/s; ln usr/share/s usr/share/t');
    await expect(takeImage(image, '/opt/demo')).rejects.toMatchObject({
      code: 'IMAGE_REFUSED',
      message: expect.stringMatching(
        /a sparse file, `\/opt\/demo\/usr\/share\/s`: it claims 9\d\S* GB .* \(limit `holes`\)/,
      ),
      hint: expect.stringContaining('PREFIX_STUDIO_IMAGE_LIMITS="holes='),
    });
    const limits = { entries: 1000, bytes: 2 ** 40, holes: 2 ** 40, depth: 100, path: 1000 };
    rmSync(join(image, 'opt/demo/usr/share/s'));
    bash('truncate -s 1G usr/share/t; truncate -s 3G usr/share/s');
    expect(await readImage(image)).toHaveLength((await readImage(image, limits)).length);
  });

  it('stays as it is when a copy of a large file is cancelled', async () => {
    writeFileSync(join(base, 'outside'), 'one');
    bash('truncate -s 2G ../../../../../outside; ln ../../../../../outside a');
    const stop = new AbortController();
    const taking = takeImage(image, '/opt/demo', stop.signal);
    setImmediate(() => stop.abort());
    await expect(taking).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(join(image, 'opt/demo')).filter((name) => name.startsWith('.apart'))).toEqual([]);
  });

  it('gives files with a name outside a file of their own and keeps links within', async () => {
    writeFileSync(join(base, 'outside'), 'one');
    bash(`ln ../../../../../outside a; ln a b; echo two > c; ln c d; chmod 4755 a`);
    const entries = await takeImage(image, '/opt/demo');
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => entries.find(({ path }) => path === `/opt/demo/${name}`));
    expect([a?.links, b?.inode, c?.links, d?.inode, a?.mode]).toEqual([2, a?.inode, 2, c?.inode, 0o4755]);
    writeFileSync(join(base, 'outside'), 'changed');
    expect(readFileSync(join(image, 'opt/demo/a'), 'utf8')).toBe('one');
    expect(statSync(join(base, 'outside')).nlink).toBe(1);
  });
});
