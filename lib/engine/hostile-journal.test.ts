import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeImage, unmergePackage } from './merge';
import { journalDirectory, recoverMerges } from './merge-journal';
import type { TargetRoot } from './vdb';
import { listInstalled } from './vdb';

let base: string;
let target: TargetRoot;
const protection = { protect: [], mask: [] };

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'journal-'));
  target = { root: join(base, 'root'), eprefix: '/opt/demo' };
  mkdirSync(join(target.root, 'opt/demo'), { recursive: true });
  mkdirSync(join(base, 'outside'));
  writeFileSync(join(base, 'outside/victim'), 'untouched');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const onDisk = (path: string): string => join(target.root, 'opt/demo', path);
const victim = (): string => readFileSync(join(base, 'outside/victim'), 'utf8');

function merge(cpv: string, files: Readonly<Record<string, string | { readonly link: string }>>) {
  const imageDir = mkdtempSync(join(base, 'image-'));
  for (const [path, content] of Object.entries(files)) {
    const place = join(imageDir, 'opt/demo', path);
    mkdirSync(dirname(place), { recursive: true });
    if (typeof content === 'string') writeFileSync(place, content);
    else symlinkSync(content.link, place);
  }
  const qualifiedName = cpv.replace(/-\d.*$/, '');
  return { target, cpv, qualifiedName, slot: '0', imageDir, entryFiles: new Map([['SLOT', '0']]), protection };
}

describe('a merge journal that somebody forged', () => {
  const fine = { format: 1, cpv: null, removed: [], steps: [], obsolete: [] };
  const evil = '/opt/demo/evil';
  const step = (path: string, image = evil): object => ({ ...fine, steps: [{ do: 'place', path, image }] });

  it.each<[string, unknown]>([
    ['is no JSON', '{'],
    ['is a list', []],
    ['is of another format', { ...fine, format: 2 }],
    ['has a step of another kind', { ...fine, steps: [{ do: 'run', path: evil, image: evil }] }],
    ['places a file by ..', step('/opt/demo/../../../outside/victim')],
    ['takes a file by ..', step('/opt/demo/x', '/opt/demo/../../../../outside/victim')],
    ['places a file outside the prefix', step('/etc/victim')],
    ['places a file beside the prefix', step('/opt/demolition')],
    ['places a file by a relative path', step('opt/demo/x')],
    ['places a file by a path with //', step('/opt/demo//x')],
    ['places an entry of the database', step('/opt/demo/var/db/pkg/app-evil/evil-1/CONTENTS')],
    ['places a configuration from elsewhere', step('/opt/demo/etc/portage/make.conf')],
    ['makes a directory outside', { ...fine, steps: [{ do: 'directory', path: '/tmp/x', mode: 0o755 }] }],
    ['gives a mode that is none', { ...fine, steps: [{ do: 'tree', path: evil, image: evil, mode: -1 }] }],
    ['removes by ..', { ...fine, obsolete: ['/opt/demo/../../../outside/victim'] }],
    ['removes outside the prefix', { ...fine, obsolete: ['/etc/passwd'] }],
    ['removes from the database', { ...fine, obsolete: ['/opt/demo/var/db/pkg/a/b-1/CONTENTS'] }],
    ['publishes by ..', { ...fine, cpv: '../../../outside/victim-1' }],
    ['unpublishes by ..', { ...fine, removed: ['../../../../../outside'] }],
  ])('%s: is refused, and nothing of it is done', async (_, journal) => {
    const directory = journalDirectory(target, 'app-evil/evil-1');
    mkdirSync(join(directory, 'image/opt/demo'), { recursive: true });
    writeFileSync(join(directory, 'image/opt/demo/evil'), 'evil');
    const text = typeof journal === 'string' ? journal : JSON.stringify(journal);
    writeFileSync(join(directory, 'journal.json'), text);
    await expect(recoverMerges(target)).rejects.toMatchObject({ code: 'JOURNAL_INVALID' });
    expect(victim()).toBe('untouched');
    expect(existsSync(join(directory, 'image/opt/demo/evil'))).toBe(true);
  });

  it('is a link to a file outside: is refused', async () => {
    const directory = journalDirectory(target, 'app-evil/evil-1');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(base, 'outside/journal'), JSON.stringify(fine));
    symlinkSync(join(base, 'outside/journal'), join(directory, 'journal.json'));
    await expect(recoverMerges(target)).rejects.toMatchObject({ code: 'JOURNAL_INVALID' });
  });
});

it('carries out a journal that an earlier version wrote, directories one by one', async () => {
  const directory = journalDirectory(target, 'app-misc/one-1');
  mkdirSync(join(directory, 'image/opt/demo/share'), { recursive: true });
  writeFileSync(join(directory, 'image/opt/demo/share/file'), 'new');
  const steps = [
    { do: 'directory', path: '/opt/demo/share', mode: 0o750 },
    { do: 'place', image: '/opt/demo/share/file', path: '/opt/demo/share/file' },
  ];
  writeFileSync(
    join(directory, 'journal.json'),
    JSON.stringify({ format: 1, cpv: null, removed: [], steps, obsolete: [] }),
  );
  await recoverMerges(target);
  expect(readFileSync(onDisk('share/file'), 'utf8')).toBe('new');
});

describe('links that phases and packages leave', () => {
  /** A pkg_prerm that puts a link to `outside` in the place of the package's own folder. */
  const swap = async (): Promise<void> => {
    renameSync(onDisk('lib'), onDisk('away'));
    symlinkSync(join(base, 'outside'), onDisk('lib'));
  };

  it('lead no removal out of the root', async () => {
    await mergeImage(merge('app-evil/evil-1', { 'lib/victim': 'mine' }));
    await mergeImage({ ...merge('app-evil/evil-2', { other: 'x' }), hooks: { prerm: swap } });
    expect(victim()).toBe('untouched');
    rmSync(onDisk('lib'), { force: true });
    await mergeImage(merge('app-evil/worse-1', { 'lib/victim': 'mine' }));
    rmSync(onDisk('away'), { recursive: true, force: true });
    await unmergePackage({ target, cpv: 'app-evil/worse-1', protection, hooks: { prerm: swap } });
    expect(victim()).toBe('untouched');
  });

  it('lead no repeated step out of the root', async () => {
    let count = 0;
    const fault = (point: string): void => {
      if (point.startsWith('prerm')) throw new Error(`stopped ${count++}`);
    };
    await mergeImage(merge('app-evil/evil-1', { 'old/file': 'x' }));
    await expect(mergeImage({ ...merge('app-evil/evil-2', { 'lib/deep/victim': 'evil' }), fault })).rejects.toThrow();
    rmSync(onDisk('lib'), { recursive: true });
    symlinkSync(join(base, 'outside'), onDisk('lib'));
    await recoverMerges(target).catch(() => undefined);
    expect(victim()).toBe('untouched');
    expect(existsSync(join(base, 'outside/deep'))).toBe(false);
  });

  it.each([
    ['the package database', 'var/db/pkg', { 'x/app-evil/forged-1/CONTENTS': '' }],
    ['the merge journal', 'var/db/pkg', { 'x/.merge/y/journal.json': '{}' }],
    ['the configuration', 'etc/portage', { 'x/make.profile': { link: '/' } }],
    ['the world file', 'var/lib/portage', { 'x/world': 'app-evil/evil' }],
    ['outside the prefix', '../..', { 'x/etc/file': 'x' }],
  ] as const)('lead no merge to %s', async (_, to, files) => {
    await mergeImage(merge('app-evil/link-1', { x: { link: to } }));
    await expect(mergeImage(merge('app-evil/evil-1', files))).rejects.toMatchObject({ code: 'PATH_ESCAPES_ROOT' });
    expect(await listInstalled(target)).toEqual(['app-evil/link-1']);
  });
});
