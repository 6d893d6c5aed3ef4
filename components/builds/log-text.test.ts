import { describe, expect, it } from 'vitest';
import { afterCarriageReturns, isErrorLine, logSpans, stripAnsi } from './log-text';

const esc = '\u001b[';

describe('log lines', () => {
  it('keep markup as text', () => {
    const spans = logSpans(`${esc}31m<img src=x onerror=alert(1)> & co${esc}0m tail`);
    expect(spans.map((span) => span.text).join('')).toBe('<img src=x onerror=alert(1)> & co tail');
    expect(spans[0]?.className).toContain('ansi-red');
  });
  it('lose no text of plain lines', () => {
    expect(logSpans('gcc -o a.out <x>')).toEqual([{ text: 'gcc -o a.out <x>', className: '' }]);
  });
  it('show what was written last over a progress line', () => {
    expect(afterCarriageReturns(' 10%\r 50%\r100%')).toBe('100%');
    expect(afterCarriageReturns('done\r')).toBe('done');
  });
  it('are copied without decoration', () => {
    expect(stripAnsi(`${esc}1;32m>>>${esc}0m Unpacking \u001b]8;;x\u0007link\u001b]8;;\u0007`)).toBe(
      '>>> Unpacking link',
    );
  });
  it.each([
    ['foo.c:3:5: error: expected ;', true],
    [' * ERROR: app-misc/jq-1.7::starter failed (compile phase):', true],
    ['make[2]: *** [Makefile:32: x] Error 1', true],
    ['ld: undefined reference to `foo`', true],
    ['checking for strerror... yes', false],
    ['  CC error_handler.o', false],
  ])('%s: trouble %s', (line, trouble) => expect(isErrorLine(line)).toBe(trouble));
});
