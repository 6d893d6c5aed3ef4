import { placeholderPath } from './placeholder';
import { fillInPlace } from './rewrite-bytes';

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
/** tags whose value is a place in the string table: NEEDED, SONAME, RPATH, RUNPATH, AUXILIARY, FILTER, AUDIT, DEPAUDIT, CONFIG */
const nameTags: ReadonlySet<number> = new Set([
  1,
  14,
  DT_RPATH,
  DT_RUNPATH,
  0x7ffffffd,
  0x7fffffff,
  0x6ffffefc,
  0x6ffffefb,
  0x6ffffefa,
]);
const SHT_DYNSYM = 11;
const SHT_GNU_VERDEF = 0x6ffffffd;
const SHT_GNU_VERNEED = 0x6ffffffe;

/** A hostile file must not cost more than its size. */
const mostEntries = 4096;
const mostVersions = 65_536;

interface Header {
  readonly kind: number;
  readonly offset: number;
  readonly address: number;
  readonly sizeBytes: number;
  readonly info: number;
}

/** Reads with the width of the file; offsets outside throw RangeError. */
class ElfReader {
  readonly is64: boolean;

  constructor(readonly bytes: Buffer) {
    this.is64 = bytes[4] === 2;
  }

  word(at: number): number {
    return this.is64 ? Number(this.bytes.readBigUInt64LE(at)) : this.bytes.readUInt32LE(at);
  }

  half = (at: number): number => this.bytes.readUInt16LE(at);
  int = (at: number): number => this.bytes.readUInt32LE(at);

  segments(): readonly Header[] {
    const { is64 } = this;
    const start = this.word(is64 ? 32 : 28);
    const [size, count] = [this.half(is64 ? 54 : 42), this.half(is64 ? 56 : 44)];
    return Array.from({ length: count }, (_, index) => {
      const at = start + index * size;
      const kind = this.int(at);
      const offset = this.word(at + (is64 ? 8 : 4));
      return {
        kind,
        offset,
        address: this.word(at + (is64 ? 16 : 8)),
        sizeBytes: this.word(at + (is64 ? 32 : 16)),
        info: 0,
      };
    });
  }

  sections(): readonly Header[] {
    const { is64 } = this;
    const start = this.word(is64 ? 40 : 32);
    const [size, count] = [this.half(is64 ? 58 : 46), this.half(is64 ? 60 : 48)];
    if (start === 0) return [];
    return Array.from({ length: count }, (_, index) => {
      const at = start + index * size;
      const [address, offset, sizeBytes, info] = is64 ? [16, 24, 32, 44] : [12, 16, 20, 28];
      return {
        kind: this.int(at + 4),
        address: this.word(at + address),
        offset: this.word(at + offset),
        sizeBytes: this.word(at + sizeBytes),
        info: this.int(at + info),
      };
    });
  }

  dynamic({ offset, sizeBytes }: Header): readonly (readonly [tag: number, value: number])[] {
    const size = this.is64 ? 8 : 4;
    const found: (readonly [number, number])[] = [];
    for (let at = offset; at + 2 * size <= offset + sizeBytes; at += 2 * size) {
      const tag = this.word(at);
      if (tag === 0) break;
      if (found.length === mostEntries) throw new RangeError('no end of the dynamic section');
      found.push([tag, this.word(at + size)]);
    }
    return found;
  }

  /** Places in the string table that symbols name. */
  *symbolNames({ offset, sizeBytes }: Header): Generator<number> {
    const size = this.is64 ? 24 : 16;
    for (let at = offset; at + size <= offset + sizeBytes; at += size) yield this.int(at);
  }

  /** Places in the string table that version definitions and needs name. */
  *versionNames({ kind, offset, info }: Header): Generator<number> {
    const isNeed = kind === SHT_GNU_VERNEED;
    let left = mostVersions;
    let at = offset;
    for (let entry = 0; entry < info && left > 0; entry += 1) {
      if (isNeed) yield this.int(at + 4);
      let auxiliary = at + this.int(at + (isNeed ? 8 : 12));
      for (let count = this.half(at + (isNeed ? 2 : 6)); count > 0 && left > 0; count -= 1, left -= 1) {
        yield this.int(auxiliary + (isNeed ? 8 : 0));
        auxiliary += this.int(auxiliary + (isNeed ? 12 : 4));
      }
      at += this.int(at + (isNeed ? 12 : 16));
    }
    if (left === 0) throw new RangeError('no end of versions');
  }
}

/** Puts the string at `at`, with the path in it, in its place and fills up with zeros. */
function shorten(bytes: Buffer, at: number, end: number, path: string): void {
  const text = bytes.toString('latin1', at, end);
  if (!text.includes(placeholderPath)) return;
  bytes.fill(0, at, end);
  bytes.write(text.replaceAll(placeholderPath, path), at, 'latin1');
}

function stringEnd(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(0, at);
  if (at >= bytes.length || end < 0) throw new RangeError('no end of a string');
  return end;
}

/** Search paths of libraries, unless another name is stored in the end of one: linkers keep "lib64" inside "/x/lib64". */
function shortenSearchPaths(reader: ElfReader, segments: readonly Header[], path: string): void {
  const { bytes } = reader;
  const dynamic = segments.find(({ kind }) => kind === PT_DYNAMIC);
  if (!dynamic) return;
  const entries = reader.dynamic(dynamic);
  const valueAt = (wanted: number): number => entries.find(([tag]) => tag === wanted)?.[1] ?? -1;
  const address = valueAt(DT_STRTAB);
  const home = segments.find(
    (one) => one.kind === PT_LOAD && address >= one.address && address < one.address + one.sizeBytes,
  );
  const sections = reader.sections();
  const symbols = sections.find(({ kind }) => kind === SHT_DYNSYM);
  if (!home || !symbols) return;
  const table = home.offset + address - home.address;
  const names = new Set(entries.filter(([tag]) => nameTags.has(tag)).map(([, value]) => value));
  for (const name of reader.symbolNames(symbols)) names.add(name);
  for (const section of sections) {
    if (section.kind !== SHT_GNU_VERDEF && section.kind !== SHT_GNU_VERNEED) continue;
    for (const name of reader.versionNames(section)) names.add(name);
  }
  const searched = new Set(entries.filter(([tag]) => tag === DT_RPATH || tag === DT_RUNPATH).map(([, value]) => value));
  for (const start of searched) {
    const end = stringEnd(bytes, table + start) - table;
    if (end > valueAt(DT_STRSZ)) throw new RangeError('a string outside of its table');
    let isShared = false;
    for (const name of names) if (name > start && name < end) isShared = true;
    if (!isShared) shorten(bytes, table + start, table + end, path);
  }
}

/**
 * Writes another path over the placeholder in an ELF file. Where its structure says who reads a string (interpreter,
 * search paths) the string gets shorter; everything else keeps its length. `bytes` is changed. Source: ELF gABI 4.1, LSB
 * (symbol versions).
 */
export function rewriteElf(bytes: Buffer, path: string): void {
  try {
    if (bytes[5] === 1) {
      const reader = new ElfReader(bytes);
      const segments = reader.segments();
      for (const { kind, offset, sizeBytes } of segments) {
        if (kind === PT_INTERP) shorten(bytes, offset, Math.min(offset + sizeBytes, stringEnd(bytes, offset)), path);
      }
      shortenSearchPaths(reader, segments, path);
    }
  } catch (error) {
    // nonsense offsets: the loader will not read it either
    if (!(error instanceof RangeError)) throw error;
  }
  fillInPlace(bytes, path);
}
