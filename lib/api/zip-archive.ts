import { readUpTo } from './read-up-to';

/** A member of a zip archive. */
export interface ZipMember {
  readonly name: string;
  /** as in tar: `0` a file, `2` a link, `5` a folder, `?` anything else */
  readonly flag: string;
  readonly sizeBytes: number;
  /** its bytes; null: damaged, encrypted or packed in a way that is not read here */
  data(): Promise<Uint8Array | null>;
}

const signatures = { end: 0x06054b50, entry: 0x02014b50, member: 0x04034b50 } as const;
const lengths = { end: 22, entry: 46, member: 30, mostComment: 0xffff } as const;

/** Of the upper bits of a file's mode, for archives that were made on Unix; others give none. */
const kinds: ReadonlyMap<number, string> = new Map([
  [0x0, '0'],
  [0x8, '0'],
  [0x4, '5'],
  [0xa, '2'],
]);

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (crcTable[(sum ^ byte) & 0xff] as number) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** Unpacks at most as much as the archive says; null: there is more, or it is damaged. */
async function inflate(bytes: Uint8Array, mostBytes: number): Promise<Uint8Array | null> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return readUpTo(stream, mostBytes).catch(() => null);
}

/** Where the list of members begins and how many there are; null: this is no zip archive. */
function endOf(view: DataView): { readonly count: number; readonly at: number } | null {
  const first = Math.max(0, view.byteLength - lengths.end - lengths.mostComment);
  for (let at = view.byteLength - lengths.end; at >= first; at--) {
    if (view.getUint32(at, true) !== signatures.end) continue;
    // the comment behind it ends the file
    if (at + lengths.end + view.getUint16(at + 20, true) !== view.byteLength) continue;
    return { count: view.getUint16(at + 10, true), at: view.getUint32(at + 16, true) };
  }
  return null;
}

/**
 * The members of a zip archive held in memory; null: it is none, damaged, or larger than 4 GB. Nothing is unpacked before it
 * is asked for. Source: PKWARE's APPNOTE.TXT, sections 4.3 and 4.4
 */
export function readZip(bytes: Uint8Array): readonly ZipMember[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  if (end === null) return null;
  const members: ZipMember[] = [];
  let at = end.at;
  for (let left = end.count; left > 0; left--) {
    if (at + lengths.entry > bytes.length || view.getUint32(at, true) !== signatures.entry) return null;
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const nameAt = at + lengths.entry;
    const name = new TextDecoder().decode(bytes.subarray(nameAt, nameAt + (nameLength as number)));
    const isUnix = view.getUint8(at + 5) === 3;
    const mode = isUnix ? view.getUint32(at + 38, true) >>> 28 : 0;
    const entry = {
      isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      sizeBytes: view.getUint32(at + 24, true),
      header: view.getUint32(at + 42, true),
    };
    members.push({
      name,
      flag: name.endsWith('/') ? '5' : (kinds.get(mode) ?? '?'),
      sizeBytes: entry.sizeBytes,
      data: () => unpack(bytes, view, entry),
    });
    at = nameAt + (nameLength as number) + (extraLength as number) + (commentLength as number);
  }
  return members;
}

interface Entry {
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** where the member's own header stands */
  readonly header: number;
}

async function unpack(bytes: Uint8Array, view: DataView, entry: Entry): Promise<Uint8Array | null> {
  const { header, packedBytes, sizeBytes, method } = entry;
  if (entry.isEncrypted || header + lengths.member > bytes.length) return null;
  if (view.getUint32(header, true) !== signatures.member) return null;
  const start = header + lengths.member + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  const packed = bytes.subarray(start, start + packedBytes);
  if (packed.length !== packedBytes) return null;
  const data = method === 0 ? packed : method === 8 ? await inflate(packed, sizeBytes) : null;
  return data?.length === sizeBytes && crc32(data) === entry.crc ? data : null;
}
