import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { type ElfBytes, type ElfFacts, parseElfBytes } from './elf';

const pageBytes = 64 * 1024;

/** A file, read in pages as it is asked for, so that a giant costs no more than what is looked at. */
class FileBytes implements ElfBytes {
  private page = Buffer.alloc(0);
  private pageAt = 0;

  constructor(
    private readonly file: number,
    readonly byteLength: number,
  ) {}

  getUint8(offset: number): number {
    return this.at(offset, 1).readUInt8();
  }

  getUint16(offset: number): number {
    return this.at(offset, 2).readUInt16LE();
  }

  getUint32(offset: number): number {
    return this.at(offset, 4).readUInt32LE();
  }

  getBigUint64(offset: number): bigint {
    return this.at(offset, 8).readBigUInt64LE();
  }

  private at(offset: number, count: number): Buffer {
    if (offset < 0 || offset + count > this.byteLength) throw new RangeError('outside of the file');
    if (offset < this.pageAt || offset + count > this.pageAt + this.page.length) this.load(offset);
    if (offset + count > this.pageAt + this.page.length) throw new RangeError('the file became shorter');
    return this.page.subarray(offset - this.pageAt, offset - this.pageAt + count);
  }

  private load(offset: number): void {
    const page = Buffer.allocUnsafe(Math.min(pageBytes, this.byteLength - offset));
    this.page = page.subarray(0, readSync(this.file, page, 0, page.length, offset));
    this.pageAt = offset;
  }
}

/** Facts of an ELF file of any size; null: it is none, or no regular file. Links are not followed. */
export function readElfFile(path: string): ElfFacts | null {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const info = fstatSync(file);
    return info.isFile() ? readElf(file, info.size) : null;
  } finally {
    closeSync(file);
  }
}

/** As `readElfFile`, for an open file. */
export const readElf = (file: number, sizeBytes: number): ElfFacts | null =>
  parseElfBytes(new FileBytes(file, sizeBytes));

/** The first bytes of a regular file, as many as are there or `most`. Links are not followed. */
export async function firstBytes(path: string, most: number): Promise<Buffer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(Math.min((await handle.stat()).size, most));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
