import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  constants,
  createReadStream,
  createWriteStream,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { link, mkdir, mkdtemp, open, rename, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { isBrokenPipe } from '../host/broken-pipe';
import { childEnvironment } from '../host/child-environment';
import { ContainedFolder } from '../host/contained-file';
import { removeTree } from '../host/remove-tree';
import { shutInFolder } from '../host/shut-in';
import type { TarMember } from '../host/tar';
import { attributeHeader, padding, tarEnd, tarHeader } from '../host/tar';
import { capabilityAttribute, encodeFileCapabilities, parseFileCapabilities } from '../layout/file-capabilities';
import { readTar, readTarHeader, type TarFound } from '../layout/tar-reader';
import { EngineError } from './errors';
import { readPieces } from './file-pieces';
import { imageLimits } from './image-limits';
import type { ImageEntry } from './image-tree';
import { digestFile } from './manifest';
import { runToolOrThrow, toolEnded } from './run-tool';
import { runShutInOrThrow } from './shut-in-tool';
import { toolMissing } from './tool-missing';
import { type EntryFiles, isEntryFileName } from './vdb';

export interface GpkgContents {
  readonly imageDir: string;
  readonly entries: readonly ImageEntry[];
  /** VDB files of the package, without CONTENTS if that is to be made by the merge */
  readonly metadata: EntryFiles;
  /** owner of paths that do not belong to root */
  readonly owners: ReadonlyMap<string, { readonly uid: number; readonly gid: number }>;
  /** capabilities of files by path, `cap_net_raw=ep`; absent: none */
  readonly capabilities?: ReadonlyMap<string, string>;
  /** time stamp of everything inside, in seconds */
  readonly epoch: number;
  /** ends packing */
  readonly signal?: AbortSignal;
}

const compressArguments = ['-q', '-c', '-T0', '-3'] as const;

function memberOf(name: string, sizeBytes: number, mtime: number): TarMember {
  return { name, kind: 'file', mode: 0o644, uid: 0, gid: 0, sizeBytes, mtime, target: '' };
}

const smallFileBytes = 1 << 20;

async function* imageTar(contents: GpkgContents): AsyncGenerator<Buffer> {
  const { imageDir, entries, owners, capabilities, epoch } = contents;
  yield tarHeader({ ...memberOf('image', 0, epoch), kind: 'dir', mode: 0o755 });
  const first = new Map<string, string>();
  for (const entry of entries) {
    contents.signal?.throwIfAborted();
    const name = `image${entry.path}`;
    const { uid, gid } = owners.get(entry.path) ?? { uid: 0, gid: 0 };
    const base = { name, mode: entry.mode, uid, gid, sizeBytes: 0, mtime: epoch, target: '' };
    if (entry.kind !== 'file') {
      yield tarHeader({
        ...base,
        kind: entry.kind,
        mode: entry.kind === 'symlink' ? 0o777 : entry.mode,
        target: entry.target ?? '',
      });
      continue;
    }
    const linkedTo = first.get(entry.inode);
    if (linkedTo !== undefined) {
      yield tarHeader({ ...base, kind: 'hardlink', target: linkedTo });
      continue;
    }
    if (entry.links > 1) first.set(entry.inode, name);
    const parsed = parseFileCapabilities(capabilities?.get(entry.path) ?? '');
    if (parsed) yield attributeHeader(new Map([[capabilityAttribute, encodeFileCapabilities(parsed)]]));
    yield tarHeader({ ...base, kind: 'file', sizeBytes: entry.sizeBytes });
    if (entry.sizeBytes === 0) continue;
    const onDisk = join(imageDir, entry.path);
    if (entry.sizeBytes <= smallFileBytes) yield readFileSync(onDisk);
    else for await (const chunk of createReadStream(onDisk, { highWaterMark: 1 << 18 })) yield chunk as Buffer;
    yield padding(entry.sizeBytes);
  }
  yield tarEnd;
}

function metadataTar(metadata: EntryFiles, epoch: number): Buffer {
  const parts: Buffer[] = [];
  for (const name of [...metadata.keys()].sort()) {
    const value = metadata.get(name) ?? '';
    const data =
      typeof value === 'string'
        ? Buffer.from(value === '' || value.endsWith('\n') ? value : `${value}\n`)
        : Buffer.from(value);
    if (data.length === 0) continue;
    parts.push(tarHeader(memberOf(`metadata/${name}`, data.length, epoch)), data, padding(data.length));
  }
  return Buffer.concat([...parts, tarEnd]);
}

/** Packs small members into few writes; a spawn's pipe is slow with many. */
async function* inLargeChunks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    held.push(chunk);
    size += chunk.length;
    if (size < 1 << 18) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}

/** A larger member is worth a process that compresses it. */
const smallMemberBytes = 1 << 20;

const isSmallImage = (entries: readonly ImageEntry[]): boolean =>
  entries.reduce((sum, { sizeBytes }) => sum + sizeBytes + 1024, 0) <= smallMemberBytes;

/** A packed member: its name, and its bytes or the file that they wait in. */
interface PackedMember {
  readonly name: string;
  readonly sizeBytes: number;
  readonly hashes: Readonly<Record<string, string>>;
  readonly data: Buffer | null;
}

/** The image as a member; a large one is packed into the file `path`. */
async function packImageMember(contents: GpkgContents, path: string): Promise<PackedMember> {
  if (!isSmallImage(contents.entries)) {
    await compressToFile(imageTar(contents), path, contents.signal);
    return { name: 'image.tar.zst', ...(await digestFile(path, undefined, contents.signal)), data: null };
  }
  const parts: Buffer[] = [];
  for await (const part of imageTar(contents)) parts.push(part);
  const data = gzipSync(Buffer.concat(parts));
  return { name: 'image.tar.gz', sizeBytes: data.length, hashes: digestBuffer(data), data };
}

/** The metadata as a member. */
async function packMetadata(tar: Buffer): Promise<{ readonly ending: 'gz' | 'zst'; readonly data: Buffer }> {
  if (tar.length <= smallMemberBytes) return { ending: 'gz', data: gzipSync(tar) };
  return { ending: 'zst', data: (await runToolOrThrow('zstd', compressArguments, { input: tar })).stdout };
}

/** Throws AbortError when cancelled, TOOL_MISSING, TOOL_FAILED; what the file system says otherwise. */
async function compressToFile(source: AsyncIterable<Buffer>, path: string, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const child = spawn('zstd', compressArguments, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: childEnvironment(),
    // Ctrl-C is for us: we end it, and clear away what it wrote. It ends by itself when its input does.
    detached: true,
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? toolMissing('zstd', error) : error),
    );
    child.on('close', (exitCode, killedBy) =>
      exitCode === 0 ? resolve() : reject(toolEnded('zstd', { exitCode, signal: killedBy })),
    );
  });
  const kill = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  const flows = [
    pipeline(Readable.from(inLargeChunks(source)), child.stdin, { signal }),
    pipeline(child.stdout, createWriteStream(path), { signal }),
  ];
  // what cannot be read or written leaves nothing for it to do
  for (const flow of flows) flow.catch(kill);
  const [end, ...ways] = await Promise.allSettled([ended, ...flows]);
  signal?.removeEventListener('abort', kill);
  signal?.throwIfAborted();
  const faults = ways.flatMap((way) => (way.status === 'rejected' ? [way.reason as NodeJS.ErrnoException] : []));
  // a pipe that broke is what becomes of a tool that ended; the tool tells why
  const own = faults.find((fault) => !isBrokenPipe(fault));
  if (own) throw own;
  if (end.status === 'rejected') throw end.reason;
  if (faults[0]) throw faults[0];
}

function manifestLine(name: string, sizeBytes: number, hashes: Readonly<Record<string, string>>): string {
  return `DATA ${name} ${sizeBytes} BLAKE2B ${hashes.BLAKE2B} SHA512 ${hashes.SHA512}\n`;
}

function digestBuffer(data: Buffer): Readonly<Record<string, string>> {
  return {
    BLAKE2B: createHash('blake2b512').update(data).digest('hex'),
    SHA512: createHash('sha512').update(data).digest('hex'),
  };
}

/**
 * Writes a binary package. The same image and metadata give the same bytes. `path` ends in `.gpkg.tar`; the package
 * appears there whole or not at all. `isNew`: it must not be there yet, whoever else wants that name; then it answers false
 * when it is. Throws TOOL_MISSING, TOOL_FAILED, AbortError when cancelled. Source: GLEP 78.
 */
export async function writeGpkg(path: string, contents: GpkgContents, isNew = false): Promise<boolean> {
  const base = path.slice(path.lastIndexOf('/') + 1, -'.gpkg.tar'.length);
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.partial`;
  const imageFile = `${partial}.image`;
  try {
    const image = await packImageMember(contents, imageFile);
    const { ending, data: metadata } = await packMetadata(metadataTar(contents.metadata, contents.epoch));
    const metadataName = `metadata.tar.${ending}`;
    const manifest = Buffer.from(
      manifestLine('gpkg-1', 0, digestBuffer(Buffer.alloc(0))) +
        manifestLine(metadataName, metadata.length, digestBuffer(metadata)) +
        manifestLine(image.name, image.sizeBytes, image.hashes),
    );
    const member = (name: string, sizeBytes: number): Buffer =>
      tarHeader(memberOf(`${base}/${name}`, sizeBytes, contents.epoch));
    const head = [
      ...[member('gpkg-1', 0), member(metadataName, metadata.length), metadata, padding(metadata.length)],
      member(image.name, image.sizeBytes),
    ];
    const foot = [
      padding(image.sizeBytes),
      member('Manifest', manifest.length),
      manifest,
      padding(manifest.length),
      tarEnd,
    ];
    if (image.data) writeFileSync(partial, Buffer.concat([...head, image.data, ...foot]));
    else await joinFiles(partial, head, imageFile, foot, contents.signal);
    return await place(partial, path, isNew);
  } finally {
    rmSync(imageFile, { force: true });
    rmSync(partial, { force: true });
  }
}

async function joinFiles(
  path: string,
  head: readonly Buffer[],
  middle: string,
  foot: readonly Buffer[],
  signal?: AbortSignal,
): Promise<void> {
  const parts = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.concat(head);
    for await (const chunk of createReadStream(middle, { highWaterMark: 1 << 20 })) yield chunk as Buffer;
    yield Buffer.concat(foot);
  };
  await pipeline(Readable.from(parts()), createWriteStream(path), { signal });
}

/** Gives a file its name; false: it must not take that of another, and there is one. */
async function place(partial: string, path: string, isNew: boolean): Promise<boolean> {
  if (!isNew) {
    await rename(partial, path);
    return true;
  }
  try {
    await link(partial, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** What a limit of the machine or of the sandbox was in the way of has advice of its own. */
function damaged(path: string, detail: string, cause?: unknown): EngineError {
  return new EngineError('BINPKG_INVALID', `the binary package \`${path}\` ${detail}`, {
    hint:
      (cause instanceof EngineError ? cause.hint : undefined) ?? 'Delete the file; the package is then built again.',
    details: { path },
    cause,
  });
}

/** A gpkg has four members, with a signature of each eight. */
const maxMembers = 16;
/** Largest metadata and Manifest that are read into memory; the saved environment makes most of it. */
const maxMemberBytes = 64 << 20;
/** Files of metadata; a package has some fifty. */
const maxMetadataFiles = 1000;

async function membersOf(path: string): Promise<readonly TarFound[]> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause) => {
    throw new EngineError('BINPKG_MISSING', `there is no binary package \`${path}\``, { cause });
  });
  try {
    const info = await handle.stat();
    if (!info.isFile()) throw damaged(path, 'is not a regular file');
    const members: TarFound[] = [];
    const block = Buffer.alloc(512);
    for (let at = 0; ; ) {
      const { bytesRead } = await handle.read(block, 0, 512, at);
      const found = bytesRead === 512 ? readTarHeader(block, at) : undefined;
      if (found === undefined) throw damaged(path, 'is cut off or no gpkg');
      if (found === null) return members;
      members.push(found);
      if (members.length > maxMembers) throw damaged(path, `has more than ${maxMembers} members`);
      if (!(found.sizeBytes >= 0) || found.offset + found.sizeBytes > info.size) {
        throw damaged(path, `is shorter than its member ${JSON.stringify(found.name)}`);
      }
      at = found.offset + found.sizeBytes + padding(found.sizeBytes).length;
    }
  } finally {
    await handle.close();
  }
}

async function readMember(path: string, { name, offset, sizeBytes }: TarFound): Promise<Buffer> {
  if (sizeBytes > maxMemberBytes) throw damaged(path, `has a member ${JSON.stringify(name)} of ${sizeBytes} bytes`);
  const handle = await open(path, 'r');
  try {
    const data = Buffer.alloc(sizeBytes);
    await handle.read(data, 0, sizeBytes, offset);
    return data;
  } finally {
    await handle.close();
  }
}

function memberNamed(path: string, members: readonly TarFound[], pattern: RegExp): TarFound {
  const found = members.find(({ name }) => pattern.test(name.slice(name.lastIndexOf('/') + 1)));
  if (!found) throw damaged(path, `has no member \`${pattern.source}\``);
  return found;
}

function decompressor(name: string): readonly [string, ...string[]] {
  if (name.endsWith('.zst')) return ['zstd', '-dcq'];
  if (name.endsWith('.xz')) return ['xz', '-dcq'];
  if (name.endsWith('.bz2')) return ['bzip2', '-dcq'];
  if (name.endsWith('.gz')) return ['gzip', '-dcq'];
  return ['cat'];
}

/** Small ones are unpacked here, others by a program in the sandbox; what they unpack to is bounded. */
async function unpackMetadata(path: string, member: TarFound): Promise<Buffer> {
  const input = await readMember(path, member);
  if (member.name.endsWith('.tar')) return input;
  if (member.name.endsWith('.gz') && input.length <= smallMemberBytes) {
    try {
      return gunzipSync(input, { maxOutputLength: maxMemberBytes });
    } catch (cause) {
      throw damaged(path, 'has damaged metadata', cause);
    }
  }
  const folder = await mkdtemp(join(tmpdir(), 'prefix-studio-'));
  try {
    const command = ['bash', '-c', unpackOneScript, 'bash', `${maxMemberBytes}`, `${shutInFolder}/plain`] as const;
    await runShutInOrThrow({
      command: [...command, ...decompressor(member.name)],
      folder,
      input: Readable.from([input]),
    }).catch((error: unknown) => {
      if (!(error instanceof EngineError) || error.code !== 'TOOL_FAILED') throw error;
      throw damaged(path, 'has damaged metadata', error);
    });
    const found = new ContainedFolder(folder).read(join(folder, 'plain'), maxMemberBytes);
    if (found.kind === 'content') return found.data;
    throw damaged(
      path,
      found.kind === 'missing' ? 'has damaged metadata' : `has metadata of which a file ${found.reason}`,
    );
  } finally {
    await removeTree(folder);
  }
}

/** Decompresses into a file, no more than what is read of it and a byte. */
const unpackOneScript = `most=$1 file=$2
shift 2
"$@" | head -c "$((most + 1))" > "$file"
[[ \${PIPESTATUS[0]} == 0 || $(wc -c < "$file") -gt $most ]]`;

/** The VDB files in a binary package. Throws BINPKG_MISSING, BINPKG_INVALID. */
export async function readGpkgMetadata(path: string): Promise<ReadonlyMap<string, Buffer>> {
  const member = memberNamed(path, await membersOf(path), /^metadata\.tar/);
  const files = readTar(await unpackMetadata(path, member));
  if (!files) throw damaged(path, 'has damaged metadata');
  if (files.length > maxMetadataFiles) throw damaged(path, `has more than ${maxMetadataFiles} files of metadata`);
  const metadata = new Map<string, Buffer>();
  for (const { flag, name, data } of files) {
    if (flag !== '0') continue;
    const fileName = name.slice(name.indexOf('/') + 1);
    if (!isEntryFileName(fileName)) throw damaged(path, `holds metadata with the name ${JSON.stringify(fileName)}`);
    metadata.set(fileName, data);
  }
  return metadata;
}

/** Compares the hashes inside a binary package with its members. Throws BINPKG_INVALID, AbortError when cancelled. */
export async function verifyGpkg(path: string, signal?: AbortSignal): Promise<void> {
  const members = await membersOf(path);
  const manifest = (await readMember(path, memberNamed(path, members, /^Manifest$/))).toString('utf8');
  for (const line of manifest.split('\n')) {
    const [kind, name, size, ...rest] = line.split(' ');
    if (kind !== 'DATA' || name === undefined) continue;
    const member = members.find((candidate) => candidate.name.endsWith(`/${name}`));
    const expected = rest[rest.indexOf('SHA512') + 1];
    if (!member || member.sizeBytes !== Number(size)) throw damaged(path, `lacks \`${name}\` in its full size`);
    const hash = createHash('sha512');
    await readPieces(path, (piece) => void hash.update(piece), member, signal);
    if (hash.digest('hex') !== expected) throw damaged(path, `does not match its own hash for \`${name}\``);
  }
}

/**
 * Unpacks the image of a binary package into an empty directory, after its hashes were compared. Ownership is not
 * restored: it stays in the package's metadata. The package may come from anybody: it is unpacked in the sandbox, so that
 * `..`, links and devices lead nowhere, and up to a limit. Throws BINPKG_MISSING, BINPKG_INVALID, TOOL_MISSING, AbortError.
 */
export async function extractGpkgImage(path: string, directory: string, signal?: AbortSignal): Promise<void> {
  await verifyGpkg(path, signal);
  const member = memberNamed(path, await membersOf(path), /^image\.tar/);
  await mkdir(directory, { recursive: true });
  const most = mostImageBytes(member.sizeBytes, directory);
  const small = await unpackSmallImage(path, member, most.bytes);
  const input = small
    ? Readable.from([small])
    : createReadStream(path, {
        start: member.offset,
        end: member.offset + member.sizeBytes - 1,
        highWaterMark: 1 << 20,
      });
  const command = small
    ? untarCommand
    : (['bash', ...['-c', unpackScript, 'bash', `${most.bytes}`, most.refusal], ...decompressor(member.name)] as const);
  await runShutInOrThrow({ command, folder: directory, input, isOrdinary: true, signal }).catch((error: unknown) => {
    if (!(error instanceof EngineError) || error.code !== 'TOOL_FAILED') throw error;
    throw damaged(path, `cannot be unpacked: ${error.message}`, error);
  });
}

/** A small image that is packed as ours are, as plain tar; null: a program has to see, and to say what is wrong with it. */
async function unpackSmallImage(path: string, member: TarFound, mostBytes: number): Promise<Buffer | null> {
  if (!member.name.endsWith('.gz') || member.sizeBytes > smallMemberBytes) return null;
  try {
    return gunzipSync(await readMember(path, member), { maxOutputLength: Math.min(mostBytes, maxMemberBytes) });
  } catch {
    return null;
  }
}

/**
 * Unpacks without the member's own folder (`image/`). tar must not believe to be root: it then makes a folder writable until
 * all is in it. Source: GNU tar 1.35, "Directory Modification Times and Permissions".
 */
const untarCommand: readonly [string, ...string[]] = [
  ...(['tar', '-x', '-p'] as const),
  ...['--no-same-owner', '--strip-components=1', '-C', shutInFolder],
];

/** Decompresses, cuts off what is too much, unpacks. */
const unpackScript = `most=$1 refusal=$2
shift 2
"$@" | { head -c "$most"; [[ $(head -c 1 | wc -c) == 0 ]] || { echo "$refusal" >&2; exit 7; }; } |
	${untarCommand.join(' ')}
[[ \${PIPESTATUS[*]} == "0 0 0" ]]`;

/** Real images shrink to a third, ones of many small files to a hundredth. */
const mostExpansion = 1000;
const smallImageBytes = 2 ** 30;

/** How much an image may grow to when it is unpacked: a limit, what compression can be, and the room there is. */
function mostImageBytes(packedBytes: number, directory: string): { readonly bytes: number; readonly refusal: string } {
  const { bavail, bsize } = statfsSync(directory);
  const room = bavail * bsize;
  const bytes = Math.min(imageLimits().bytes, Math.max(smallImageBytes, packedBytes * mostExpansion));
  // in the words of the kernel, as if it had been tried
  if (room < bytes) return { bytes: room, refusal: `No space left on device: it holds more than ${room} bytes` };
  return { bytes, refusal: `it holds more than ${bytes} bytes` };
}

export async function gpkgSizeBytes(path: string): Promise<number> {
  return (await stat(path)).size;
}
