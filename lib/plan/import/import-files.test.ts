import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Design, parseDesign } from '../../design';
import { shellCommands } from './emerge-line';
import { kindOfText } from './file-kinds';
import { type ImportChoices, type ImportedDesign, importFiles } from './import-files';
import { readImport } from './read-import';

function imported(
  files: Readonly<Record<string, string>>,
  choices: ImportChoices = {},
): ImportedDesign & { design: Design } {
  const answer = importFiles(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    choices,
  );
  // the text is a design but for packages that nothing named
  const parsed = parseDesign(answer.text.replace('packages: []', 'packages: [a/b]'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { ...answer, design: parsed.design };
}

const reasons = ({ left }: ImportedDesign): readonly string[] => left.map(({ text, note }) => `${text}: ${note}`);

describe('a call of emerge', () => {
  it('gives packages and the variables before it, and names what is no matter of a design', () => {
    const answer = imported(
      {
        emerge:
          'sudo USE="-X wayland" ACCEPT_KEYWORDS="~arm64" emerge -av --jobs 4 --exclude firefox tmux ">=dev-lang/python-3.12" @world',
      },
      { names: ['app-misc/tmux'] },
    );
    expect(answer.design).toMatchObject({
      board: 'arm64-usr',
      packages: ['app-misc/tmux', '>=dev-lang/python-3.12'],
      use: ['-X', 'wayland'],
      accept_keywords: ['~arm64'],
    });
    expect(answer.left.map(({ text }) => text)).toEqual(['-av', '--jobs 4', '--exclude firefox', '@world']);
  });

  it.each([
    ['emerge -C nano', 'removes packages'],
    ['emerge --unmerge nano', 'removes packages'],
    ['emerge -avc nano', 'removes packages'],
    ['emerge --depclean', 'removes packages'],
    ['emerge --prune y', 'removes packages'],
    ['emerge --search nano', 'only asks'],
    ['emerge --info nano', 'only asks'],
    ['emerge --sync', 'installs nothing'],
    ['sudo emerge --config nano', 'installs nothing'],
    ['emerge -pvs nano', 'only asks'],
    ['emerge -f nano', 'only fetches sources'],
    ['emerge -uDF @world', 'only fetches sources'],
    ['emerge --fetchonly nano', 'only fetches sources'],
    ['emerge -o nano', 'but not the packages'],
    ['emerge --buildpkgonly nano', 'only packs'],
  ])('%j is not taken', (emerge, reason) => {
    const answer = imported({ emerge });
    expect(answer.taken).toEqual([]);
    expect(answer.left.at(-1)?.note).toContain(reason);
  });

  it.each([
    [
      'emerge foo',
      'no package of the tree `starter` has this name. Another tree may have it: choose it with `--tree`.',
    ],
    ['emerge tmuxx', 'no package of the tree `starter` has this name. Did you mean `app-misc/tmux`?'],
    [
      'emerge jq',
      '`jq` is the name of 2 packages. Write the one you mean with its category: `app-misc/jq`, `dev-python/jq`.',
    ],
    ['emerge a/b/c', 'is not a package that can be asked for. '],
  ])('%j is left with the next step', (emerge, reason) => {
    const { left } = imported({ emerge }, { names: ['app-misc/tmux', 'app-misc/jq', 'dev-python/jq'] });
    expect(left).toHaveLength(1);
    expect(left[0]?.note.startsWith(reason)).toBe(true);
  });

  it.each([
    ['emerge --autounmask-write y a/nano', ['a/nano']],
    ['emerge -av a/nano; dispatch-conf', ['a/nano']],
    ['emerge a/nano && etc-update && emerge -j 4 ">=a/tmux-3" # both', ['a/nano', '>=a/tmux-3']],
    ['# emerge -1 a/nano', ['a/nano']],
    ['host ~ # USE="x" emerge --depclean n a/nano 2>&1 | tee log', ['a/nano']],
    ['me@host ~ $ sudo emerge >=a/nano-2 > /dev/null', ['>=a/nano-2']],
    ['/usr/bin/emerge --usepkg-exclude a/b a/nano', ['a/nano']],
    ['emerge -pv a/nano', ['a/nano']],
  ])('%j asks for packages', (text, packages) => {
    expect(kindOfText(text)).toBe('emerge');
    expect(imported({ pasted: text }).design.packages).toEqual(packages);
  });

  it.each(['-pv', '--pretend', '-vp'])('%s is told as one that only shows', (option) => {
    expect(reasons(imported({ emerge: `emerge ${option} a/nano` }))).toEqual([
      `${option}: only shows what emerge would install; the design asks for it all the same`,
    ]);
  });

  it.each([
    ['a  "b c" d\\ e', ['a', 'b c', 'd e']],
    [`X='1 2' emerge \\\n a`, ['X=1 2', 'emerge', 'a']],
    ['"a\\"b" \'\'', ['a"b', '']],
  ])('is split as a shell does: %j', (text, words) => {
    expect(shellCommands(text)).toEqual([words]);
  });
});

describe('etc/portage', () => {
  it('gives use, keywords, licences, masks, variables and repositories', () => {
    const answer = imported({
      'make.conf': [
        'COMMON_FLAGS="-O2 -march=native"',
        `CFLAGS="$${'{COMMON_FLAGS}'}"`,
        'USE="-kde X"',
        'L10N="de en-GB"',
        'ACCEPT_LICENSE="-* @FREE"',
        'MAKEOPTS="-j8"',
      ].join('\n'),
      'package.use/zz':
        '*/* PYTHON_TARGETS: -* python3_12 # why\nnet-misc/curl -http3\nnet-misc/curl L10N: de\nbad!! x\n',
      'package.accept_keywords': 'app-misc/tmux\n=app-misc/jq-1* **\n',
      'package.mask': 'dev-lang/perl\n-sys-apps/x\n',
      'profile/package.provided': 'virtual/mta-9999\n',
      'repos.conf/x.conf':
        '[DEFAULT]\nmain-repo = gentoo\n[gentoo]\nlocation = /g\n[guru]\nlocation = /guru\nsync-uri = https://example.org/guru.git\n',
      'env/debug': 'CFLAGS="-O0"\n',
      'profile/package.use.mask': 'app-misc/jq oniguruma\n',
      'savedconfig/sys-apps/busybox': 'x\n',
    });
    expect(answer.design).toMatchObject({
      use: ['-kde', 'X'],
      accept_license: ['-*', '@FREE'],
      make_conf: { CFLAGS: '-O2', L10N: 'de en-GB' },
      package_use: {
        '*/*': ['PYTHON_TARGETS:', '-*', 'python3_12'],
        'net-misc/curl': ['-http3', 'l10n_de'],
      },
      package_accept_keywords: { 'app-misc/tmux': ['~amd64'], '=app-misc/jq-1*': ['**'] },
      package_mask: ['dev-lang/perl'],
      package_unmask: ['sys-apps/x'],
      target_provides: ['=virtual/mta-9999'],
      repositories: [{ name: 'guru', location: 'https://example.org/guru.git' }],
    });
    const told = reasons(answer).join('\n');
    for (const word of ['-march=native', 'MAKEOPTS', 'bad!!', '/g:', 'staging root', 'does not concern a design']) {
      expect(told).toContain(word);
    }
  });

  it('opens the sets that came along', () => {
    const { design } = imported({
      'sets/tools': 'app-misc/jq\n@more\n',
      'sets/more': 'app-misc/tmux\n',
      world: '@tools\n',
    });
    expect(design.packages).toEqual(['app-misc/jq', 'app-misc/tmux']);
  });

  it('is told as a whole where a file is not what its name says', () => {
    const answer = imported({ 'make.conf': 'USE="a\n' });
    expect(answer.left).toEqual([{ from: 'make.conf', text: 'the whole file', note: expect.any(String) as string }]);
  });
});

describe('a text without an end', () => {
  it('is read up to a limit, which is told once', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `app-misc/p${index}`).join('\n');
    const answer = imported({ world: many });
    expect(answer.design.packages).toHaveLength(2_000);
    expect(reasons(answer)).toEqual(['the rest: more than 2000 entries are not read']);
  });
});

describe('pasted text', () => {
  it.each([
    ['emerge -1 foo', 'emerge'],
    ['$ sudo USE="x" emerge foo', 'emerge'],
    ['app-misc/tmux\n@tools\n', 'world'],
    ['app-misc/tmux ~amd64\n*/* **', 'package.accept_keywords'],
    ['app-misc/tmux -x L10N: de', 'package.use'],
    ['# c\nUSE="x"', 'make.conf'],
    ['[guru]\nlocation = /x', 'repos.conf'],
    ['just some words', null],
  ])('%j is taken for %s', (text, kind) => {
    expect(kindOfText(text)).toBe(kind);
  });
});

describe('places of this machine', () => {
  let folder: string;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'import-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('a final root: what it has installed, its configuration and its path', () => {
    const entry = (cpv: string, rdepend: string): void => {
      for (const [key, text] of Object.entries({
        EAPI: '8',
        SLOT: '0',
        RDEPEND: rdepend,
        USE: '',
        repository: 'starter',
      })) {
        write(`root/opt/demo/var/db/pkg/${cpv}/${key}`, `${text}\n`);
      }
    };
    entry('app-misc/jq-1.6', 'dev-libs/oniguruma');
    entry('dev-libs/oniguruma-6', '');
    entry('sys-libs/c-runtime-1', '');
    write('root/opt/demo/etc/portage/package.use/x', 'app-misc/jq -man\n');
    const { files, path } = readImport(join(folder, 'root/opt/demo'));
    const answer = importFiles(files, { path: path ?? '' });
    const parsed = parseDesign(answer.text);
    expect(parsed.ok && parsed.design).toMatchObject({
      name: 'demo',
      path: '/opt/demo',
      packages: ['app-misc/jq'],
      package_use: { 'app-misc/jq': ['-man'] },
    });
  });

  it('a root of ours with its world file, without what is in every prefix', () => {
    write('root/opt/demo/etc/portage/package.use/x', 'app-misc/jq -man\n');
    write('root/opt/demo/var/lib/portage/world', 'app-misc/jq\nsys-devel/c-toolchain\nsys-libs/c-runtime\n');
    const { files } = readImport(join(folder, 'root/opt/demo'));
    const parsed = parseDesign(importFiles(files, { path: '/opt/demo' }).text);
    expect(parsed.ok && parsed.design.packages).toEqual(['app-misc/jq']);
  });

  it('a wrapper of the SDK', () => {
    write('emerge-prefix-demo-arm64-usr', "#!/bin/bash\n# emerge\nPREFIXNAME='demo'\nEPREFIX='/opt/demo'\n");
    const { design } = imported(
      Object.fromEntries(
        readImport(join(folder, 'emerge-prefix-demo-arm64-usr')).files.map(({ path, text }) => [path, text]),
      ),
    );
    expect(design).toMatchObject({ name: 'demo', board: 'arm64-usr', path: '/opt/demo' });
  });

  it('leaves what it may not read of a folder, each with its reason, and takes the rest', () => {
    write('portage/package.use/z', 'app-misc/jq -man\n');
    for (const name of ['a', 'b']) symlinkSync('/etc/passwd', join(folder, 'portage/package.use', name));
    symlinkSync('/etc', join(folder, 'portage/package.mask'));
    execFileSync('mkfifo', [join(folder, 'portage/make.conf')]);
    write('portage/package.license', '');
    truncateSync(join(folder, 'portage/package.license'), 2 ** 40);
    const { files, left } = readImport(join(folder, 'portage'));
    expect(files.map(({ path }) => path)).toEqual(['package.use/z']);
    expect(left.map(({ from, note }) => [from, note])).toEqual([
      ['make.conf', 'is not a regular file'],
      ['package.license', expect.stringContaining('is too large')],
      ['package.mask', expect.stringContaining('leads out of')],
      ['package.use/a', expect.stringContaining('leads out of')],
      ['package.use/b', expect.stringContaining('leads out of')],
    ]);
  });

  it('takes a file that was named wherever its link leads', () => {
    write('elsewhere/mine', 'app-misc/jq\n');
    symlinkSync('elsewhere/mine', join(folder, 'world'));
    expect(readImport(join(folder, 'world'))).toEqual({ files: [{ path: 'world', text: 'app-misc/jq\n' }], left: [] });
  });

  it.each<[string, string, (path: string) => void]>([
    ['that is not there', 'is not there', () => undefined],
    ['that leads nowhere', 'is not there', (path) => symlinkSync('nothing', path)],
    ['that leads to itself', 'leads to itself', (path) => symlinkSync('place', path)],
    ['that is a FIFO', 'is not a regular file', (path) => execFileSync('mkfifo', [path])],
    ['that is a device', 'is not a regular file', (path) => symlinkSync('/dev/zero', path)],
  ])('refuses a place %s', (_, reason, make) => {
    make(join(folder, 'place'));
    expect(() => readImport(join(folder, 'place'))).toThrow(
      expect.objectContaining({ code: 'IMPORT_UNREADABLE', message: expect.stringContaining(reason) }),
    );
  });
});

describe('a line of which one word is odd', () => {
  it('counts but for that word, as it does for Portage', () => {
    const answer = imported({
      'package.use': 'app-misc/jq oniguruma ss!l -nls L10N: de\n',
      'package.accept_keywords': 'app-misc/jq ~amd64 amd64!\n',
    });
    expect(answer.design).toMatchObject({
      package_use: { 'app-misc/jq': ['oniguruma', '-nls', 'L10N:', 'de'] },
      package_accept_keywords: { 'app-misc/jq': ['~amd64'] },
    });
    expect(answer.left.map(({ text }) => text)).toEqual(['app-misc/jq amd64!', 'app-misc/jq ss!l']);
  });
});

describe('files that lie among those of a configuration', () => {
  const kernel = 'CONFIG_64BIT=y\nCONFIG_NET=y\n';

  it('are not taken for what their text looks like', () => {
    const answer = imported({
      'etc/portage/package.use': 'app-misc/jq oniguruma\n',
      'kernel/config': kernel,
      'etc/timezone': 'Europe/Prague\n',
      'systemd/logind.conf': '[Login]\n',
    });
    expect(answer.taken.map(({ from }) => from)).toEqual(['etc/portage/package.use:1']);
    expect(answer.left.map(({ from, note }) => [from, note])).toEqual(
      ['etc/timezone', 'kernel/config', 'systemd/logind.conf'].map((from) => [
        from,
        'is not a file that Portage reads',
      ]),
    );
  });

  it('are told in one line when they are many', () => {
    const others = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`etc/other${at}`, kernel]));
    const { left } = imported({ 'etc/portage/package.use': 'app-misc/jq oniguruma\n', ...others });
    expect(left).toEqual([
      {
        from: 'etc/other0, etc/other1, etc/other2',
        text: 'and 6 more files',
        note: 'are not files that Portage reads',
      },
    ]);
  });

  it('are guessed where nothing else is known, and where they were named', () => {
    expect(imported({ 'mine/settings': 'USE="-X"\n' }).design).toMatchObject({ use: ['-X'] });
    expect(imported({ 'etc/portage/package.use': 'a/b c\n', settings: 'USE="-X"\n' }).design).toMatchObject({
      use: ['-X'],
    });
  });
});
