import { StudioError } from '../errors';
import { readTar, type TarFound } from '../layout/tar-reader';
import { readUpTo } from './read-up-to';
import { readZip } from './zip-archive';

/** A text with the path it has in the archive. */
export interface ArchiveText {
  readonly path: string;
  readonly text: string;
}

export interface ArchiveContent {
  readonly files: readonly ArchiveText[];
  /** members that were not read, and why, a clause behind the path */
  readonly left: readonly { readonly path: string; readonly reason: string }[];
}

export class ArchiveError extends StudioError<'ARCHIVE_UNREADABLE'> {
  override readonly name = 'ArchiveError';
}

/** More, or larger ones, are no configuration. */
const most = { bytes: 32 << 20, files: 2_000, fileBytes: 1 << 20 };

/** Bytes of the largest archive that is read, packed and unpacked. */
export const mostArchiveBytes = most.bytes;

const packAnew = 'Pack the folder with `tar -czf portage.tar.gz -C / etc/portage`, or give the folder itself.';

export const unreadableArchive = (what: string, hint = packAnew): ArchiveError =>
  new ArchiveError('ARCHIVE_UNREADABLE', `The archive ${what}.`, { hint });

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The program that unpacks what it packed, by the first bytes of the archive. */
const packers = [
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
] as const satisfies readonly (readonly [string, readonly number[]])[];

/** A program of the machine that unpacks what browsers cannot. */
export type Unpacker = (typeof packers)[number][0];

/** Runs one of them over an archive; null: what comes out is larger than `mostArchiveBytes`. Throws ARCHIVE_UNREADABLE. */
export type Unpack = (tool: Unpacker, packed: Uint8Array) => Promise<Uint8Array | null>;

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] ?? 9) < 8;

/** Is it the name of an archive? */
export const isArchiveName = (name: string): boolean =>
  /\.(?:tar(?:\.\w+)?|t(?:[bgx]z2?|zst|lz4?)|zip|7z|rar)$/i.test(name);

/** Unpacks as much as is allowed; a small archive may hold a giant. */
async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  const all = await readUpTo(stream, most.bytes).catch(() => {
    throw unreadableArchive('is damaged');
  });
  if (all === null) throw tooLarge('holds');
  return all;
}

const tooLarge = (verb: 'holds' | 'is'): ArchiveError =>
  unreadableArchive(
    `${verb} ${verb === 'is' ? 'larger' : 'more'} than 32 MiB, so it is not a configuration of Portage`,
  );

/** A member of an archive of either kind. */
interface Member extends Pick<TarFound, 'name' | 'flag' | 'sizeBytes'> {
  data(): Promise<Uint8Array | null>;
}

/** Why a member is no text that could be read; null: it is one. */
function refusal({ name, flag, sizeBytes }: Member): string | null {
  if (flag === '1' || flag === '2') return 'is a link';
  if (flag !== '0') return 'is not a regular file';
  if (name.split('/').includes('..')) return 'has `..` in its name';
  return sizeBytes > most.fileBytes ? 'is larger than 1 MiB' : null;
}

/** The archive of members inside of what packed it. */
async function unpacked(bytes: Uint8Array, unpack: Unpack | null): Promise<Uint8Array> {
  if (isGzip(bytes)) return gunzip(bytes);
  const tool = packers.find(([, magic]) => magic.every((byte, at) => bytes[at] === byte))?.[0];
  if (tool === undefined) return bytes;
  if (unpack === null) {
    throw unreadableArchive(
      `is packed with ${tool}, which a browser cannot unpack`,
      'Drop the folder itself, a .tar.gz or a .zip. On the command line, `prefix-studio import FILE` reads it.',
    );
  }
  const all = await unpack(tool, bytes);
  if (all === null) throw tooLarge('holds');
  return all;
}

const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function membersOf(bytes: Uint8Array): readonly Member[] {
  const found = isZip(bytes)
    ? readZip(bytes)
    : readTar(bytes)?.map((member) => ({
        ...member,
        data: async () => (member.flag === '2' ? textBytes(member.target) : member.data),
      }));
  if (!found || found.length === 0) throw unreadableArchive('is not a tar or zip archive, or it is damaged');
  if (found.length > most.files) throw unreadableArchive(`holds more than ${most.files} files`);
  return found;
}

/**
 * The texts in a tar or zip archive, for servers and browsers; hidden files and backups are passed over. `unpack`: for packings
 * other than gzip, where there are programs for them. Throws ARCHIVE_UNREADABLE.
 */
export async function archiveTexts(bytes: Uint8Array, unpack: Unpack | null = null): Promise<ArchiveContent> {
  if (bytes.length > most.bytes) throw tooLarge('is');
  const members = membersOf(await unpacked(bytes, unpack));
  const files: ArchiveText[] = [];
  const left: { path: string; reason: string }[] = [];
  let sizeBytes = 0;
  for (const member of members) {
    const path = member.name.replace(/^(?:\.?\/)+/, '');
    const isHidden = path.split('/').some((step) => /^\.(?!\.$)|~$/.test(step));
    if (member.flag === '5' || isHidden) continue;
    // a profile is a link out of etc/portage: where it leads tells the board and the tree
    const isProfile = member.flag === '2' && /(?:^|\/)make\.profile$/.test(path);
    const reason = isProfile ? null : refusal(member);
    if (reason === null) sizeBytes += member.sizeBytes;
    if (sizeBytes > most.bytes) throw tooLarge('holds');
    const data = reason === null ? await member.data() : null;
    if (data === null) left.push({ path, reason: reason ?? 'is damaged, encrypted, or packed in an unusual way' });
    else files.push({ path, text: new TextDecoder().decode(data) });
  }
  return { files, left };
}
