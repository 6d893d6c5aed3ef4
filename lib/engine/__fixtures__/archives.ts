import { deflateRawSync, constants as zlib } from 'node:zlib';
import { padding, tarEnd, tarHeader } from '../../host/tar';

/** What a tar archive is to say of a member, true or not. */
export interface TarEntry {
  readonly name: string;
  /** default a file: `1` hard link, `2` symbolic link, `3` and `4` devices, `5` folder, `6` FIFO */
  readonly flag?: string;
  readonly target?: string;
  readonly mode?: number;
  readonly data?: string | Buffer;
  /** size that the header tells; default the real one */
  readonly claimedBytes?: number;
  /** number of a device, default 1:5, which is /dev/zero */
  readonly device?: readonly [major: number, minor: number];
}

const checksumAt = 148;

/** The header with another type, which the writer of real archives does not have. */
function withFlag(header: Buffer, flag: string, device: readonly [number, number]): Buffer {
  const block = header.subarray(header.length - 512);
  block.write(flag, 156);
  if ('34'.includes(flag)) {
    for (const [at, number] of device.entries()) block.write(`000000${number}\0`, 329 + 8 * at);
  }
  block.write(' '.repeat(8), checksumAt);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, checksumAt);
  return header;
}

/** The bytes of one member. */
function tarEntry(entry: TarEntry): Buffer {
  const { name, flag = '0', target = '', mode = 0o644, data = '', claimedBytes, device = [1, 5] } = entry;
  const bytes = Buffer.from(data);
  const sizeBytes = claimedBytes ?? bytes.length;
  const header = tarHeader({ name, kind: 'file', mode, uid: 0, gid: 0, sizeBytes, mtime: 0, target });
  return Buffer.concat([withFlag(header, flag, device), bytes, padding(bytes.length)]);
}

export const tarOf = (...entries: readonly TarEntry[]): Buffer => Buffer.concat([...entries.map(tarEntry), tarEnd]);

/** A member of a zip archive; `packed` is taken as it is. */
export interface ZipEntry {
  readonly name: string;
  readonly data?: string;
  /** deflated data, and the size that it is said to have */
  readonly packed?: Buffer;
  readonly claimedBytes?: number;
  /** mode and type of a Unix file: 0o120777 is a symbolic link */
  readonly mode?: number;
  readonly isEncrypted?: boolean;
}

function zipField(widths: readonly number[], values: readonly number[]): Buffer {
  const field = Buffer.alloc(widths.reduce((sum, width) => sum + width, 0));
  let at = 0;
  for (const [index, width] of widths.entries()) at = field.writeUIntLE(values[index] ?? 0, at, width);
  return field;
}

/** A zip archive. Sums of contents are left zero, which `unzip` tells but after it wrote the file. Source: PKWARE APPNOTE. */
export function zipOf(...entries: readonly ZipEntry[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data = '', packed, claimedBytes, mode = 0o100644, isEncrypted = false } of entries) {
    const bytes = packed ?? Buffer.from(data);
    const sizes = [crc32(packed ? Buffer.alloc(0) : bytes), bytes.length, claimedBytes ?? bytes.length];
    const common = [20, isEncrypted ? 1 : 0, packed ? 8 : 0, 0, 0, ...sizes, Buffer.byteLength(name), 0];
    const widths = [2, 2, 2, 2, 2, 4, 4, 4, 2, 2];
    const head = zipField([4, ...widths], [0x04034b50, ...common]);
    central.push(
      zipField([4, 2, ...widths, 2, 2, 2, 4, 4], [0x02014b50, 0x0314, ...common, 0, 0, 0, mode * 0x10000, offset]),
      Buffer.from(name),
    );
    local.push(head, Buffer.from(name), bytes);
    offset += head.length + Buffer.byteLength(name) + bytes.length;
  }
  const directory = Buffer.concat(central);
  const count = entries.length;
  const end = zipField([4, 2, 2, 2, 2, 4, 4, 2], [0x06054b50, 0, 0, count, count, directory.length, offset, 0]);
  return Buffer.concat([...local, directory, end]);
}

/** Source: ISO 3309, as zip and gzip use it. */
function crc32(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

const mebibyte = 2 ** 20;

/** `count` MiB of zeros, deflated: each piece stands on its own, so that it is deflated once. */
export function deflatedZeros(count: number): Buffer {
  const piece = deflateRawSync(Buffer.alloc(mebibyte), { finishFlush: zlib.Z_FULL_FLUSH });
  return Buffer.concat([...Array<Buffer>(count).fill(piece), deflateRawSync(Buffer.alloc(0))]);
}

/** Streams of gzip, xz, zstd and bzip2 may follow each other: 1 GiB of zeros out of one of 16 MiB. */
export const gibibyteOf = (compress: (data: Buffer) => Buffer): Buffer =>
  Buffer.concat(Array<Buffer>(64).fill(compress(Buffer.alloc(16 * mebibyte))));

/** The head of a tar archive with a file of 1 GiB, compressed, before as many zeros. */
export const tarBomb = (compress: (data: Buffer) => Buffer): Buffer =>
  Buffer.concat([compress(tarEntry({ name: 'bomb', claimedBytes: 1024 * mebibyte })), gibibyteOf(compress)]);
