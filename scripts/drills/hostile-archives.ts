import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Trial } from './hostile-case';

/** One member of a tar archive, written as it is: no name is too hostile. */
interface Member {
  readonly name: string;
  readonly kind: 'file' | 'link' | 'hard link' | 'device' | 'fifo';
  readonly link?: string;
  readonly content?: Buffer;
  /** what the header claims; default: the truth */
  readonly size?: number;
}

const typeFlags: Readonly<Record<Member['kind'], string>> = {
  file: '0',
  'hard link': '1',
  link: '2',
  device: '3',
  fifo: '6',
};

/** The header block of a member. Source: POSIX.1-2017 pax, ustar interchange format. */
function tarHeader({ name, kind, link = '', content, size }: Member): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
  block.write(name.slice(0, 100), 0, 'latin1');
  block.write(octal(0o6755, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size ?? content?.length ?? 0, 12), 124);
  block.write(octal(0, 12), 136);
  block.write('        ', 148);
  block.write(typeFlags[kind], 156);
  block.write(link.slice(0, 100), 157, 'latin1');
  block.write('ustar\x0000', 257);
  block.write(octal(8, 8), 329);
  block.write(octal(0, 8), 337);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function tar(members: readonly Member[]): Buffer {
  const blocks = members.flatMap((member) => {
    const content = member.content ?? Buffer.alloc(0);
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
    return [tarHeader(member), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** Puts a source archive where a download would have put it, with a Manifest that vouches for it. */
export function placeDistfile({ folder, distfiles }: Trial, name: string, content: Buffer): void {
  writeFileSync(join(distfiles, name), content);
  writeFileSync(join(folder, 'Manifest'), manifestLine(name, content));
}

export function manifestLine(name: string, content: Buffer): string {
  const hash = (kind: string): string => createHash(kind).update(content).digest('hex');
  return `DIST ${name} ${content.length} BLAKE2B ${hash('blake2b512')} SHA512 ${hash('sha512')}\n`;
}

/** Paths upwards, absolute paths, links through which the next member goes out, a device and a size that is a lie. */
export function escapingArchive(target: string): Buffer {
  const content = Buffer.from('changed\n');
  const up = '../'.repeat(20);
  return gzipSync(
    tar([
      { name: 'hostile-1/', kind: 'file' },
      { name: `${up}tmp/prefix-studio-breach`, kind: 'file', content },
      { name: '/tmp/prefix-studio-breach', kind: 'file', content },
      { name: `${target}/secret`, kind: 'file', content },
      { name: 'out', kind: 'link', link: target },
      { name: 'out/secret', kind: 'file', content },
      { name: 'up', kind: 'link', link: `${up}${target.slice(1)}` },
      { name: 'up/secret', kind: 'file', content },
      { name: 'same', kind: 'hard link', link: `${target}/secret` },
      { name: 'disk', kind: 'device' },
      { name: 'fifo', kind: 'fifo' },
      { name: 'lie', kind: 'file', size: 7_000_000_000 },
    ]),
  );
}

/** A few megabytes that become 20 GB. */
export function archiveBomb(): Buffer {
  // the same compressed gigabyte of zeros, over and over: gzip members may follow each other
  const sizeBytes = 20 * 2 ** 30;
  const header = tarHeader({ name: 'bomb', kind: 'file', size: 7 * 2 ** 30 });
  const megabytes = gzipSync(Buffer.alloc(64 * 2 ** 20));
  const repeats = Math.floor(sizeBytes / (64 * 2 ** 20));
  return Buffer.concat([gzipSync(header), ...Array.from({ length: repeats }, () => megabytes)]);
}
