import type { WrittenMachine } from './elf-writer';

const entryBytes = 24;
const cacheHeaderBytes = 48;

/** Kinds of libraries in the cache: ELF of libc 6, and the processor. */
const kinds: Readonly<Record<WrittenMachine, number>> = { 62: 0x0303, 183: 0x0a03 };

/** Order of the cache: numbers in names count as numbers, and digits are larger than other characters. */
function compareNames(a: string, b: string): number {
  const parts = (text: string): readonly string[] => text.match(/\d+|\D/g) ?? [];
  const [left, right] = [parts(a), parts(b)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [one = '', other = ''] = [left[at], right[at]];
    const [isNumber, isOther] = [/\d/.test(one), /\d/.test(other)];
    if (isNumber !== isOther) return isNumber ? 1 : -1;
    const order = isNumber ? Number(one) - Number(other) : one.charCodeAt(0) - other.charCodeAt(0);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** An `ld.so.cache` that a loader believes, with a path for each soname. Source: ldconfig(8), format `glibc-ld.so.cache1.1` */
export function loaderCache(
  machine: WrittenMachine,
  libraries: readonly (readonly [soname: string, path: string])[],
): Buffer {
  const sorted = [...libraries].sort(([a], [b]) => compareNames(b, a));
  const texts = sorted.flatMap(([soname, path]) => [`${soname}\0`, `${path}\0`]);
  const begin = cacheHeaderBytes + entryBytes * sorted.length;
  const strings = Buffer.from(texts.join(''));
  const bytes = Buffer.alloc(begin + strings.length);
  bytes.write('glibc-ld.so.cache1.1', 'latin1');
  bytes.writeUInt32LE(sorted.length, 20);
  bytes.writeUInt32LE(strings.length, 24);
  let place = begin;
  for (const [index, [soname]] of sorted.entries()) {
    const at = cacheHeaderBytes + entryBytes * index;
    bytes.writeUInt32LE(kinds[machine], at);
    bytes.writeUInt32LE(place, at + 4);
    bytes.writeUInt32LE(place + Buffer.byteLength(soname) + 1, at + 8);
    place += Buffer.byteLength(texts[2 * index] ?? '') + Buffer.byteLength(texts[2 * index + 1] ?? '');
  }
  strings.copy(bytes, begin);
  return bytes;
}
