import { describe, expect, it } from 'vitest';
import { ProgramOutput } from './program-output';

function shown(pieces: readonly string[], hasColor: boolean): string {
  let text = '';
  const output = new ProgramOutput((part) => {
    text += part;
  }, hasColor);
  for (const piece of pieces) output.take(piece);
  output.end();
  return text;
}

const title = '\u001b]0;mine\u0007';
const clear = '\u001b[2J\u001b[1;1H';

describe('output of a program of strangers', () => {
  it.each([
    ['colours', ' \u001b[32m*\u001b[0m done\n', ' * done\n', ' \u001b[32m*\u001b[0m done\n'],
    ['a title and a cleared screen', `a${title}b${clear}c`, 'abc', 'abc'],
    ['the clipboard', '\u001b]52;c;cm0gLXJmIC8=\u001b\\x', 'x', 'x'],
    ['another character set', '\u001b(0x\u001bcy', 'xy', 'xy'],
    ['progress in one line', '10%\r20%\r\n', '10%\n20%\n', '10%\n20%\n'],
    ['controls and text direction', 'a\bb\u202ec', 'a\\u0008b\\u202ec', 'a\\u0008b\\u202ec'],
    ['a sequence without end', 'a\u001b[3', 'a\\u001b[3', 'a\\u001b[3'],
  ])('%s', (_what, given, inPipe, onTerminal) => {
    expect(shown([given], false)).toBe(inPipe);
    expect(shown([given], true)).toBe(onTerminal);
    // however it is cut into pieces
    expect(shown([...given], false)).toBe(inPipe);
    expect(shown([...given], true)).toBe(onTerminal);
  });

  it('does not wait for the end of what never ends', () => {
    const long = `\u001b]0;${'x'.repeat(1000)}`;
    let text = '';
    new ProgramOutput((part) => {
      text += part;
    }, true).take(long);
    expect(text).toContain('xxxx');
    expect(text).not.toContain('\u001b');
  });
});
