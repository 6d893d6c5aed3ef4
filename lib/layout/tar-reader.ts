const blockBytes = 512;

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Bytes that fill up the last block. */
const paddingOf = (sizeBytes: number): number => (blockBytes - (sizeBytes % blockBytes)) % blockBytes;

/**
 * What a pax header says of the next member; null: nothing of that kind. Each record says its own length, so that a value may
 * hold anything. Source: POSIX pax, "pax Extended Header"
 */
function paxValue(records: Uint8Array, key: 'path' | 'linkpath'): string | null {
  let found: string | null = null;
  for (let at = 0; at < records.length; ) {
    const space = records.indexOf(0x20, at);
    const length = space < 0 ? 0 : Number(textOf(records.subarray(at, space)));
    // what is not a record ends the header
    if (!Number.isInteger(length) || length <= space - at || at + length > records.length) return found;
    const record = textOf(records.subarray(space + 1, at + length - 1));
    if (record.startsWith(`${key}=`)) found = record.slice(key.length + 1);
    at += length;
  }
  return found;
}

/** A member found in an archive and where its data starts. */
export interface TarFound {
  readonly name: string;
  readonly flag: string;
  /** where a link leads; empty: it is none */
  readonly target: string;
  readonly sizeBytes: number;
  readonly offset: number;
}

const textField = (block: Uint8Array, start: number, length: number): string => {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return textOf(field.subarray(0, end < 0 ? length : end));
};

/** Reads one header block; null for the zero block that ends an archive. The checksum must be right, else undefined. */
export function readTarHeader(block: Uint8Array, offset: number): TarFound | null | undefined {
  if (block.every((byte) => byte === 0)) return null;
  const stored = Number.parseInt(textField(block, 148, 8).trim(), 8);
  const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (stored !== sum) return undefined;
  // a negative one would lead back; what is no octal number is of archives larger than we read
  const size = textField(block, 124, 12).trim();
  if (!/^[0-7]*$/.test(size)) return undefined;
  const prefix = textField(block, 257, 6).startsWith('ustar') && block[262] === 0 ? textField(block, 345, 155) : '';
  const name = textField(block, 0, 100);
  return {
    name: prefix ? `${prefix}/${name}` : name,
    flag: textField(block, 156, 1) || '0',
    target: textField(block, 157, 100),
    sizeBytes: Number.parseInt(size || '0', 8),
    offset: offset + blockBytes,
  };
}

/** All members of a small archive held in memory. Returns null when it is damaged. */
export function readTar<Bytes extends Uint8Array>(
  bytes: Bytes,
): readonly (TarFound & { readonly data: Bytes })[] | null {
  const members: (TarFound & { readonly data: Bytes })[] = [];
  let longName: string | null = null;
  let longTarget: string | null = null;
  for (let at = 0; at + blockBytes <= bytes.length; ) {
    const found = readTarHeader(bytes.subarray(at, at + blockBytes), at);
    if (found === undefined) return null;
    if (found === null) break;
    const data = bytes.subarray(found.offset, found.offset + found.sizeBytes) as Bytes;
    if (data.length < found.sizeBytes) return null;
    if (found.flag === 'x') {
      longName = paxValue(data, 'path') ?? longName;
      longTarget = paxValue(data, 'linkpath') ?? longTarget;
    } else if (found.flag === 'g') longName = null;
    else if (found.flag === 'L') longName = textOf(data.subarray(0, data.length - 1));
    else if (found.flag === 'K') longTarget = textOf(data.subarray(0, data.length - 1));
    else {
      members.push({ ...found, name: longName ?? found.name, target: longTarget ?? found.target, data });
      longName = null;
      longTarget = null;
    }
    at = found.offset + found.sizeBytes + paddingOf(found.sizeBytes);
  }
  return members;
}
