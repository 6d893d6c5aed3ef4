import { fragments, placeholderPath } from './placeholder';

const placeholder = Buffer.from(placeholderPath);

const wide = (bytes: Uint8Array, width: 2 | 4): Buffer => {
  const found = Buffer.alloc(bytes.length * width);
  bytes.forEach((byte, at) => {
    found[at * width] = byte;
  });
  return found;
};

/** What no file may hold when it was rewritten besides pieces as they are: capitals, wide characters. */
const otherWritings: readonly Buffer[] = [
  Buffer.from(fragments[0]?.toString('latin1').toUpperCase() ?? ''),
  ...fragments.slice(0, 1).flatMap((one) => [wide(one, 2), wide(one, 4)]),
];

/** The two halves of the word that repeats: each of the eight fragments has one of them whole. A file is searched for these first. */
const halves: readonly Buffer[] = fragments.slice(0, 1).flatMap((one) => [one.subarray(0, 4), one.subarray(4)]);

/** Where `wanted` stands in `data`, in order, without overlap. */
export function occurrences(data: Buffer, wanted: Buffer): readonly number[] {
  const found: number[] = [];
  for (let at = data.indexOf(wanted); at >= 0; at = data.indexOf(wanted, at + wanted.length)) found.push(at);
  return found;
}

/** Does anything of the placeholder stand in these bytes? */
export const namesPlaceholder = (data: Buffer): boolean =>
  (halves.some((half) => data.includes(half)) && fragments.some((one) => data.includes(one))) ||
  otherWritings.some((one) => data.includes(one));

/** Text with another path in it; its length changes. */
export function rewriteText(data: Buffer, path: string): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const at of occurrences(data, placeholder)) {
    parts.push(data.subarray(from, at), Buffer.from(path));
    from = at + placeholder.length;
  }
  return from === 0 ? data : Buffer.concat([...parts, data.subarray(from)]);
}

/**
 * Writes another path over the placeholder without moving or shortening anything: the rest is filled with slashes, which
 * mean one. So what a compiler knew of a string stays true: its length, a pointer to its end, a count before it. Plain
 * and wide characters; `data` is changed.
 */
export function fillInPlace(data: Buffer, path: string): void {
  const filled = Buffer.from(path.padEnd(placeholder.length, '/'));
  const fill = (wanted: Buffer, replacement: Buffer): void => {
    for (const at of occurrences(data, wanted)) replacement.copy(data, at);
  };
  fill(placeholder, filled);
  for (const width of [2, 4] as const) fill(wide(placeholder, width), wide(filled, width));
}
