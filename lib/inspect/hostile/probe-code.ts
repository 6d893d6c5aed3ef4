import type { WrittenMachine } from './elf-writer';

/** An argument: a number, or the address of a place in the file. */
export type ProbeArgument = number | { readonly address: number };

/** Call of a library function whose address is stored at `slot`. */
export interface ProbeCall {
  readonly slot: number;
  readonly arguments: readonly ProbeArgument[];
  /** added to the status of the program when the answer is not `failure`; 0: not asked */
  readonly bit: number;
  /** what the function answers when it has nothing */
  readonly failure: 0 | -1;
}

/** Puts instructions one behind the other from an address. */
class Assembler {
  readonly #parts: Buffer[] = [];
  constructor(public address: number) {}

  bytes(hex: string): void {
    this.#add(Buffer.from(hex, 'hex'));
  }

  /** x86-64: an instruction that ends in the distance from its end to an address. */
  relative(hex: string, target: number): void {
    const bytes = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(4)]);
    bytes.writeInt32LE(target - this.address - bytes.length, bytes.length - 4);
    this.#add(bytes);
  }

  number(hex: string, value: number): void {
    const bytes = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(4)]);
    bytes.writeInt32LE(value, bytes.length - 4);
    this.#add(bytes);
  }

  word(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value >>> 0);
    this.#add(bytes);
  }

  /** arm64: adr register, target */
  adr(register: number, target: number): void {
    const distance = target - this.address;
    this.word(0x10000000 | ((distance & 3) << 29) | (((distance >> 2) & 0x7ffff) << 5) | register);
  }

  get code(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #add(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.address += bytes.length;
  }
}

/** edi, esi: number and address; the stack is aligned at the entry of a program, and stays so. */
const amd64Arguments = [
  { number: 'bf', address: '488d3d' },
  { number: 'be', address: '488d35' },
] as const;

function amd64(begin: number, calls: readonly ProbeCall[], exitSlot: number): Buffer {
  const out = new Assembler(begin);
  out.bytes('31db'); // xor ebx, ebx
  for (const call of calls) {
    for (const [index, argument] of call.arguments.entries()) {
      const words = amd64Arguments[index];
      if (words === undefined) throw new RangeError('too many arguments');
      if (typeof argument === 'number') out.number(words.number, argument);
      else out.relative(words.address, argument.address);
    }
    out.relative('ff15', call.slot); // call [slot]
    if (call.bit === 0) continue;
    out.bytes(call.failure === 0 ? '4885c0' : '4883f8ff'); // test rax, rax; cmp rax, -1
    out.bytes('7406'); // je over the next
    out.number('81cb', call.bit); // or ebx, bit
  }
  out.bytes('89df'); // mov edi, ebx
  out.relative('ff15', exitSlot);
  return out.code;
}

function arm64(begin: number, calls: readonly ProbeCall[], exitSlot: number): Buffer {
  const out = new Assembler(begin);
  const call = (slot: number): void => {
    out.adr(16, slot);
    out.word(0xf9400210); // ldr x16, [x16]
    out.word(0xd63f0200); // blr x16
  };
  out.word(0x52800013); // mov w19, #0
  for (const { slot, arguments: given, bit, failure } of calls) {
    for (const [index, argument] of given.entries()) {
      if (typeof argument === 'number')
        out.word(0x52800000 | (argument << 5) | index); // mov w, number
      else out.adr(index, argument.address);
    }
    call(slot);
    if (bit === 0) continue;
    if (failure === 0)
      out.word(0xb4000040); // cbz x0, over the next
    else {
      out.word(0xb100041f); // cmn x0, #1
      out.word(0x54000040); // b.eq over the next
    }
    out.word(0x11000000 | (bit << 10) | (19 << 5) | 19); // add w19, w19, bit
  }
  out.word(0x2a1303e0); // mov w0, w19
  call(exitSlot);
  return out.code;
}

/** Code that makes the calls and ends with the sum of the bits of those that had an answer. */
export const probeCode = (
  machine: WrittenMachine,
  begin: number,
  calls: readonly ProbeCall[],
  exitSlot: number,
): Buffer => (machine === 62 ? amd64 : arm64)(begin, calls, exitSlot);
