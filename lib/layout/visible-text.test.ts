import { describe, expect, it } from 'vitest';
import { terminalText, visibleBytes, visibleText } from './visible-text';

describe('a name as a person sees it', () => {
  it.each([
    ['/opt/demo/bin/jq', '/opt/demo/bin/jq'],
    ['/usr/share/ümläut/日本語 file', '/usr/share/ümläut/日本語 file'],
    ['a\nb', 'a\\nb'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['photo\u202egnp.sh', 'photo\\u{202e}gnp.sh'],
    ['a\u2066b\u2069', 'a\\u{2066}b\\u{2069}'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['soft\u00adhyphen', 'soft\\u{ad}hyphen'],
    ['no\u00a0break', 'no\\u{a0}break'],
    ['line\u2028end', 'line\\u{2028}end'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['half \ud800', 'half \\u{d800}'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('shows bytes that are no UTF-8', () => {
    expect(visibleBytes(Buffer.from([0x61, 0xff, 0x0a, 0x62]))).toBe('a\\xff\\nb');
  });
});

describe('text for a terminal', () => {
  it.each([
    ['\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['a\rb\bc', 'a\\u000db\\u0008c'],
    ['\u009b31mred', '\\u009b31mred'],
    ['txt.\u202egpj', 'txt.\\u202egpj'],
    ['two\n\tlines, ünïcode 👩‍🔧 中', 'two\n\tlines, ünïcode 👩‍🔧 中'],
  ])('%j is written as %j', (text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });

  it('leaves the values of JSON as they are', () => {
    const value = { text: '\u0000\u001b[2J\u009b\u202e\u2066"\\' };
    expect(JSON.parse(terminalText(JSON.stringify(value)))).toEqual(value);
  });
});
