import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { designSchema, type SysextOptions } from '../design/schema';
import { boards } from '../layout/names';
import { checkImage } from './check-image';
import { deploySnippets } from './deploy';
import { extensionRelease } from './extension-release';
import { matchMatrix } from './match-matrix';
import { matchesSystem } from './matches-system';
import { packImage } from './pack';
import { dropReason } from './packing-rules';

const normal = designSchema.parse({ name: 'x', board: 'amd64-usr', path: '/opt/x', packages: [] })
  .sysext as SysextOptions;
const amd64 = boards['amd64-usr'];

const parse = (text: string) =>
  Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split('=') as [string, string]),
  );

describe('extension-release', () => {
  const flatcar = { target: 'flatcar' } as const;
  it.each([
    [flatcar, { ID: 'flatcar', SYSEXT_LEVEL: '1.0', VERSION_ID: '4000' }, true, 'SYSEXT_LEVEL'],
    [flatcar, { ID: 'flatcar', SYSEXT_LEVEL: '2.0', VERSION_ID: '4000' }, false, 'SYSEXT_LEVEL'],
    [flatcar, { ID: 'debian', VERSION_ID: '12' }, false, 'ID'],
    [flatcar, { ID: 'flatcar', VERSION_ID: '4000' }, false, 'VERSION_ID'],
    [flatcar, { ID: 'flatcar' }, true, 'ID'],
    [flatcar, { ID: 'mine', ID_LIKE: 'coreos flatcar', VERSION_ID: '1', SYSEXT_LEVEL: '1.0' }, true, 'SYSEXT_LEVEL'],
    [flatcar, { ID: 'mine', ID_LIKE: 'coreos', VERSION_ID: '1', SYSEXT_LEVEL: '1.0' }, false, 'ID'],
    [
      { ...flatcar, match: 'version-id', level: '4000' },
      { ID: 'flatcar', VERSION_ID: '4000', SYSEXT_LEVEL: '1.0' },
      true,
      'VERSION_ID',
    ],
    [
      { ...flatcar, match: 'version-id', level: '4000' },
      { ID: 'flatcar', VERSION_ID: '4001', SYSEXT_LEVEL: '1.0' },
      false,
      'VERSION_ID',
    ],
    [{}, { ID: 'debian', VERSION_ID: '12' }, true, 'ID'],
  ] as const)('with %j on %j merges: %s', (change, system, merges, key) => {
    const release = parse(extensionRelease({ ...normal, ...change }, amd64));
    const verdict = matchesSystem(release, system, 'x86-64');
    expect(verdict.merges).toBe(merges);
    expect(verdict.key).toBe(key);
  });

  it('keeps an image of another processor out', () => {
    expect(
      matchesSystem(parse(extensionRelease({ ...normal, target: 'any' }, amd64)), { ID: 'x' }, 'arm64').merges,
    ).toBe(false);
  });
});

describe('the match matrix', () => {
  const merging = (options: Partial<SysextOptions>, eprefix = '/opt/x') =>
    matchMatrix(extensionRelease({ ...normal, ...options }, amd64), eprefix).filter(({ merges }) => merges);

  it('merges everywhere what is for any system, on Flatcar only what has its level, on one release what has its version', () => {
    expect(merging({}).map(({ system }) => system)).toEqual(
      expect.arrayContaining([
        'flatcar-stable',
        'flatcar-lts',
        'fedora-coreos',
        'debian-13',
        'opensuse-microos',
        'arch',
      ]),
    );
    expect(merging({ target: 'flatcar' }).map(({ system }) => system)).toEqual([
      'flatcar-stable',
      'flatcar-beta',
      'flatcar-alpha',
      'flatcar-lts',
    ]);
    expect(merging({ target: 'flatcar', match: 'version-id', level: '4593.2.5' })).toMatchObject([
      { system: 'flatcar-stable', key: 'VERSION_ID', asOf: '2026-08-12' },
    ]);
    expect(merging({ target: 'flatcar', match: 'version-id', level: '1.0' })).toEqual([]);
  });

  it('says what merging hides there', () => {
    const notes = (eprefix: string, system: string) =>
      merging({}, eprefix)
        .find((found) => found.system === system)
        ?.notes.join(' ');
    expect(notes('/usr/local/x', 'fedora-coreos')).toContain('`/usr/local` is a link there');
    expect(notes('/opt/x', 'fedora-coreos')).toBe('');
    expect(notes('/opt/x', 'flatcar-lts')).toContain('hidden while it is merged (systemd 255)');
  });

  it('takes systems of the caller, with their own processor', () => {
    const own = { id: 'own', name: 'Mine', asOf: null, source: 'f', release: { ID: 'mine', ARCHITECTURE: 'arm64' } };
    expect(matchMatrix(extensionRelease(normal, amd64), '/opt/x', [own])[0]).toMatchObject({
      merges: false,
      key: 'ARCHITECTURE',
    });
  });
});

describe('packing rules', () => {
  it.each([
    ['/opt/x/usr/bin/nano', null],
    ['/opt/x/usr/lib64/libz.so.1', null],
    ['/opt/x/usr/share/terminfo/l/linux', null],
    ['/opt/x/usr/share/man/man1/nano.1', null],
    ['/opt/x/usr/include/zlib.h', 'development'],
    ['/opt/x/usr/lib64/libz.a', 'development'],
    ['/opt/x/usr/lib64/pkgconfig/zlib.pc', 'development'],
    ['/opt/x/usr/share/doc/zlib/README', 'documentation'],
    ['/opt/x/var/db/pkg/a/b-1/CONTENTS', 'package-manager'],
    ['/opt/x/etc/portage/make.conf', 'package-manager'],
    ['/etc/passwd', 'outside'],
  ])('%s: %s', (path, rule) => {
    expect(dropReason(path, '/opt/x', [])?.rule ?? null).toBe(rule);
  });

  it('keeps what the design wants kept', () => {
    expect(dropReason('/opt/x/usr/include/zlib.h', '/opt/x', ['development'])).toBeNull();
  });
});

const hasSquashfs = spawnSync('unsquashfs', ['-version']).error === undefined;
const hasErofs = spawnSync('mkfs.erofs', ['-V']).error === undefined;

/** Mode of a directory in an image; null: it is not there. */
function modeIn(image: string, path: string, format: 'squashfs' | 'erofs'): number | null {
  if (format === 'erofs') {
    const { stdout } = spawnSync('dump.erofs', [`--path=${path}`, image], { encoding: 'utf8' });
    const octal = /Access: (\d+)\//.exec(stdout)?.[1];
    return octal === undefined ? null : Number.parseInt(octal, 8);
  }
  const listing = execFileSync('unsquashfs', ['-lln', image], { encoding: 'utf8' });
  const letters = listing
    .split('\n')
    .find((line) => line.endsWith(`squashfs-root${path}`))
    ?.slice(1, 10);
  if (letters === undefined) return null;
  const bits = [...letters].reduce((sum, letter) => sum * 2 + Number(letter !== '-' && letter !== 'T'), 0);
  return bits + (/[tT]$/.test(letters) ? 0o1000 : 0);
}

describe.skipIf(!hasSquashfs)('an image', () => {
  let work = '';
  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), 'image-'));
    const inside = (path: string) => join(work, 'final/opt/x', path);
    for (const folder of ['usr/bin', 'usr/include', 'var/db/pkg']) mkdirSync(inside(folder), { recursive: true });
    writeFileSync(inside('usr/bin/hi'), '#!/opt/x/usr/bin/sh\n', { mode: 0o755 });
    writeFileSync(inside('usr/include/hi.h'), '');
    symlinkSync('hi', inside('usr/bin/hello'));
    execFileSync('gcc', ['-static', '-o', inside('usr/bin/static'), '-x', 'c', '-'], {
      input: 'int main(void) { return 0; }\n',
    });
  });
  afterEach(() => rmSync(work, { recursive: true, force: true }));

  const pack = (finalRoot = join(work, 'final'), options = normal) =>
    packImage({ name: 'x', board: 'amd64-usr', eprefix: '/opt/x', finalRoot, options, outDir: join(work, 'out') });

  it('holds the run-time files, root-owned, and its release file; leaves nothing else behind', async () => {
    const { image, summary } = await pack();
    const listing = execFileSync('unsquashfs', ['-lln', image.path], { encoding: 'utf8' });
    const paths = [...listing.matchAll(/squashfs-root(\/\S+)/g)].map((match) => match[1]);
    expect(paths).toEqual([
      '/opt',
      '/opt/x',
      '/opt/x/usr',
      '/opt/x/usr/bin',
      '/opt/x/usr/bin/hello',
      '/opt/x/usr/bin/hi',
      '/opt/x/usr/bin/static',
      '/usr',
      '/usr/lib',
      '/usr/lib/extension-release.d',
      '/usr/lib/extension-release.d/extension-release.x',
    ]);
    for (const line of listing.trim().split('\n')) if (line.includes('squashfs-root')) expect(line).toContain(' 0/0 ');
    expect(summary).toMatchObject({ files: 3, droppedFiles: 1 });
    expect(readdirSync(join(work, 'out'))).toEqual(['x.raw']);
  });

  it.each(['squashfs', ...(hasErofs ? ['erofs' as const] : [])] as const)(
    '%s: has the modes of directories and those that final has empty',
    async (format) => {
      const inside = (path: string) => join(work, 'final/opt/x', path);
      const modes = {
        'var/lib/secret': 0o700,
        'var/spool/mail': 0o1777,
        'var/closed': 0o500,
        'usr/share/empty/inner': 0o750,
        'usr/include/dropped': 0o700,
        'var/tmp/left': 0o755,
      };
      for (const [path, mode] of Object.entries(modes)) {
        mkdirSync(inside(path), { recursive: true });
        chmodSync(inside(path), mode);
      }
      writeFileSync(inside('var/lib/secret/.keep_app-misc_x-0'), '');
      const options = { ...normal, format, compression: format === 'erofs' ? ('lz4' as const) : normal.compression };
      const { image } = await pack(undefined, options);
      const shown = Object.keys(modes).map((path) => [path, modeIn(image.path, `/opt/x/${path}`, format)]);
      const wanted = { ...modes, 'usr/include/dropped': null, 'var/tmp/left': null };
      // mkfs.erofs reads the directory as its owner; dump.erofs does not tell of a sticky bit
      if (format === 'erofs') Object.assign(wanted, { 'var/closed': 0o700, 'var/spool/mail': 0o777 });
      expect(Object.fromEntries(shown)).toEqual(wanted);
      expect(modeIn(image.path, '/opt/x', format)).toBe(0o755);
    },
  );

  it('names what the target never reads below a prefix', async () => {
    const inside = (path: string) => join(work, 'final/opt/x', path);
    for (const folder of ['usr/lib/systemd/system', 'usr/lib/sysusers.d', 'usr/share/dbus-1/system.d', 'etc'])
      mkdirSync(inside(folder), { recursive: true });
    for (const file of ['usr/lib/systemd/system/web.service', 'usr/lib/sysusers.d/acct-user-web.conf'])
      writeFileSync(inside(file), '');
    writeFileSync(inside('usr/share/dbus-1/system.d/web.conf'), '');
    writeFileSync(inside('etc/web.service'), '');
    const { image } = await pack();
    expect(image.unread).toEqual([
      '/opt/x/usr/lib/systemd/system/web.service',
      '/opt/x/usr/share/dbus-1/system.d/web.conf',
    ]);
    const { warnings } = deploySnippets({ name: 'x', eprefix: '/opt/x', target: 'any', image, url: '' });
    expect(warnings.join()).toContain('`systemctl link /opt/x/usr/lib/systemd/system/web.service`');
  });

  it.each(['squashfs', ...(hasErofs ? ['erofs' as const] : [])] as const)(
    '%s: has the same bytes again from a copied and touched tree',
    async (format) => {
      const options = { ...normal, format, compression: format === 'erofs' ? ('lz4' as const) : normal.compression };
      const first = await pack(undefined, options);
      cpSync(join(work, 'final'), join(work, 'copy'), { recursive: true, verbatimSymlinks: true });
      utimesSync(join(work, 'copy/opt/x/usr/bin/hi'), 1, 1);
      const second = await pack(join(work, 'copy'), options);
      expect(second.image.sha256).toBe(first.image.sha256);
    },
  );

  it('gives files the owners and capabilities that packages noted, and tells of their users', async () => {
    const inside = (path: string) => join(work, 'final/opt/x', path);
    mkdirSync(inside('var/db/pkg/net-misc/iputils-1'), { recursive: true });
    mkdirSync(inside('usr/lib/sysusers.d'), { recursive: true });
    writeFileSync(inside('usr/lib/sysusers.d/acct-user-svc.conf'), 'u svc 300:svc "A service" - -\ng svc 301\n');
    linkSync(inside('usr/bin/static'), inside('usr/bin/static-too'));
    const entry = (name: string, text: string) => writeFileSync(inside(`var/db/pkg/net-misc/iputils-1/${name}`), text);
    entry('CONTENTS', 'obj /opt/x/usr/bin/hi 0 0\nobj /opt/x/usr/bin/static 0 0\n');
    entry('PREFIX_STUDIO_OWNERS', '300:301 /opt/x/usr/bin/static\n0:12 /opt/x/usr/bin\n');
    entry(
      'PREFIX_STUDIO_CAPABILITIES',
      'cap_net_admin,cap_net_raw=ep /opt/x/usr/bin/hi\ncap_sys_admin=ep /etc/passwd\n',
    );
    const { image } = await pack();
    const listing = execFileSync('unsquashfs', ['-lln', image.path], { encoding: 'utf8' });
    const ownerOf = (path: string) =>
      listing
        .split('\n')
        .find((line) => line.endsWith(`squashfs-root${path}`))
        ?.split(/\s+/)[1];
    expect(ownerOf('/opt/x/usr/bin/static')).toBe('300/301');
    expect(ownerOf('/opt/x/usr/bin')).toBe('0/12');
    expect(ownerOf('/opt/x/usr/bin/hi')).toBe('0/0');
    expect(ownerOf('')).toBe('0/0');
    expect((await pack()).image.sha256).toBe(image.sha256);
    expect(image.release).toContain('PREFIX_STUDIO_ACCOUNTS="user svc (300), group svc (301)"\n');
    const out = join(work, 'unpacked');
    execFileSync('unsquashfs', ['-no-progress', '-no-xattrs', '-d', out, image.path, 'usr/lib/sysusers.d']);
    expect(readFileSync(join(out, 'usr/lib/sysusers.d/x.conf'), 'utf8')).toBe(
      'g svc 301\nu svc 300:svc "A service" / /sbin/nologin\n',
    );
    if (process.getuid?.() !== 0) return;
    execFileSync('unsquashfs', ['-no-progress', '-f', '-d', join(work, 'as-root'), image.path, 'opt/x/usr/bin/hi']);
    expect(execFileSync('/usr/sbin/getcap', [join(work, 'as-root/opt/x/usr/bin/hi')], { encoding: 'utf8' })).toContain(
      'cap_net_admin,cap_net_raw=ep',
    );
  });

  it('says so when there is nothing to pack, and keeps the older image', async () => {
    await pack();
    mkdirSync(join(work, 'empty'));
    await expect(pack(join(work, 'empty'))).rejects.toMatchObject({ code: 'NOTHING_TO_PACK' });
    expect(readdirSync(join(work, 'out'))).toEqual(['x.raw']);
  });

  it('is checked by systemd itself where this machine allows it', async () => {
    const { image } = await pack();
    const check = await checkImage({
      image,
      name: 'x',
      board: 'amd64-usr',
      eprefix: '/opt/x',
      options: normal,
      smoke: [['usr/bin/static']],
    });
    expect(check.findings).toEqual([]);
    expect(check.ok || check.skipped !== undefined).toBe(true);
  });

  it.skipIf(process.getuid?.() !== 0 || spawnSync('systemd-sysext', ['--version']).status !== 0)(
    'merges under another file name too, and not where a key differs',
    async () => {
      const about = { board: 'amd64-usr', eprefix: '/opt/x', smoke: [] } as const;
      const renamed = await checkImage({ ...about, image: (await pack()).image, name: 'renamed-1.2', options: normal });
      expect(renamed.summary).toMatch(/systemd-sysext merged it over \/opt|does not allow a trial merge/);
      const flatcar = { ...normal, target: 'flatcar' } as const;
      const { image } = await pack(undefined, flatcar);
      const check = await checkImage({ ...about, image, name: 'x', options: { ...flatcar, level: '2.0' } });
      expect(check.summary).toMatch(/did not merge \/opt|does not allow a trial merge/);
      expect(check.ok).toBe(false);
    },
  );

  it.skipIf(process.getuid?.() !== 0 || spawnSync('systemd-sysext', ['--version']).status !== 0)(
    'is merged by root, but its program starts inside the sandbox and can do no harm',
    async () => {
      const spy = join(import.meta.dirname, '../inspect/__fixtures__/spy.c');
      execFileSync('gcc', ['-static', '-o', join(work, 'final/opt/x/usr/bin/static'), spy]);
      const { image } = await pack();
      const check = await checkImage({
        image,
        name: 'x',
        board: 'amd64-usr',
        eprefix: '/opt/x',
        options: normal,
        smoke: [['usr/bin/static', '1', image.path]],
      });
      expect(check.findings).toEqual([]);
      // where the kernel lets nobody attach images, the program is not started at all
      expect(check.summary).toMatch(/static 1 .* ran from there|does not allow a trial merge/);
    },
  );

  /** The smoke command of an image runs this C program over the merged tree. */
  async function checkSmoke(source: string, ...words: readonly string[]) {
    writeFileSync(join(work, 'smoke.c'), source);
    execFileSync('gcc', ['-static', '-o', join(work, 'final/opt/x/usr/bin/static'), join(work, 'smoke.c')]);
    const about = { name: 'x', board: 'amd64-usr', eprefix: '/opt/x', options: normal } as const;
    return checkImage({ ...about, image: (await pack()).image, smoke: [['usr/bin/static', ...words]] });
  }

  it.skipIf(process.getuid?.() !== 0 || spawnSync('systemd-sysext', ['--version']).status !== 0)(
    'takes no word of the program for one of its own, however much it says',
    async () => {
      const program = `
        #include <stdio.h>
        #include <stdlib.h>
        int main(int count, char **words) {
          puts("merged /opt\\nended 0\\nended 7");
          for (int i = 0; i < 20000; i++) puts("a line of a long help");
          puts("last words");
          return atoi(words[1]);
        }`;
      const good = await checkSmoke(program, '0');
      expect(good.summary).toMatch(/static 0` ran from there|does not allow a trial merge/);
      const bad = await checkSmoke(program, '3');
      expect(bad.summary).toMatch(/static 3` returned 3: last words|does not allow a trial merge/);
      for (const { start } of bad.findings) expect(start).toMatchObject({ exitCode: 3, how: 'returned 3' });
    },
  );

  it.skipIf(process.getuid?.() !== 0 || spawnSync('systemd-sysext', ['--version']).status !== 0)(
    'names the limit that ended the program',
    async () => {
      vi.stubEnv('PREFIX_STUDIO_LIMITS', 'start.log=64K');
      const check = await checkSmoke('#include <stdio.h>\nint main(void) { for (;;) puts("ended 0"); }');
      vi.unstubAllEnvs();
      expect(check.summary).toMatch(
        /was ended because it wrote more than 64 KiB of output \(limit `start.log`\)|does not let/,
      );
    },
  );
});

describe('deployment', () => {
  it('keeps the image off the hierarchy that turns read-only and names the hash', () => {
    const snippets = deploySnippets({
      target: 'flatcar',
      name: 'x',
      eprefix: '/opt/x',
      image: { fileName: 'x.raw', sha256: 'ab' },
      url: 'https://files.example.org/x.raw',
    });
    expect(snippets.butane).toContain('path: /var/lib/extensions/x.raw');
    expect(snippets.butane).toContain('hash: sha256-ab');
    expect(snippets.warnings.join()).toContain('/opt is read-only');
    expect(
      deploySnippets({
        name: 'x',
        eprefix: '/usr/local/x',
        target: 'flatcar',
        image: { fileName: 'x.raw', sha256: 'ab' },
        url: '',
      }).warnings,
    ).toEqual([]);
  });
});
