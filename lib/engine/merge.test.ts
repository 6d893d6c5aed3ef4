import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleProgram } from './__fixtures__/bundled-program';
import { parseContents } from './contents';
import type { MergeOutcome, MergeRequest } from './merge';
import { mergeImage, unmergePackage } from './merge';
import { openMerges, recoverMerges } from './merge-journal';
import { checkTree } from './tree-check';
import type { TargetRoot } from './vdb';
import { listInstalled } from './vdb';

type Content = string | { readonly link: string } | { readonly hardLinkTo: string };

let base: string;
let target: TargetRoot;
const protection = { protect: ['/opt/demo/etc'], mask: [] };

function image(files: Readonly<Record<string, Content>>): string {
  const directory = mkdtempSync(join(base, 'image-'));
  for (const [path, content] of Object.entries(files)) {
    const onDisk = join(directory, path);
    mkdirSync(dirname(onDisk), { recursive: true });
    if (typeof content === 'string') writeFileSync(onDisk, content);
    else if ('link' in content) symlinkSync(content.link, onDisk);
    else linkSync(join(directory, content.hardLinkTo), onDisk);
  }
  return directory;
}

function request(cpv: string, files: Readonly<Record<string, Content>>, slot = '0'): MergeRequest {
  const qualifiedName = cpv.replace(/-\d.*$/, '');
  return {
    target,
    cpv,
    qualifiedName,
    slot,
    imageDir: image(files),
    entryFiles: new Map([['SLOT', slot]]),
    protection,
  };
}

const onDisk = (path: string): string => join(target.root, path);
const text = (path: string): string => readFileSync(onDisk(path), 'utf8');

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'merge-'));
  target = { root: join(base, 'root'), eprefix: '/opt/demo' };
  mkdirSync(target.root);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe('merging an image', () => {
  it('puts files, links, hard links and modes in place and records them', async () => {
    const wanted = request('app-misc/jq-1.7', {
      '/opt/demo/usr/bin/jq': 'program',
      '/opt/demo/usr/bin/jq-too': { hardLinkTo: '/opt/demo/usr/bin/jq' },
      '/opt/demo/usr/lib64/libjq.so': { link: 'libjq.so.1' },
      '/opt/demo/usr/share/doc/a file': 'with a space',
    });
    chmodSync(join(wanted.imageDir, '/opt/demo/usr/bin/jq'), 0o4711);
    chmodSync(join(wanted.imageDir, '/opt/demo/usr/share/doc'), 0o750);
    expect(await mergeImage(wanted)).toEqual({ kind: 'merged', files: 4, sizeBytes: 19, replaced: [] });
    expect(statSync(onDisk('/opt/demo/usr/bin/jq')).mode & 0o7777).toBe(0o4711);
    expect(statSync(onDisk('/opt/demo/usr/share/doc')).mode & 0o777).toBe(0o750);
    expect(statSync(onDisk('/opt/demo/usr/bin/jq')).ino).toBe(statSync(onDisk('/opt/demo/usr/bin/jq-too')).ino);
    const contents = parseContents(text('/opt/demo/var/db/pkg/app-misc/jq-1.7/CONTENTS'));
    expect(contents.map(({ kind, path }) => `${kind} ${path}`)).toContain('obj /opt/demo/usr/share/doc/a file');
    expect(contents.find(({ path }) => path.endsWith('libjq.so'))).toMatchObject({ kind: 'sym', target: 'libjq.so.1' });
    expect(text('/opt/demo/var/db/pkg/app-misc/jq-1.7/COUNTER')).toBe('1\n');
    expect(await checkTree(target)).toEqual([]);
  });

  it('places directories that nobody may write, and puts one into another behind a link', async () => {
    await mergeImage(request('sys-apps/base-1', { '/opt/demo/lib/z': 'z', '/opt/demo/lib64': { link: 'lib' } }));
    const wanted = request('app-misc/one-1', {
      '/opt/demo/lib/new/a': 'a',
      '/opt/demo/lib64/new/b': 'b',
      '/opt/demo/closed/deep/file': 'f',
    });
    for (const path of ['/opt/demo/closed/deep', '/opt/demo/closed']) chmodSync(join(wanted.imageDir, path), 0o555);
    expect((await mergeImage(wanted)).kind).toBe('merged');
    expect(text('/opt/demo/lib/new/a') + text('/opt/demo/lib/new/b')).toBe('ab');
    expect(statSync(onDisk('/opt/demo/closed')).mode & 0o777).toBe(0o555);
    expect(await checkTree(target)).toEqual([]);
    chmodSync(onDisk('/opt/demo/closed'), 0o755);
    chmodSync(onDisk('/opt/demo/closed/deep'), 0o755);
  });

  it('refuses a file of another package, before anything is written', async () => {
    await mergeImage(request('app-misc/one-1', { '/opt/demo/bin/tool': 'one' }));
    const outcome = await mergeImage(
      request('app-misc/two-1', { '/opt/demo/bin/more': 'two', '/opt/demo/bin/tool': 'two' }),
    );
    expect(outcome).toEqual({
      kind: 'collisions',
      collisions: [{ path: '/opt/demo/bin/tool', owner: 'app-misc/one-1', detail: 'owned by another package' }],
    });
    expect(existsSync(onDisk('/opt/demo/bin/more'))).toBe(false);
    expect(await checkTree(target)).toEqual([]);
  });

  it('replaces a file or link that nobody owns, and says so when content is lost', async () => {
    mkdirSync(onDisk('/opt/demo/bin'), { recursive: true });
    writeFileSync(onDisk('/opt/demo/bin/tool'), 'mine');
    writeFileSync(onDisk('/opt/demo/bin/same'), 'same');
    symlinkSync('elsewhere', onDisk('/opt/demo/bin/link'));
    symlinkSync('elsewhere', onDisk('/opt/demo/bin/program'));
    writeFileSync(onDisk('/opt/demo/bin/name'), 'mine');
    const told: string[] = [];
    const outcome = await mergeImage({
      ...request('app-misc/one-1', {
        '/opt/demo/bin/tool': 'one',
        '/opt/demo/bin/same': 'same',
        '/opt/demo/bin/link': { link: 'tool' },
        '/opt/demo/bin/program': 'program',
        '/opt/demo/bin/name': { link: 'tool' },
      }),
      hooks: { overwrites: (paths) => void told.push(...paths) },
    });
    expect(outcome.kind).toBe('merged');
    // a link in the place of a link is what bzip2 and app-alternatives/bzip2 do
    expect(told).toEqual(['/opt/demo/bin/name', '/opt/demo/bin/program', '/opt/demo/bin/tool']);
    expect(readlinkSync(onDisk('/opt/demo/bin/link'))).toBe('tool');
    expect(text('/opt/demo/bin/tool')).toBe('one');
    expect(await checkTree(target)).toEqual([]);
  });

  it('keeps a configuration file that nobody owns, and puts the new one beside it', async () => {
    mkdirSync(onDisk('/opt/demo/etc'), { recursive: true });
    writeFileSync(onDisk('/opt/demo/etc/conf'), 'mine');
    const told: string[] = [];
    await mergeImage({
      ...request('app-misc/one-1', { '/opt/demo/etc/conf': 'theirs' }),
      hooks: { overwrites: (paths) => void told.push(...paths) },
    });
    expect(told).toEqual([]);
    expect(text('/opt/demo/etc/conf')).toBe('mine');
    expect(text('/opt/demo/etc/._cfg0000_conf')).toBe('theirs');
  });

  it('puts no file in the place of a directory, whoever has it', async () => {
    mkdirSync(onDisk('/opt/demo/bin/tool'), { recursive: true });
    expect(await mergeImage(request('app-misc/one-1', { '/opt/demo/bin/tool': 'one' }))).toEqual({
      kind: 'collisions',
      collisions: [{ path: '/opt/demo/bin/tool', owner: null, detail: 'a directory stands there' }],
    });
  });

  it('sees one file behind two names when a directory is a link', async () => {
    await mergeImage(
      request('sys-apps/base-1', { '/opt/demo/usr/lib64/libz.so.1': 'z', '/opt/demo/lib64': { link: 'usr/lib64' } }),
    );
    const outcome = await mergeImage(request('app-misc/two-1', { '/opt/demo/lib64/libz.so.1': 'other' }));
    expect(outcome).toMatchObject({ kind: 'collisions', collisions: [{ owner: 'sys-apps/base-1' }] });
  });

  it('never leaves the root through a link that a package installed', async () => {
    const outside = join(base, 'outside');
    mkdirSync(outside);
    await mergeImage(
      request('app-misc/evil-1', { '/opt/demo/out': { link: outside }, '/opt/demo/up': { link: '../../../../../..' } }),
    );
    await mergeImage(request('app-misc/two-1', { '/opt/demo/up/file': 'x' })).catch(() => undefined);
    await mergeImage(request('app-misc/three-1', { '/opt/demo/out/file': 'x' })).catch(() => undefined);
    expect(existsSync(join(outside, 'file'))).toBe(false);
    expect(existsSync(join(base, 'file'))).toBe(false);
  });

  it('replaces the version in the same slot and leaves other slots', async () => {
    await mergeImage(
      request('dev-lang/python-3.11.2', { '/opt/demo/bin/python3.11': 'p', '/opt/demo/lib/py/old/x': 'x' }, '3.11'),
    );
    await mergeImage(request('dev-lang/python-3.12.1', { '/opt/demo/bin/python3.12': 'q' }, '3.12'));
    await mergeImage(request('dev-lang/python-3.11.9', { '/opt/demo/bin/python3.11': 'r' }, '3.11/3.11'));
    expect(await listInstalled(target)).toEqual(['dev-lang/python-3.11.9', 'dev-lang/python-3.12.1']);
    expect(text('/opt/demo/bin/python3.11')).toBe('r');
    expect(existsSync(onDisk('/opt/demo/lib'))).toBe(false);
    expect(await checkTree(target)).toEqual([]);
  });

  it('keeps a changed configuration file and puts the new one beside it', async () => {
    await mergeImage(request('app-misc/one-1', { '/opt/demo/etc/one.conf': 'old', '/opt/demo/etc/two.conf': 'old' }));
    writeFileSync(onDisk('/opt/demo/etc/one.conf'), 'edited');
    await mergeImage(request('app-misc/one-2', { '/opt/demo/etc/one.conf': 'new', '/opt/demo/etc/two.conf': 'new' }));
    expect(text('/opt/demo/etc/one.conf')).toBe('edited');
    expect(text('/opt/demo/etc/._cfg0000_one.conf')).toBe('new');
    expect(text('/opt/demo/etc/two.conf')).toBe('new');
  });

  it('runs the hooks in the order of PMS and gives them the entries', async () => {
    const calls: string[] = [];
    const note =
      (name: string) =>
      async (cpv: string, entry: string): Promise<void> => {
        calls.push(`${name} ${cpv} ${existsSync(join(entry, 'CONTENTS'))}`);
      };
    const hooks = {
      preinst: async (replaced: readonly string[]) => {
        calls.push(`preinst over ${replaced.join()}`);
        return 'untouched' as const;
      },
      prerm: note('prerm'),
      postrm: note('postrm'),
      postinst: note('postinst'),
    };
    await mergeImage({ ...request('app-misc/one-1', { '/opt/demo/a': '1' }), hooks });
    await mergeImage({ ...request('app-misc/one-2', { '/opt/demo/a': '2' }), hooks });
    await unmergePackage({ target, cpv: 'app-misc/one-2', protection, hooks });
    expect(calls).toEqual([
      'preinst over ',
      'postinst app-misc/one-1 true',
      'preinst over app-misc/one-1',
      'prerm app-misc/one-1 true',
      'postrm app-misc/one-1 true',
      'postinst app-misc/one-2 true',
      'prerm app-misc/one-2 true',
      'postrm app-misc/one-2 true',
    ]);
  });

  it('unmerges exactly the files of a package', async () => {
    await mergeImage(request('app-misc/one-1', { '/opt/demo/bin/one': '1', '/opt/demo/etc/one.conf': 'a' }));
    await mergeImage(request('app-misc/two-1', { '/opt/demo/bin/two': '2' }));
    writeFileSync(onDisk('/opt/demo/etc/one.conf'), 'edited');
    await unmergePackage({ target, cpv: 'app-misc/one-1', protection });
    expect(existsSync(onDisk('/opt/demo/bin/one'))).toBe(false);
    expect(existsSync(onDisk('/opt/demo/bin/two'))).toBe(true);
    expect(text('/opt/demo/etc/one.conf')).toBe('edited');
    await expect(unmergePackage({ target, cpv: 'app-misc/one-1', protection })).rejects.toMatchObject({
      code: 'NOT_INSTALLED',
    });
  });
});

describe('an interrupted merge', () => {
  const oldFiles = {
    '/opt/demo/bin/a': 'old a',
    '/opt/demo/bin/gone': 'old',
    '/opt/demo/lib/old/only': 'old',
    '/opt/demo/same': 's',
  };
  const newFiles = {
    '/opt/demo/bin/a': 'new a',
    '/opt/demo/bin/b': 'new b',
    '/opt/demo/share/x/y': 'y',
    '/opt/demo/same': 's',
    '/opt/demo/l': { link: 'same' },
  };

  async function stopAt(step: number | null, change: 'upgrade' | 'again' | 'unmerge'): Promise<readonly string[]> {
    const points: string[] = [];
    const fault = (point: string): void => {
      points.push(point);
      if (points.length - 1 === step) throw new Error(`stopped at ${point}`);
    };
    if (change === 'unmerge') await unmergePackage({ target, cpv: 'app-misc/one-1', protection, fault });
    else await mergeImage({ ...request(change === 'again' ? 'app-misc/one-1' : 'app-misc/one-2', newFiles), fault });
    return points;
  }

  async function startAgain(): Promise<void> {
    rmSync(target.root, { recursive: true, force: true });
    mkdirSync(target.root);
    await mergeImage(request('app-misc/other-1', { '/opt/demo/bin/other': 'other' }));
    await mergeImage(request('app-misc/one-1', oldFiles));
  }

  it.each(['upgrade', 'again', 'unmerge'] as const)('is undone or completed wherever it stops: %s', async (change) => {
    await startAgain();
    const points = await stopAt(null, change);
    expect(points.length).toBeGreaterThan(8);
    const outcomes = new Set<string>();
    for (let step = 0; step < points.length; step += 1) {
      await startAgain();
      await expect(stopAt(step, change)).rejects.toThrow('stopped at');
      const [recovered] = await recoverMerges(target);
      outcomes.add(recovered?.outcome ?? 'nothing begun');
      expect(await checkTree(target), `after ${points[step]}`).toEqual([]);
      const installed = await listInstalled(target);
      const isNew = recovered?.outcome === 'completed';
      const after = change === 'upgrade' ? ['app-misc/one-2'] : change === 'again' ? ['app-misc/one-1'] : [];
      expect(installed).toEqual([...(isNew ? after : ['app-misc/one-1']), 'app-misc/other-1']);
      if (change !== 'unmerge') expect(text('/opt/demo/bin/a')).toBe(isNew ? 'new a' : 'old a');
      expect(await recoverMerges(target)).toEqual([]);
    }
    expect([...outcomes].sort()).toEqual(['completed', 'nothing begun', 'rolled back'].slice(0, outcomes.size));
    expect(outcomes.has('completed') && outcomes.has('rolled back')).toBe(true);
  });

  it('hands files of a package that is about to leave over, wherever it stops', async () => {
    const files = { '/opt/demo/bin/other': 'taken over', '/opt/demo/bin/b': 'b' };
    const leaving = async (): Promise<ReadonlySet<string>> => new Set(['app-misc/other-1']);
    const take = async (step: number | null): Promise<readonly string[]> => {
      const points: string[] = [];
      const fault = (point: string): void => {
        points.push(point);
        if (points.length - 1 === step) throw new Error(`stopped at ${point}`);
      };
      await mergeImage({ ...request('app-misc/one-2', files), leaving, fault });
      return points;
    };
    await startAgain();
    expect(await mergeImage(request('app-misc/one-2', files))).toMatchObject({ kind: 'collisions' });
    const points = await take(null);
    expect(points).toContain('hand over from app-misc/other-1');
    for (let step = 0; step < points.length; step += 1) {
      await startAgain();
      await expect(take(step)).rejects.toThrow('stopped at');
      const [recovered] = await recoverMerges(target);
      expect(await checkTree(target), `after ${points[step]}`).toEqual([]);
      expect(text('/opt/demo/bin/other')).toBe(recovered?.outcome === 'completed' ? 'taken over' : 'other');
      // what it no longer owns does not go with it
      await unmergePackage({ target, cpv: 'app-misc/other-1', protection });
      expect(existsSync(onDisk('/opt/demo/bin/other'))).toBe(recovered?.outcome === 'completed');
    }
  });

  it('goes on where somebody made one of its directories meanwhile', async () => {
    await startAgain();
    await expect(stopAt(4, 'upgrade')).rejects.toThrow('stopped at');
    mkdirSync(onDisk('/opt/demo/share/x'), { recursive: true });
    writeFileSync(onDisk('/opt/demo/share/x/mine'), 'mine');
    await recoverMerges(target);
    expect(text('/opt/demo/share/x/y')).toBe('y');
    expect(text('/opt/demo/share/x/mine')).toBe('mine');
    expect(await listInstalled(target)).toContain('app-misc/one-2');
  });

  it('is told as unfinished after a full disk, and completed when there is room', async () => {
    await startAgain();
    const full = Object.assign(new Error('ENOSPC: no space left on device, mkdir'), { code: 'ENOSPC' });
    const fault = (point: string): void => {
      if (point.startsWith('place /opt/demo/bin/b')) throw full;
    };
    expect(await openMerges(target)).toEqual([]);
    await expect(mergeImage({ ...request('app-misc/one-2', newFiles), fault })).rejects.toBe(full);
    expect(await openMerges(target)).toEqual(['app-misc/one-2']);
    expect(await recoverMerges(target)).toEqual([{ cpv: 'app-misc/one-2', outcome: 'completed' }]);
    expect(await openMerges(target)).toEqual([]);
    expect(await checkTree(target)).toEqual([]);
    expect(text('/opt/demo/bin/b')).toBe('new b');
  });

  it('survives a recovery that is interrupted itself', async () => {
    await startAgain();
    await expect(stopAt(7, 'upgrade')).rejects.toThrow();
    for (const times of [1, 2, 3]) {
      let left = times;
      const prerm = async (): Promise<void> => {
        left -= 1;
        if (left >= 0) throw new Error('stopped again');
      };
      await expect(recoverMerges(target, { prerm })).rejects.toThrow('stopped again');
    }
    await recoverMerges(target);
    expect(await checkTree(target)).toEqual([]);
    expect(await listInstalled(target)).toContain('app-misc/one-2');
  });

  it('survives kill -9 of the process that merges', async () => {
    const script = join(base, 'merge-once.mjs');
    await bundleProgram(
      script,
      `import { mergeImage } from './merge';
        const { request, step } = JSON.parse(process.argv[2]);
        let count = 0;
        await mergeImage({ ...request, entryFiles: new Map([['SLOT', '0']]), fault: () => {
          if (count++ === step) process.kill(process.pid, 'SIGKILL');
        } });`,
    );
    for (const step of [1, 3, 4, 6, 8, 10, 12, 14]) {
      await startAgain();
      const wanted = request('app-misc/one-2', newFiles);
      const run = spawnSync(process.execPath, [script, JSON.stringify({ request: wanted, step })]);
      expect(run.signal, run.stderr.toString()).toBe('SIGKILL');
      await recoverMerges(target);
      expect(await checkTree(target)).toEqual([]);
    }
  });
});

describe('a large image', () => {
  it('is merged in moderate time', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 1500 }, (_, i) => [`/opt/demo/lib/d${i % 50}/f${i}`, `content ${i}`]),
    );
    const outcome: MergeOutcome = await mergeImage(request('dev-lang/big-1', files));
    expect(outcome.kind).toBe('merged');
    expect(
      execFileSync('find', [onDisk('/opt/demo/lib'), '-type', 'f'])
        .toString()
        .trim()
        .split('\n'),
    ).toHaveLength(1500);
  });
});
