import type { BoardFacts } from '../../layout/names';

/** Machines for which small files can be written; others are not probed. */
export type WrittenMachine = 62 | 183;

/** Can files for a board's processor be written? */
export const canWriteElf = ({ elfMachine }: Pick<BoardFacts, 'elfMachine'>): boolean =>
  elfMachine === 62 || elfMachine === 183;

export const headerBytes = 64;
export const segmentHeaderBytes = 56;

export interface WrittenSegment {
  /** PT_LOAD 1, PT_DYNAMIC 2, PT_INTERP 3, PT_PHDR 6 */
  readonly kind: 1 | 2 | 3 | 6;
  /** 1 execute, 2 write, 4 read */
  readonly flags: number;
  /** offset in the file, and address */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Where the first byte behind the headers of a file with this number of segments is. */
export const behindHeaders = (segments: number): number => headerBytes + segments * segmentHeaderBytes;

/** Header and segment headers of a 64-bit little-endian file of type DYN. Source: System V gABI chapters 4 and 5 */
export function elfHeaders(machine: WrittenMachine, entry: number, segments: readonly WrittenSegment[]): Buffer {
  const bytes = Buffer.alloc(behindHeaders(segments.length));
  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(BigInt(entry), 24);
  bytes.writeBigUInt64LE(BigInt(headerBytes), 32);
  bytes.writeUInt16LE(headerBytes, 52);
  bytes.writeUInt16LE(segmentHeaderBytes, 54);
  bytes.writeUInt16LE(segments.length, 56);
  bytes.writeUInt16LE(64, 58);
  for (const [index, { kind, flags, offset, sizeBytes }] of segments.entries()) {
    const at = behindHeaders(index);
    bytes.writeUInt32LE(kind, at);
    bytes.writeUInt32LE(flags, at + 4);
    for (const [place, value] of [offset, offset, offset, sizeBytes, sizeBytes, kind === 1 ? 4096 : 8].entries())
      bytes.writeBigUInt64LE(BigInt(value), at + 8 + 8 * place);
  }
  return bytes;
}

/** Dynamic section of tag and value pairs, with its end. */
export function dynamicSection(entries: readonly (readonly [tag: number, value: number])[]): Buffer {
  const bytes = Buffer.alloc(16 * (entries.length + 1));
  for (const [index, [tag, value]] of entries.entries()) {
    bytes.writeBigUInt64LE(BigInt(tag), 16 * index);
    bytes.writeBigUInt64LE(BigInt(value), 16 * index + 8);
  }
  return bytes;
}

/** A string table: texts one behind the other, each at a known place. */
export class StringTable {
  #bytes = Buffer.alloc(1);
  readonly #places = new Map<string, number>();

  /** The place of a text, which is added when it is not there yet. */
  at(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const place = this.#bytes.length;
    this.#bytes = Buffer.concat([this.#bytes, Buffer.from(`${text}\0`)]);
    this.#places.set(text, place);
    return place;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }
}
