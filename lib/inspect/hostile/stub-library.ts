import { behindHeaders, dynamicSection, elfHeaders, StringTable, type WrittenMachine } from './elf-writer';

/** Status of a program that loaded a library of the hostile host. */
export const hostileStatus = 113;

/** What a library of the hostile host prints before it ends the program, with its name behind. */
export const hostileWords = 'a library of the host was loaded: ';

/** `write(2, text, length); exit_group(113)`; `text` lies at a distance from the beginning of the code. */
function code(machine: WrittenMachine, distance: number, length: number): Buffer {
  if (machine === 62) {
    const bytes = Buffer.from(
      [
        'b801000000', // mov eax, 1 (write)
        'bf02000000', // mov edi, 2
        '488d3500000000', // lea rsi, [rip + text]
        'ba00000000', // mov edx, length
        '0f05', // syscall
        'b8e7000000', // mov eax, 231 (exit_group)
        `bf${hostileStatus.toString(16)}000000`, // mov edi, status
        '0f05',
      ].join(''),
      'hex',
    );
    bytes.writeInt32LE(distance - 17, 13);
    bytes.writeInt32LE(length, 18);
    return bytes;
  }
  const move = (register: number, value: number): number => 0x52800000 + (value << 5) + register;
  const words = [
    move(8, 64), // write
    move(0, 2),
    (0x10000000 | (((distance - 8) >> 2) << 5) | (((distance - 8) & 3) << 29) | 1) >>> 0, // adr x1, text
    move(2, length),
    0xd4000001, // svc #0
    move(8, 94), // exit_group
    move(0, hostileStatus),
    0xd4000001,
  ];
  const bytes = Buffer.alloc(4 * words.length);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word >>> 0, 4 * index);
  return bytes;
}

const codeRoom = 64;

/** A shared library of this soname, also a loader, that ends every program which loads it and says so. */
export function stubLibrary(machine: WrittenMachine, soname: string): Buffer {
  const begin = behindHeaders(2);
  const said = Buffer.from(`${hostileWords}${soname}\n`);
  const strings = new StringTable();
  const name = strings.at(soname);
  const text = begin + codeRoom;
  const symbols = Math.ceil((text + said.length) / 8) * 8;
  const table = symbols + 24;
  const dynamicAt = Math.ceil((table + strings.bytes.length) / 8) * 8;
  const dynamic = dynamicSection([
    [14, name],
    [5, table],
    [10, strings.bytes.length],
    [6, symbols],
    [11, 24],
    [12, begin],
  ]);
  const bytes = Buffer.alloc(dynamicAt + dynamic.length);
  elfHeaders(machine, begin, [
    // the loader writes addresses into the dynamic section
    { kind: 1, flags: 7, offset: 0, sizeBytes: bytes.length },
    { kind: 2, flags: 6, offset: dynamicAt, sizeBytes: dynamic.length },
  ]).copy(bytes);
  code(machine, codeRoom, said.length).copy(bytes, begin);
  said.copy(bytes, text);
  strings.bytes.copy(bytes, table);
  dynamic.copy(bytes, dynamicAt);
  return bytes;
}
