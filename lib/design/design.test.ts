import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDesign, validateDesign } from './design';
import { diffLines, formatDiff } from './diff';
import { applyEdits } from './edit';
import { checkName, checkPath, checkVariable } from './fields';
import { formatDesign } from './format';
import { designJsonSchema, designSchema } from './schema';

const good = `name: demo
board: amd64-usr
path: /opt/demo
packages:
  - app-editors/nano
`;

function design() {
  const result = parseDesign(good);
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.design;
}

describe('the systems an image is for', () => {
  const minimal = { name: 'x', board: 'amd64-usr', path: '/opt/x', packages: ['a/b'] };
  const read = (sysext: object) => designSchema.parse({ ...minimal, sysext }).sysext;

  it.each([
    [{}, 'any'],
    [{ level: '1.0' }, 'flatcar'],
    [{ match: 'version-id', level: '4593.2.5' }, 'flatcar'],
    [{ target: 'any', level: '2.0' }, 'any'],
    [{ target: 'flatcar' }, 'flatcar'],
  ])('%j is for %s, also when it was written and read again', (sysext, target) => {
    expect(read(sysext)).toMatchObject({ target });
    const written = parseDesign(formatDesign(designSchema.parse({ ...minimal, sysext })));
    expect(written).toMatchObject({ ok: true, design: { sysext: read(sysext) } });
  });
});

describe('a prefix design', () => {
  it('needs only name, board, path and packages', () => {
    expect(design()).toMatchObject({ tree: 'starter', use: [], sysext: { format: 'squashfs', target: 'any' } });
  });

  it('is written back as it was read, defaults left out', () => {
    expect(formatDesign(design())).toBe(good);
  });

  it('keeps every key through writing and reading', () => {
    const full = validateDesign({
      name: 'full',
      board: 'arm64-usr',
      path: '/usr/local/full',
      tree: 'flatcar',
      packages: ['>=dev-lang/python-3.12:3.12', '@server'],
      use: ['-nls', 'ssl'],
      package_use: { 'dev-lang/python': ['sqlite', '-tk'] },
      accept_keywords: ['~arm64'],
      package_accept_keywords: { 'app-misc/*': ['**'] },
      accept_license: ['@FREE'],
      package_license: { 'sys-kernel/linux-firmware': ['*'] },
      package_mask: ['dev-lang/perl'],
      package_unmask: ['=dev-lang/lua-5.4*'],
      allow_network: ['dev-util/*'],
      make_conf: { PYTHON_TARGETS: 'python3_12' },
      host_provides: ['sys-devel/bison'],
      repositories: [{ name: 'mine', location: 'https://git.example.org/mine.git', priority: 50 }],
      sysext: { compression: 'xz', target: 'any' },
      smoke: [['usr/bin/python3', '--version']],
    });
    if (!full.ok) throw new Error(JSON.stringify(full.problems));
    expect(parseDesign(formatDesign(full.design))).toEqual(full);
  });

  it('names line and column of a wrong entry', () => {
    const result = parseDesign(good.replace('app-editors/nano', 'nano'));
    expect(result).toMatchObject({
      ok: false,
      problems: [{ field: 'packages.0', code: 'ATOM_INVALID', line: 5, column: 5 }],
    });
  });

  it('says every problem at once, also when the shape is wrong elsewhere', () => {
    const result = parseDesign('name: my app\nboard: x86\npath: opt/demo\npackages: [nano]\ncolour: red\n');
    if (result.ok) throw new Error('accepted');
    expect(result.problems.map((problem) => problem.code).sort()).toEqual(
      ['ATOM_INVALID', 'BOARD_UNKNOWN', 'NAME_CHARACTERS', 'PATH_RELATIVE', 'UNKNOWN_KEY'].sort(),
    );
    for (const problem of result.problems) expect(problem.hint).not.toBe('');
  });

  it('turns broken YAML into a problem with a position', () => {
    expect(parseDesign('name: [demo\n')).toMatchObject({ ok: false, problems: [{ code: 'YAML_SYNTAX', line: 2 }] });
  });

  it('has its JSON Schema in public/', () => {
    const shipped = readFileSync(join(import.meta.dirname, '../../public/prefix.schema.json'), 'utf8');
    expect(JSON.parse(shipped)).toEqual(JSON.parse(JSON.stringify(designJsonSchema())));
  });
});

describe('the path of a prefix', () => {
  it.each([
    ['/opt/demo', null],
    ['/usr/local/my-app', null],
    ['/opt/a/b.c+d', null],
    ['', 'MISSING'],
    ['opt/demo', 'PATH_RELATIVE'],
    ['/usr', 'PATH_RESERVED'],
    ['/opt', 'PATH_RESERVED'],
    ['/', 'PATH_RESERVED'],
    ['/usr/lib/x', 'PATH_RESERVED'],
    ['/usr/local', 'PATH_RESERVED'],
    ['/srv/app', 'PATH_OUTSIDE_SYSEXT'],
    ['/opt/../etc', 'PATH_NOT_NORMAL'],
    ['/opt/demo/', 'PATH_NOT_NORMAL'],
    ['/opt//demo', 'PATH_NOT_NORMAL'],
    ['/opt/my app', 'PATH_CHARACTERS'],
    ['/opt/a:b', 'PATH_CHARACTERS'],
    ['/opt/a\nb', 'PATH_CHARACTERS'],
    [`/opt/${'a'.repeat(200)}`, 'PATH_TOO_LONG'],
  ])('%j is judged %s', (path, code) => {
    expect(checkPath(path, { sysext: true })?.code ?? null).toBe(code);
  });

  it('may lie elsewhere when no sysext is wanted', () => {
    expect(checkPath('/srv/app', { sysext: false })).toBeNull();
  });

  it('suggests a path that is right', () => {
    const wrong = [
      'opt/demo',
      '/opt/../opt/x',
      '/srv/app',
      '/opt/my app',
      '/usr',
      '/opt/../etc',
      '/srv/bin',
      'opt',
      '/opt//',
    ];
    for (const path of wrong) {
      const suggestion = checkPath(path, { sysext: true })?.suggestion;
      expect(suggestion, path).toBeDefined();
      expect(checkPath(suggestion ?? '', { sysext: true }), path).toBeNull();
    }
  });
});

describe('a suggested path', () => {
  it.each([
    ['opt/x', true, '/opt/x'],
    ['./x', true, '/opt/x'],
    ['/opt/../etc', true, '/opt/my-app'],
    ['/srv/app/', false, '/srv/app'],
    ['/usr/local//x', true, '/usr/local/x'],
  ])('for %j, sysext %j, is %s', (path, sysext, meant) => {
    expect(checkPath(path, { sysext })?.suggestion).toBe(meant);
  });
});

describe('the name of a prefix', () => {
  it.each([
    ['demo', null],
    ['my-app_2.0', null],
    ['', 'NAME_EMPTY'],
    ['my app', 'NAME_CHARACTERS'],
    ['../x', 'NAME_CHARACTERS'],
    ['a/b', 'NAME_CHARACTERS'],
    ['-rf', 'NAME_CHARACTERS'],
    ['a..b', 'NAME_CHARACTERS'],
    ['a\u0000b', 'NAME_CHARACTERS'],
    ['a'.repeat(65), 'NAME_TOO_LONG'],
  ])('%j is judged %s', (name, code) => {
    expect(checkName(name)?.code ?? null).toBe(code);
  });
});

describe('make.conf variables of a design', () => {
  it.each([
    ['PYTHON_TARGETS', 'python3_12', null],
    ['CFLAGS', '-O2 -pipe', null],
    ['ROOT', '/', 'VARIABLE_RESERVED'],
    ['USE', 'ssl -nls -python_targets_* +x', null],
    ['USE', 'ssl nls!', 'FLAG_INVALID'],
    ['ACCEPT_KEYWORDS', '~amd64 **', null],
    ['ACCEPT_LICENSE', '-@EULA GPL-2', null],
    ['A B', 'x', 'VARIABLE_INVALID'],
    ['X', '$(reboot)', 'VALUE_CHARACTERS'],
    ['X', 'a"b', 'VALUE_CHARACTERS'],
    ['X', 'a\nb', 'VALUE_CHARACTERS'],
  ])('%s=%j is judged %s', (name, value, code) => {
    expect(checkVariable(name, value, 'make_conf')?.code ?? null).toBe(code);
  });
});

describe('the image of a design', () => {
  it.each([
    [{ match: 'version-id' }, 'SYSEXT_INVALID'],
    [{ match: 'version-id', level: '1.0' }, 'SYSEXT_INVALID'],
    [{ match: 'version-id', level: '4230.2.0' }, null],
    [{ target: 'any', match: 'version-id' }, null],
    [{ level: '1.0' }, null],
  ] as const)('%j is judged %s', (sysext, code) => {
    const result = validateDesign({ name: 'x', board: 'amd64-usr', path: '/opt/x', packages: ['a/b'], sysext });
    expect(result.ok ? null : result.problems[0]?.code).toBe(code);
  });
});

describe('words of package_use', () => {
  it.each([
    [['PYTHON_TARGETS:', '-*', 'python3_12'], null],
    [['L10N:', 'de', 'pt-BR', 'VIDEO_CARDS:', '*', '-nouveau'], null],
    [['-python_targets_*', 'cpu_flags_x86_*', '-*', '+ssl'], null],
    [['*'], 'FLAG_INVALID'],
    [['ssl', 'a b'], 'FLAG_INVALID'],
    [['L10N:', 'de;'], 'FLAG_INVALID'],
  ])('%j are judged %s', (words, code) => {
    const result = validateDesign({ ...design(), package_use: { '*/*': words } });
    expect(result.ok ? null : result.problems[0]?.code).toBe(code);
  });
});

describe('edits of a design', () => {
  it('are not swallowed by a group that they stand behind', () => {
    const words = ['PYTHON_TARGETS:', '-*', 'python3_12'];
    const before = { ...design(), package_use: { 'net-misc/curl': words } };
    const after = applyEdits(before, [{ kind: 'package_use', atom: 'net-misc/curl', flags: ['-http3'] }]);
    expect(after.package_use).toEqual({
      'net-misc/curl': ['-python_targets_*', 'python_targets_python3_12', '-http3'],
    });
  });

  it('replace a flag that was set the other way', () => {
    const before = applyEdits(design(), [{ kind: 'package_use', atom: 'net-misc/curl', flags: ['http3', 'ssl'] }]);
    const after = applyEdits(before, [{ kind: 'package_use', atom: 'net-misc/curl', flags: ['-http3'] }]);
    expect(after.package_use).toEqual({ 'net-misc/curl': ['ssl', '-http3'] });
    expect(before.package_use).toEqual({ 'net-misc/curl': ['http3', 'ssl'] });
  });

  it('leave files out of the image besides those it does without already', () => {
    const before = applyEdits(design(), [{ kind: 'leave_out', patterns: ['/etc/ssl/misc/CA.pl'] }]);
    const after = applyEdits(before, [{ kind: 'leave_out', patterns: ['/etc/ssl/misc/tsget', '/etc/ssl/misc/CA.pl'] }]);
    expect(after.make_conf).toEqual({ INSTALL_MASK: '/etc/ssl/misc/CA.pl /etc/ssl/misc/tsget' });
  });

  it('show as a one-entry diff of the file', () => {
    const after = applyEdits(design(), [{ kind: 'make_conf', variable: 'PYTHON_TARGETS', value: 'python3_12' }]);
    expect(formatDiff(diffLines(formatDesign(design()), formatDesign(after)), 0)).toBe(
      '+ make_conf:\n+   PYTHON_TARGETS: python3_12',
    );
  });
});

describe('a design of the wrong shape is told in words of our own', () => {
  const problemsOf = (text: string): readonly string[] => {
    const result = parseDesign(text);
    return result.ok ? [] : result.problems.map(({ message }) => message);
  };

  it.each(['', '# nothing\n', '---\n', '{}', '[]', 'null', '""'])('%j is empty', (text) => {
    const result = parseDesign(text);
    expect(result).toMatchObject({ ok: false, problems: [{ message: 'The design is empty.' }] });
    expect(result.ok ? '' : result.problems[0]?.hint).toContain('prefix-studio starters');
  });

  it.each([
    ['hello', 'The design is the text `hello`, and has to be lines of the form `key: value`.'],
    ['42', 'The design is the number `42`, and has to be lines of the form `key: value`.'],
    ['[a]', 'The design is a list, and has to be lines of the form `key: value`.'],
    [`${good}use: 5`, '`use` is the number `5`, not a list.'],
    [`${good}use: {a: b}`, '`use` is a group of keys, not a list.'],
    [`${good}from_source: maybe`, '`from_source` is the text `maybe`, not `true` or `false`.'],
    [`${good}toolchain: gcc`, '`toolchain` is the text `gcc`, not `auto`, `sdk` or `host`.'],
    [`${good}make_conf: {A: 1}`, '`make_conf.A` is the number `1`, not text.'],
    [`${good}repositories: [7]`, '`repositories.0` is the number `7`, not a group of keys.'],
    [
      `${good}repositories: [{name: a, priority: 1.5}]`,
      '`repositories.0.priority` is the number `1.5`, not a whole number.',
    ],
    [`${good}smoke: [[]]`, '`smoke.0` is an empty list, not a list with at least one entry.'],
    [`${good}sysext: sure`, '`sysext` is the text `sure`, not a group of keys.'],
    [`${good}sysext: {format: iso}`, '`sysext.format` is the text `iso`, not `squashfs` or `erofs`.'],
    [`${good}sysext: {keep: [all]}`, '`sysext.keep.0` is the text `all`, not `development` or `documentation`.'],
  ])('%j', (text, message) => {
    expect(problemsOf(text)).toEqual([message]);
  });

  it.each([
    ['a: 1\n---\nb: 2\n', 'a design is one document, and this `---` begins another'],
    ['a: b: c\n', 'there is a second `: ` in this line; a text that has one is written in quotes'],
    ['a: `b`\n', 'a text that begins with this character has to be in quotes'],
  ])('%j is no YAML', (text, words) => {
    expect(problemsOf(text)[0]).toContain(words);
  });
});

it('a USE flag that is a line of several has its words as the hint', () => {
  const result = parseDesign(`${good}package_use: {app-misc/jq: ['L10N: de']}\n`);
  expect(result).toMatchObject({
    problems: [{ code: 'FLAG_INVALID', hint: 'Give each of its words an entry of its own: `L10N:`, `de`.' }],
  });
});
