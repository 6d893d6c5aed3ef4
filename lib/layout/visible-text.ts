/**
 * Characters that a reader cannot see or that change the order of what is around them: controls, formats (text direction,
 * zero width, soft hyphen, tags), separators other than the space, private and unassigned ones. Source: Unicode TR36, 3.1.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]|(?! )\p{Zs}/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return short[character] ?? `\\x${code.toString(16).padStart(2, '0')}`;
  return `\\u{${code.toString(16)}}`;
}

/**
 * A name of a file as it may be shown to a person: what cannot be seen, or would make the rest look like something else,
 * is written as an escape (`\n`, `\x1b`, `\u{202e}`). Everything else stays, so most names stay as they are.
 */
export function visibleText(text: string): string {
  return text.replace(unseen, escaped);
}

/** A name that is not UTF-8, as text: bytes beyond ASCII as `\xff`. */
export function visibleBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte < 0x80 ? visibleText(String.fromCharCode(byte)) : `\\x${byte.toString(16)}`,
  ).join('');
}

/** What a terminal acts on: controls other than line ends and tabs, and marks of text direction. */
const acting = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text for a terminal, which strangers had a hand in: what the terminal would act on is written as an escape (`\u001b`) that
 * JSON takes too, so that a value in JSON stays the same.
 */
export function terminalText(text: string): string {
  return text.replace(acting, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
