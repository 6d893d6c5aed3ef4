import {
  behindHeaders,
  dynamicSection,
  elfHeaders,
  headerBytes,
  StringTable,
  segmentHeaderBytes,
  type WrittenMachine,
} from './elf-writer';
import { type ProbeArgument, probeCode } from './probe-code';

/** A question to the C library: a call with numbers and texts, and what its answer is called. */
export interface ProbeQuestion {
  readonly symbol: string;
  readonly arguments: readonly (number | string)[];
  readonly failure: 0 | -1;
  /** bit of the status that says that there was an answer; 0: only what it opens is looked at */
  readonly bit: number;
}

const GLOB_DAT: Readonly<Record<WrittenMachine, number>> = { 62: 6, 183: 1025 };
const aligned = (value: number): number => Math.ceil(value / 16) * 16;

/**
 * A program that asks the C library of a prefix and ends with the sum of the bits of what was answered. It is linked against
 * `libc.so.6` as any other, with the loader and the search path of the prefix; no compiler is needed.
 */
export function probeProgram(
  machine: WrittenMachine,
  loader: string,
  searchPath: string,
  questions: readonly ProbeQuestion[],
): Buffer {
  const symbols = [...new Set([...questions.map(({ symbol }) => symbol), 'exit'])];
  const strings = new StringTable();
  const names = symbols.map((symbol) => strings.at(symbol));
  const texts = new StringTable();
  for (const { arguments: given } of questions) for (const text of given) if (typeof text === 'string') texts.at(text);
  const [libc, path] = [strings.at('libc.so.6'), strings.at(searchPath)];

  const interpreter = Buffer.from(`${loader}\0`);
  const interpreterAt = behindHeaders(5);
  const symbolsAt = aligned(interpreterAt + interpreter.length);
  const stringsAt = symbolsAt + 24 * (symbols.length + 1);
  const textsAt = aligned(stringsAt + strings.bytes.length);
  const relocationsAt = aligned(textsAt + texts.bytes.length);
  const codeAt = aligned(relocationsAt + 24 * symbols.length);
  const slotsAt = (codeLength: number): number => Math.ceil((codeAt + codeLength) / 4096) * 4096;
  const placed = (slots: number): Buffer => {
    const slotOf = (symbol: string): number => slots + 8 * symbols.indexOf(symbol);
    const placeOf = (argument: number | string): ProbeArgument =>
      typeof argument === 'number' ? argument : { address: textsAt + texts.at(argument) };
    const calls = questions.map(({ symbol, arguments: given, ...rest }) => ({
      ...rest,
      slot: slotOf(symbol),
      arguments: given.map(placeOf),
    }));
    return probeCode(machine, codeAt, calls, slotOf('exit'));
  };
  // the length of the code does not depend on where the slots are
  const slots = slotsAt(placed(0).length);
  const code = placed(slots);
  const dynamicAt = slots + 8 * symbols.length;
  const dynamic = dynamicSection([
    [1, libc],
    [15, path],
    [5, stringsAt],
    [10, strings.bytes.length],
    [6, symbolsAt],
    [11, 24],
    [7, relocationsAt],
    [8, 24 * symbols.length],
    [9, 24],
    [24, 0],
    [21, 0],
  ]);

  const bytes = Buffer.alloc(dynamicAt + dynamic.length);
  elfHeaders(machine, codeAt, [
    // by it the loader knows where the program is
    { kind: 6, flags: 4, offset: headerBytes, sizeBytes: 5 * segmentHeaderBytes },
    { kind: 3, flags: 4, offset: interpreterAt, sizeBytes: interpreter.length },
    { kind: 1, flags: 5, offset: 0, sizeBytes: codeAt + code.length },
    { kind: 1, flags: 6, offset: slots, sizeBytes: bytes.length - slots },
    { kind: 2, flags: 6, offset: dynamicAt, sizeBytes: dynamic.length },
  ]).copy(bytes);
  interpreter.copy(bytes, interpreterAt);
  strings.bytes.copy(bytes, stringsAt);
  texts.bytes.copy(bytes, textsAt);
  code.copy(bytes, codeAt);
  dynamic.copy(bytes, dynamicAt);
  for (const [index, name] of names.entries()) {
    const symbol = symbolsAt + 24 * (index + 1);
    bytes.writeUInt32LE(name, symbol);
    bytes.writeUInt8(0x12, symbol + 4); // global function, defined elsewhere
    const relocation = relocationsAt + 24 * index;
    bytes.writeBigUInt64LE(BigInt(slots + 8 * index), relocation);
    bytes.writeBigUInt64LE((BigInt(index + 1) << 32n) | BigInt(GLOB_DAT[machine]), relocation + 8);
  }
  return bytes;
}
