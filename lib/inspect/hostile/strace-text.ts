import { isUtf8 } from 'node:buffer';
import { visibleBytes, visibleText } from '../../layout/visible-text';

const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', v: '\v', f: '\f' };

/** Escapes of strace in a string: octal numbers of bytes and some letters. Names of strangers are made visible. */
export function plainText(text: string): string {
  const plain = text.replace(/\\(?:([0-7]{1,3})|(.))/g, (_, octal?: string, letter = '') =>
    octal === undefined ? (letters[letter] ?? letter) : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  const bytes = Buffer.from(plain, 'latin1');
  return isUtf8(bytes) ? visibleText(bytes.toString()) : visibleBytes(bytes);
}
