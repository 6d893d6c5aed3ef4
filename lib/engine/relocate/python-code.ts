import { basename, dirname, join } from 'node:path';

const headerBytes = 16;

/** The source of a byte code file, as Python finds it; null: its name is none of byte code. Source: PEP 3147. */
export function sourceOfByteCode(path: string): string | null {
  if (!path.endsWith('.pyc')) return null;
  const folder = dirname(path);
  if (basename(folder) !== '__pycache__') return `${path.slice(0, -1)}`;
  const [module] = basename(path).split('.');
  return join(dirname(folder), `${module}.py`);
}

export type ByteCodeTie = 'size' | 'hash' | 'none';

/** What ties byte code to its source: time and size, a hash that is compared, or nothing that is looked at. Source: PEP 552. */
export function byteCodeTie(bytes: Buffer): ByteCodeTie {
  if (bytes.length < headerBytes || bytes[2] !== 0x0d || bytes[3] !== 0x0a) return 'none';
  const flags = bytes.readUInt32LE(4);
  if ((flags & 1) === 0) return 'size';
  return (flags & 2) === 0 ? 'none' : 'hash';
}

/** Byte code whose source has another size now. */
export function withSourceSize(bytes: Buffer, sizeBytes: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt32LE(sizeBytes >>> 0, 12);
  return changed;
}
