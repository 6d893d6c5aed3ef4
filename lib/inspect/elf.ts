/**
 * What a reviewer asks about an ELF file. Source: System V gABI chapters 4 and 5; GNU extensions for
 * `PT_GNU_STACK` and `DT_RUNPATH`. Only little-endian files are read, 32 and 64 bit.
 */
export interface ElfFacts {
  readonly bits: 32 | 64;
  /** `e_type`: relocatable object, executable, shared object (also position-independent executables) or core */
  readonly type: 'REL' | 'EXEC' | 'DYN' | 'CORE' | 'other';
  /** `e_machine`, for instance 62 = x86-64, 183 = AArch64 */
  readonly machine: number;
  /** PT_INTERP */
  readonly interpreter: string | null;
  readonly soname: string | null;
  readonly needed: readonly string[];
  /** DT_RPATH, split at colons, each once */
  readonly rpath: readonly string[];
  /** DT_RUNPATH, split at colons, each once */
  readonly runpath: readonly string[];
  /** has DT_TEXTREL or DF_TEXTREL */
  readonly textRelocations: boolean;
  /** PT_GNU_STACK is executable */
  readonly executableStack: boolean;
  /** has a dynamic section */
  readonly dynamic: boolean;
  /** symbols are bound when it is loaded: DT_BIND_NOW, DF_BIND_NOW or DF_1_NOW */
  readonly bindNow: boolean;
}

const magic = [0x7f, 0x45, 0x4c, 0x46];

/** Is it worth calling `parseElf`? Needs the first four bytes only. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && magic.every((byte, index) => bytes[index] === byte);
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_GNU_STACK = 0x6474e551;
const PF_X = 1;

const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_SONAME = 14;
const DT_RPATH = 15;
const DT_TEXTREL = 22;
const DT_RUNPATH = 29;
const DT_FLAGS = 30;
const DF_TEXTREL = 4;
const DT_BIND_NOW = 24;
const DF_BIND_NOW = 8;
const DT_FLAGS_1 = 0x6ffffffb;
const DF_1_NOW = 1;

const types = { 1: 'REL', 2: 'EXEC', 3: 'DYN', 4: 'CORE' } as const;

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
}

/** What is read of a file; `DataView` is one. Offsets outside throw RangeError. */
export type ElfBytes = Pick<DataView, 'byteLength' | 'getUint8' | 'getUint16' | 'getUint32' | 'getBigUint64'>;

/** Real files have some dozen entries and strings of some dozen bytes; a hostile one must not cost more than its size. */
const maxDynamicEntries = 4096;
const maxTextBytes = 4096;
const maxSearchPaths = 1024;

/** Facts of an ELF file, or null when the bytes are no (readable) ELF file: cut off, big-endian, or nonsense offsets. */
export function parseElf(bytes: Uint8Array): ElfFacts | null {
  return parseElfBytes(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** As `parseElf`, reading only the parts of the file that are needed. */
export function parseElfBytes(view: ElfBytes): ElfFacts | null {
  if (view.byteLength < 52 || magic.some((byte, index) => view.getUint8(index) !== byte)) return null;
  const bits = view.getUint8(4) === 2 ? 64 : view.getUint8(4) === 1 ? 32 : null;
  if (bits === null || view.getUint8(5) !== 1) return null;
  try {
    return read(view, bits);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function read(view: ElfBytes, bits: 32 | 64): ElfFacts {
  const word = (offset: number): number =>
    bits === 64 ? Number(view.getBigUint64(offset, true)) : view.getUint32(offset, true);
  const segments = readSegments(view, bits, word);
  const toOffset = (address: number): number => {
    const segment = segments.find(
      (s) => s.type === PT_LOAD && address >= s.address && address < s.address + s.fileSize,
    );
    if (!segment) throw new RangeError('address outside of every segment');
    return address - segment.address + segment.offset;
  };
  const interpreter = segments.find((s) => s.type === PT_INTERP);
  const stack = segments.find((s) => s.type === PT_GNU_STACK);
  const dynamic = segments.find((s) => s.type === PT_DYNAMIC);
  const entries = dynamic ? readDynamic(dynamic, word, bits) : [];
  const table = entries.find(([tag]) => tag === DT_STRTAB)?.[1];
  const strings = (tag: number): string[] =>
    table === undefined
      ? []
      : entries.filter(([t]) => t === tag).map(([, value]) => text(view, toOffset(table) + value));
  const paths = (tag: number): string[] => {
    const found = new Set<string>();
    for (const value of strings(tag)) {
      for (const path of value.split(':')) found.add(path);
      if (found.size > maxSearchPaths) throw new RangeError('too many search paths');
    }
    return [...found];
  };
  return {
    bits,
    type: types[view.getUint16(16, true) as keyof typeof types] ?? 'other',
    machine: view.getUint16(18, true),
    interpreter: interpreter ? text(view, interpreter.offset) : null,
    soname: strings(DT_SONAME)[0] ?? null,
    needed: strings(DT_NEEDED),
    rpath: paths(DT_RPATH),
    runpath: paths(DT_RUNPATH),
    textRelocations: entries.some(
      ([tag, value]) => tag === DT_TEXTREL || (tag === DT_FLAGS && (value & DF_TEXTREL) !== 0),
    ),
    executableStack: stack !== undefined && (stack.flags & PF_X) !== 0,
    dynamic: dynamic !== undefined,
    bindNow: entries.some(
      ([tag, value]) =>
        tag === DT_BIND_NOW ||
        (tag === DT_FLAGS && (value & DF_BIND_NOW) !== 0) ||
        (tag === DT_FLAGS_1 && (value & DF_1_NOW) !== 0),
    ),
  };
}

function readSegments(view: ElfBytes, bits: 32 | 64, word: (offset: number) => number): Segment[] {
  const start = word(bits === 64 ? 32 : 28);
  const entrySize = view.getUint16(bits === 64 ? 54 : 42, true);
  const count = view.getUint16(bits === 64 ? 56 : 44, true);
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * entrySize;
    const type = view.getUint32(at, true);
    return bits === 64
      ? {
          type,
          flags: view.getUint32(at + 4, true),
          offset: word(at + 8),
          address: word(at + 16),
          fileSize: word(at + 32),
        }
      : {
          type,
          flags: view.getUint32(at + 24, true),
          offset: word(at + 4),
          address: word(at + 8),
          fileSize: word(at + 16),
        };
  });
}

function readDynamic(segment: Segment, word: (offset: number) => number, bits: 32 | 64): [number, number][] {
  const size = bits === 64 ? 8 : 4;
  const entries: [number, number][] = [];
  for (let at = segment.offset; at + 2 * size <= segment.offset + segment.fileSize; at += 2 * size) {
    const tag = word(at);
    if (tag === DT_NULL) break;
    if (entries.length === maxDynamicEntries) throw new RangeError('no end of the dynamic section');
    entries.push([tag, word(at + size)]);
  }
  return entries;
}

const decoder = new TextDecoder();

function text(view: ElfBytes, offset: number): string {
  const bytes: number[] = [];
  for (let byte = view.getUint8(offset); byte !== 0; byte = view.getUint8(offset + bytes.length)) {
    if (bytes.length === maxTextBytes) throw new RangeError('no end of a string');
    bytes.push(byte);
  }
  return decoder.decode(Uint8Array.from(bytes));
}

/** The architecture word of Portage's NEEDED.ELF.2 for `e_machine`. Source: PMS says nothing; Portage's scanelf names. */
export function machineName(machine: number): string {
  return { 3: '386', 40: 'ARM', 62: 'X86_64', 183: 'AARCH64', 243: 'RISCV' }[machine] ?? String(machine);
}
