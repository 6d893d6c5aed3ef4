import { StudioError } from '../errors';
import { readTar, type TarFound } from '../layout/tar-reader';
import { readUpTo } from './read-up-to';

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

const unreadable = (what: string): ArchiveError =>
  new ArchiveError('ARCHIVE_UNREADABLE', `The archive ${what}.`, {
    hint: 'Pack the folder with `tar -czf portage.tar.gz -C / etc/portage`, or give the folder itself.',
  });

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Packings that people have and that are not unpacked here, by their first bytes. */
const otherPackings: readonly (readonly [string, readonly number[]])[] = [
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
];

/** Is it the name of an archive? */
export const isArchiveName = (name: string): boolean => /\.(?:tar(?:\.\w+)?|t[bgx]z|zip)$/i.test(name);

/** Unpacks as much as is allowed; a small archive may hold a giant. */
async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  const all = await readUpTo(stream, most.bytes).catch(() => {
    throw unreadable('is damaged');
  });
  if (all === null) throw unreadable('holds more than 32 MiB, so it is no configuration of Portage');
  return all;
}

/** Why a member is no text that could be read; null: it is one. */
function refusal({ name, flag, sizeBytes }: TarFound): string | null {
  if (flag === '1' || flag === '2') return 'is a link';
  if (flag !== '0') return 'is no regular file';
  if (name.split('/').includes('..')) return 'has `..` in its name';
  return sizeBytes > most.fileBytes ? 'is larger than 1 MiB' : null;
}

/**
 * The texts in a `.tar` or `.tar.gz`, for servers and browsers; hidden files and backups are passed over.
 * Throws ARCHIVE_UNREADABLE.
 */
export async function archiveTexts(bytes: Uint8Array): Promise<ArchiveContent> {
  const other = otherPackings.find(([, magic]) => magic.every((byte, at) => bytes[at] === byte));
  if (other !== undefined) throw unreadable(`is packed with ${other[0]}, which is not unpacked here`);
  if (bytes.length > most.bytes) throw unreadable('is larger than 32 MiB, so it is no configuration of Portage');
  const members = readTar(isGzip(bytes) ? await gunzip(bytes) : bytes);
  if (members === null || members.length === 0) throw unreadable('is no tar archive, or damaged');
  if (members.length > most.files) throw unreadable(`holds more than ${most.files} files`);
  const files: ArchiveText[] = [];
  const left: { path: string; reason: string }[] = [];
  for (const member of members) {
    const path = member.name.replace(/^(?:\.?\/)+/, '');
    const isHidden = path.split('/').some((step) => /^\.(?!\.$)|~$/.test(step));
    // a profile is a link out of etc/portage, and of no interest
    if (member.flag === '5' || isHidden || path.endsWith('/make.profile') || path === 'make.profile') continue;
    const reason = refusal(member);
    if (reason !== null) left.push({ path, reason });
    else files.push({ path, text: new TextDecoder().decode(member.data) });
  }
  return { files, left };
}
