import { gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import { isElf } from '../../inspect/elf';
import { fillInPlace, namesPlaceholder, rewriteText } from './rewrite-bytes';
import { rewriteElf } from './rewrite-elf';

/** What became of one file. `refused`: it cannot be rewritten; `reason` is a clause about the file. */
export type Rewritten =
  | { readonly kind: 'untouched' }
  | { readonly kind: 'rewritten'; readonly bytes: Buffer }
  | { readonly kind: 'refused'; readonly reason: string };

const untouched: Rewritten = { kind: 'untouched' };
const refused = (reason: string): Rewritten => ({ kind: 'refused', reason });

/** What a compressed file may grow to. */
const mostUnpackedBytes = 64 << 20;
const mostMembers = 20_000;

const startsWith = (bytes: Buffer, magic: string, at = 0): boolean =>
  bytes.length >= at + magic.length && bytes.toString('latin1', at, at + magic.length) === magic;

/** Formats in which another path makes something else wrong: a sum, an order, a place computed from the text. */
const sealed: readonly (readonly [name: string, is: (bytes: Buffer) => boolean])[] = [
  ['a tar archive, whose headers have sums', (bytes) => startsWith(bytes, 'ustar', 257)],
  ['an SQLite database, whose indexes are in order of text', (bytes) => startsWith(bytes, 'SQLite format 3\0')],
  [
    'a GDBM database, whose places are computed from text',
    (bytes) => bytes.length >= 4 && [0x13579ace, 0x13579acd, 0x13579acf].includes(bytes.readUInt32LE(0)),
  ],
  [
    'a Berkeley database, whose places are computed from text',
    (bytes) => bytes.length >= 16 && [0x00053162, 0x00061561].includes(bytes.readUInt32LE(12)),
  ],
  ['a cpio archive, whose headers have lengths', (bytes) => startsWith(bytes, '07070')],
  ['a font cache, whose name is computed from a path', (bytes) => startsWith(bytes, '\x04\xfc\x02\xfc')],
];

/** Compressors that are not taken apart here. */
const packed: readonly (readonly [name: string, magic: string])[] = [
  ['bzip2', 'BZh'],
  ['xz', '\xfd7zXZ\0'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['lz4', '\x04\x22\x4d\x18'],
];

/** The compressor of a file that has to be unpacked by a program before it is known what it says; null: none. */
export function foreignCompressor(bytes: Buffer): string | null {
  return packed.find(([, magic]) => startsWith(bytes, magic))?.[0] ?? null;
}

function rewriteGzip(bytes: Buffer, path: string): Rewritten {
  let plain: Buffer;
  try {
    plain = gunzipSync(bytes, { maxOutputLength: mostUnpackedBytes });
  } catch {
    return refused('is compressed and cannot be looked into');
  }
  const inner = rewriteContent(plain, path);
  if (inner.kind !== 'rewritten') return inner;
  return { kind: 'rewritten', bytes: gzipSync(inner.bytes, { level: 9 }) };
}

/** Does a member of a zip archive name the placeholder? null: it cannot be told. Source: APPNOTE.TXT 4.3. */
function zipNamesPlaceholder(bytes: Buffer): boolean | null {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) return null;
  try {
    let at = bytes.readUInt32LE(end + 16);
    const count = bytes.readUInt16LE(end + 10);
    if (count > mostMembers || count === 0xffff) return null;
    let left = mostUnpackedBytes * 4;
    for (let member = 0; member < count; member += 1) {
      if (bytes.readUInt32LE(at) !== 0x02014b50) return null;
      const [method, size, local] = [
        bytes.readUInt16LE(at + 10),
        bytes.readUInt32LE(at + 20),
        bytes.readUInt32LE(at + 42),
      ];
      const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      if (method === 8) {
        const plain = inflateRawSync(bytes.subarray(from, from + size), {
          maxOutputLength: Math.min(left, mostUnpackedBytes),
        });
        left -= plain.length;
        if (namesPlaceholder(plain)) return true;
      } else if (method !== 0) return null;
      at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    }
    return false;
  } catch {
    return null;
  }
}

/** The content of a file for another path. What it unpacks is bounded, and nothing is followed. */
export function rewriteContent(bytes: Buffer, path: string): Rewritten {
  if (startsWith(bytes, '\x1f\x8b')) return rewriteGzip(bytes, path);
  if (startsWith(bytes, 'PK\x03\x04')) {
    const names = namesPlaceholder(bytes) || zipNamesPlaceholder(bytes);
    if (names === null) return refused('is a zip archive that cannot be looked into');
    return names ? refused('is a zip archive, whose members have sums') : untouched;
  }
  if (!namesPlaceholder(bytes)) return untouched;
  const seal = sealed.find(([, is]) => is(bytes));
  if (seal) return refused(`is ${seal[0]}`);
  let changed: Buffer;
  if (!bytes.includes(0)) changed = rewriteText(bytes, path);
  else {
    changed = Buffer.from(bytes);
    if (isElf(changed)) rewriteElf(changed, path);
    else fillInPlace(changed, path);
  }
  if (namesPlaceholder(changed)) return refused('has a piece of the path only, compiled in or written in another way');
  return { kind: 'rewritten', bytes: changed };
}
