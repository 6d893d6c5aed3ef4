import { describe, expect, it } from 'vitest';
import { findFirstError } from './first-error';

describe('the first error of a log', () => {
  it.each([
    ['less.c:12:10: fatal error: curses.h: No such file or directory', 'curses.h'],
    ['/opt/demo/usr/libexec/c-toolchain/ld/ld: cannot find -lz: No such file or directory', 'library `z`'],
    ['/usr/bin/ld: cannot find -lncursesw', 'library `ncursesw`'],
    ['ld: /usr/lib/x86_64-linux-gnu/libz.so belongs to the build machine, not to the prefix /opt/demo', 'DEPEND'],
    ['./build.sh: line 3: gperf: command not found', 'gperf'],
    ['/bin/sh: 1: bison: not found', 'bison'],
    ['/var/db/repos/x/app-misc/a/a-1.ebuild: line 8: edo: command not found', 'no function of its EAPI'],
    ['tar: Unexpected EOF in archive', 'damaged'],
    ['gzip: stdin: not in gzip format', 'damaged'],
    ['gcc: fatal error: Killed signal terminated program cc1', 'memory'],
    ['write error: No space left on device', 'disk space'],
  ])('takes `%s` and says what to do', (line, hint) => {
    expect(findFirstError(['make', line, 'make: *** [all] Error 1'])).toMatchObject({ line, lineNumber: 2 });
    expect(findFirstError([line])?.hint).toContain(hint);
  });

  it('prefers a cause over the symptoms before it', () => {
    const lines = ['make[1]: *** [Makefile:3: x.o] Error 1', 'x.c:4:1: error: unknown type name ‘foo’'];
    expect(findFirstError(lines)).toMatchObject({ line: lines[1], lineNumber: 2 });
  });

  it('sees through colours', () => {
    expect(findFirstError(['\x1b[01m\x1b[Kx.c:4:1:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[Kno'])?.line).toBe(
      'x.c:4:1: error: no',
    );
  });

  it('takes the message of die when there is nothing else', () => {
    const lines = [' * ERROR: app-misc/x-1::starter failed (install phase):', ' *   no such manual', ' * Called by:'];
    expect(findFirstError(lines)).toMatchObject({ line: 'no such manual', lineNumber: 2, hint: null });
  });

  const died = (message: string): string[] => [' * ERROR: app-misc/a-1::x failed (compile phase):', ` *   ${message}`];

  it.each([
    ['a compiler', ['x.c:1:20: error: no', ...died('cannot compile')], 'x.c:1:20: error: no'],
    ['an ebuild', ['more', 'more', 'more', ...died('the sum is wrong')], 'the sum is wrong'],
    ['a program', ['./configure: error: no such thing'], './configure: error: no such thing'],
    ['make', ['make: *** [Makefile:2: all] Error 2', 'more', 'more'], 'make: *** [Makefile:2: all] Error 2'],
  ])('is no program that a build did without: what %s said ended it', (_, end, line) => {
    const harmless = ['a-1.ebuild: line 8: edo: command not found', 'sh: 1: flexx: not found'];
    expect(findFirstError([...harmless, 'working', ...end])?.line).toBe(line);
  });

  it.each([
    [died('grammar'), 'sh: 1: bisonn: not found'],
    [['x.o done', 'y.o done', 'z.o done', 'make: *** [Makefile:2: y.tab.c] Error 127'], 'sh: 1: bisonn: not found'],
  ])('is the program without which it ended', (end, line) => {
    expect(findFirstError(['sh: 1: flexx: not found', 'sh: 1: bisonn: not found', ...end])?.line).toBe(line);
  });

  it('is what a linker says of a place, not the place', () => {
    const lines = [
      '/usr/bin/ld: skipping incompatible /usr/lib/libz.so when searching for -lz',
      "/usr/bin/ld: x.o: in function `main':",
      "x.c:(.text+0x9): undefined reference to `y'",
    ];
    expect(findFirstError(lines)?.lineNumber).toBe(3);
  });

  it.each([
    "tar: Ignoring unknown extended header keyword `SCHILY.fflags'",
    "tar: Removing leading `/' from member names",
    '/usr/bin/ld: NOTE: This behaviour is deprecated and will be removed in a future version of the linker',
    'checking for error handling... yes',
    'gcc -DERROR=1 -c error.c -o error.o',
    'x.c:4:1: warning: unused variable ‘error’ [-Wunused]',
    '/usr/bin/ld: warning: x.o: missing .note.GNU-stack section implies executable stack',
    'checking for gawk... no',
    'install -m 644 error.h /x',
  ])('is not misled by `%s`', (line) => {
    expect(findFirstError([line])).toBeNull();
  });
});
