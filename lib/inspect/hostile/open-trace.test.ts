import { describe, expect, it } from 'vitest';
import { mostFiles } from './kept-files';
import { OpenTraceReader, readLoaderDebug } from './open-trace';
import { outsideKindOf } from './outside-kinds';

const program = '/opt/x/usr/bin/x';
const begin = `7 execve("${program}", ["${program}"], 0x1 /* 2 vars */) = 0\n`;

function traceOf(...pieces: readonly string[]) {
  const reader = new OpenTraceReader(program, '/opt/x');
  for (const piece of pieces) reader.take(piece);
  return reader.trace;
}

const read = (text: string) => traceOf(`${text}\n`).opened;
const open = (path: string, isThere = true) => ({ path, call: 'open', isThere });

describe('what strace wrote', () => {
  it.each([
    ['7 openat(AT_FDCWD</tmp>, "/etc/hosts", O_RDONLY|O_CLOEXEC) = 3</etc/hosts>', [open('/etc/hosts')]],
    ['7 open("/etc//x/../hosts", O_RDONLY) = 3', [open('/etc/hosts')]],
    ['7 openat(AT_FDCWD</tmp>, "/none", O_RDONLY) = -1 ENOENT (No such file or directory)', [open('/none', false)]],
    ['7 openat(AT_FDCWD</tmp>, "there", O_RDONLY) = 3</tmp/there>', [open('/tmp/there')]],
    ['7 openat(4</usr/lib>, "libz.so.1", O_RDONLY) = 5</usr/lib/libz.so.1>', [open('/usr/lib/libz.so.1')]],
    ['7 openat(AT_FDCWD</>, "", O_RDONLY) = -1 ENOENT (No such file or directory)', []],
    ['7 openat(AT_FDCWD</tmp>, "/a \\"b\\\\c\\303\\244", O_RDONLY) = 3', [open('/a "b\\cä')]],
    ['7 openat(AT_FDCWD</tmp>, "/\\33[2J\\n\\377", O_RDONLY) = 3', [open('/\\x1b[2J\\n\\xff')]],
    [
      '7 connect(3<UNIX>, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT (No such file)',
      [{ path: '/var/run/nscd/socket', call: 'connect', isThere: false }],
    ],
    ['7 connect(3<TCP>, {sa_family=AF_INET, sin_port=htons(53)}, 16) = 0', []],
    ['8 execve("/bin/sh", ["sh", "-c", "x"], 0x1) = 0', [{ path: '/bin/sh', call: 'execute', isThere: true }]],
    [
      '7 openat(AT_FDCWD</tmp>, "/one", O_RDONLY <unfinished ...>\n8 openat(AT_FDCWD</tmp>, "/two", O_RDONLY) = 3\n7 <... openat resumed>) = 4</one>',
      [open('/two'), open('/one')],
    ],
    ['7 openat(AT_FDCWD</tmp>, "/one", O_RDONLY <unfinished ...>\n7 +++ killed by SIGKILL +++', []],
    ['7 write(1</dev/null>, "/etc/hosts", 10) = 10\nnonsense', []],
    [
      '7 openat(AT_FDCWD</>, "/a", O_RDONLY) = 3\n7 openat(AT_FDCWD</>, "/a", O_WRONLY) = -1 EACCES (Permission denied)',
      [open('/a')],
    ],
  ])('%s', (line, expected) => {
    expect(read(begin + line)).toEqual(expected);
  });

  it.each([
    ['7 openat(AT_FDCWD</>, "/cut", O_RDONLY'],
    ['7 openat(AT_FDCWD</>, "/cut", O_RDONLY) = ?'],
    ['7 openat(AT_FDCWD</>, "/cut", O_RDONLY) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)'],
    ['7 openat(AT_FDCWD</>, "/cut", O_RDONLY <unfinished ...>\n7 <... openat resumed>) = ?'],
    ['7 openat(AT_FDCWD</>, "/opt/x/lib64/libc.so.6", O_RDONLY) = 3'],
  ])('has no result of a call in flight, and nothing of the prefix: %s', (line) => {
    expect(read(begin + line)).toEqual([]);
  });

  it('takes no word of a name for the result', () => {
    expect(read(`${begin}7 openat(AT_FDCWD</>, "/x) = 3", O_RDONLY) = -1 ENOENT (No such file or directory)`)).toEqual([
      open('/x) = 3', false),
    ]);
    const folder = '/a\\76\\"\\74) = -1 ';
    expect(read(`${begin}7 openat(3<${folder}>, "y) = -1 ", O_RDONLY) = 4<${folder}/y) = -1 >`)).toEqual([
      open('/a>"<) = -1 /y) = -1 '),
    ]);
  });

  it('may come in pieces, and what has no end is left out', () => {
    const line = '7 openat(AT_FDCWD</>, "/etc/hosts", O_RDONLY) = 3\n';
    const { opened, isStarted } = traceOf(
      begin.slice(0, 9),
      begin.slice(9) + line.slice(0, 30),
      line.slice(30),
      '7 op',
    );
    expect([opened, isStarted]).toEqual([[open('/etc/hosts')], true]);
  });

  it('keeps as many names as can be kept, and counts the calls with others', () => {
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => `7 open("/n${from + at}", O_RDONLY) = 3\n`).join('');
    const { opened, more } = traceOf(begin, lines(0, 400), lines(0, mostFiles + 20));
    expect([opened.length, more]).toEqual([mostFiles, 20]);
    const long = traceOf(begin, ...[1, 2, 3].map((at) => `7 open("/${at}${'a'.repeat(30_000)}", O_RDONLY) = 3\n`));
    expect([long.opened.length, long.more]).toEqual([2, 1]);
  });

  it('leaves out what the sandbox did, before and beside the program', () => {
    const sandbox = '5 openat(AT_FDCWD</>, "/etc/passwd", O_RDONLY) = 3\n6 execve("/usr/bin/bwrap", [], 0x1) = 0\n';
    const late = '\n6 openat(AT_FDCWD</>, "/etc/shadow", O_RDONLY) = 3';
    const own = '9 openat(AT_FDCWD</>, "/etc/hosts", O_RDONLY) = 3';
    expect(read(sandbox + begin + own + late)).toEqual([open('/etc/hosts')]);
    expect(read(sandbox)).toEqual([]);
  });
});

it('takes what a loader tells of libraries', () => {
  const text = [
    '  7:\tfind library=libx.so [0]; searching',
    '  7:\t  trying file=/opt/x/lib64/libx.so',
    '  7:\t  trying file=/lib/libx.so',
    '  7:\tcalling init: /lib/libx.so',
  ].join('\n');
  expect(readLoaderDebug(text).opened).toEqual([open('/lib/libx.so'), open('/opt/x/lib64/libx.so', false)]);
});

describe('the kind of a file of the host', () => {
  it.each([
    ['/lib/x86_64-linux-gnu/libz.so.1', 'library'],
    ['/lib/libnss_hesiod.so.2', 'library'],
    ['/etc/ld.so.cache', 'library'],
    ['/usr/lib/x86_64-linux-gnu/gconv/EUC-JP.so', 'gconv'],
    ['/usr/lib64/gconv/gconv-modules.cache', 'gconv'],
    ['/usr/lib/locale/locale-archive', 'locale'],
    ['/usr/share/locale/de/LC_MESSAGES/libc.mo', 'locale'],
    ['/etc/nsswitch.conf', 'nss'],
    ['/var/run/nscd/socket', 'nss'],
    ['/etc/passwd', 'accounts'],
    ['/etc/services', 'services'],
    ['/etc/resolv.conf', 'network'],
    ['/etc/ssl/certs/ca-certificates.crt', 'certificates'],
    ['/etc/pki/tls/cert.pem', 'certificates'],
    ['/usr/share/terminfo/x/xterm', 'terminfo'],
    ['/lib/terminfo/x/xterm', 'terminfo'],
    ['/usr/share/zoneinfo/Europe/Berlin', 'zoneinfo'],
    ['/etc/localtime', 'zoneinfo'],
    ['/etc/inputrc', 'config'],
    ['/var/lib/x', 'other'],
  ])('%s is of %s', (path, kind) => {
    expect(outsideKindOf(path, false).kind).toBe(kind);
    expect(outsideKindOf(path, true).kind).toBe('program');
  });
});
