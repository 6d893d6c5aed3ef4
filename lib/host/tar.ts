/** A member of a tar archive. Sizes in bytes, `mtime` in seconds. */
export interface TarMember {
  readonly name: string;
  readonly kind: 'file' | 'dir' | 'symlink' | 'hardlink' | 'fifo';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly mtime: number;
  readonly target: string;
}

const typeFlags = { file: '0', hardlink: '1', symlink: '2', dir: '5', fifo: '6' } as const;
const blockBytes = 512;

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

/** One header block; `name` and `target` are cut to their fields. Source: POSIX ustar. */
function headerBlock(member: TarMember, flag: string, name: Buffer, prefix: Buffer, target: Buffer): Buffer {
  const block = Buffer.alloc(blockBytes);
  name.copy(block, 0, 0, 100);
  block.write(octal(member.mode, 8), 100);
  block.write(octal(member.uid, 8), 108);
  block.write(octal(member.gid, 8), 116);
  block.write(octal(member.sizeBytes, 12), 124);
  block.write(octal(member.mtime, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(flag, 156);
  target.copy(block, 157, 0, 100);
  block.write('ustar\x0000', 257, 'latin1');
  block.write(member.uid === 0 ? 'root' : '', 265);
  block.write(member.gid === 0 ? 'root' : '', 297);
  block.write(octal(0, 8), 329);
  block.write(octal(0, 8), 337);
  prefix.copy(block, 345, 0, 155);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Splits a name over the two ustar fields; null when it does not fit. */
function splitName(name: Buffer): { readonly prefix: Buffer; readonly name: Buffer } | null {
  if (name.length <= 100) return { prefix: Buffer.alloc(0), name };
  for (
    let slash = name.indexOf(0x2f, name.length - 101);
    slash > 0 && slash <= 155;
    slash = name.indexOf(0x2f, slash + 1)
  ) {
    if (slash < name.length - 1) return { prefix: name.subarray(0, slash), name: name.subarray(slash + 1) };
  }
  return null;
}

/** Zero bytes that fill up the last block of `sizeBytes` bytes of data. */
export function padding(sizeBytes: number): Buffer {
  return Buffer.alloc((blockBytes - (sizeBytes % blockBytes)) % blockBytes);
}

/** A member of an archive's own that says something about the next one. */
function carried(flag: 'L' | 'K' | 'x', name: string, data: Buffer): readonly Buffer[] {
  const sizeBytes = data.length;
  const carrier: TarMember = { name: '', kind: 'file', mode: 0o644, uid: 0, gid: 0, sizeBytes, mtime: 0, target: '' };
  const empty = Buffer.alloc(0);
  return [headerBlock(carrier, flag, Buffer.from(name), empty, empty), data, padding(sizeBytes)];
}

/** A GNU member that carries a name or link target which does not fit its field. */
const longField = (flag: 'L' | 'K', value: Buffer): readonly Buffer[] =>
  carried(flag, '././@LongLink', Buffer.concat([value, Buffer.alloc(1)]));

/** The bytes that precede a member's data. Directory names end in a slash. */
export function tarHeader(member: TarMember): Buffer {
  const name = Buffer.from(member.kind === 'dir' ? `${member.name}/` : member.name);
  const target = Buffer.from(member.target);
  const split = splitName(name);
  const parts: Buffer[] = [];
  if (target.length > 100) parts.push(...longField('K', target));
  if (!split) parts.push(...longField('L', name));
  parts.push(
    headerBlock(member, typeFlags[member.kind], split?.name ?? name, split?.prefix ?? Buffer.alloc(0), target),
  );
  return Buffer.concat(parts);
}

/** A record of a pax header: its length in decimal counts itself. Source: POSIX pax, "pax Extended Header". */
function paxRecord(key: string, value: Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return Buffer.concat([Buffer.from(`${length}`), rest]);
}

/** A pax header that gives the next member extended attributes, as GNU tar and Portage write them. */
export function attributeHeader(attributes: ReadonlyMap<string, Uint8Array>): Buffer {
  const data = Buffer.concat([...attributes].map(([name, value]) => paxRecord(`SCHILY.xattr.${name}`, value)));
  return Buffer.concat(carried('x', '././@PaxHeader', data));
}

/** What ends an archive. */
export const tarEnd: Buffer = Buffer.alloc(2 * blockBytes);
