import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { SysextOptions } from '../design/schema';
import { diskErrorOfLine } from '../host/disk-error';
import { howToGetCommand } from '../host/install-advice';
import { removeTree } from '../host/remove-tree';
import { runShutIn, shutInFolder } from '../host/shut-in';
import { accountsOf } from '../inspect/accounts';
import { type FileMarks, loadFileMarks } from '../inspect/file-marks';
import { checkOwnSources, ownSourcesLine, readOwnSources } from '../inspect/own-sources';
import { loadOwners } from '../inspect/owners';
import { scanTree } from '../inspect/tree';
import { accountNames, formatSysusers } from '../layout/accounts';
import type { ImageFacts } from '../layout/events';
import { type Board, boards } from '../layout/names';
import { SysextError } from './errors';
import { extensionRelease, releasePath } from './extension-release';
import { type Attributes, packingArchive } from './packing-archive';
import { dropReason } from './packing-rules';
import { layOutImage, type PackingSummary } from './packing-tree';
import { unreadFiles } from './unread-files';

export interface PackRequest {
  readonly name: string;
  readonly board: Board;
  /** EPREFIX */
  readonly eprefix: string;
  /** folder on this machine */
  readonly finalRoot: string;
  readonly options: SysextOptions;
  /** what the packages are compiled with, by names and versions; absent: it is not said */
  readonly toolchain?: string;
  /** the image is written to `<outDir>/<name>.raw`, together with `SHA256SUMS.<name>` left to the caller */
  readonly outDir: string;
  readonly signal?: AbortSignal;
}

export interface PackedImage {
  readonly image: ImageFacts;
  readonly summary: PackingSummary;
}

/**
 * Packs a final root as a systemd-sysext image: same input, same bytes. Files belong to root, or to whom their package
 * gave them, and carry time 0.
 * Throws NO_ROOT, NOTHING_TO_PACK, TOOL_MISSING, PACK_FAILED, AbortError when cancelled; an older image stays in place then.
 */
export async function packImage(request: PackRequest): Promise<PackedImage> {
  const { name, eprefix, finalRoot, options, outDir, signal } = request;
  const ownSources = ownSourcesLine(checkOwnSources(await readOwnSources(finalRoot, eprefix)));
  const accounts = accountsOf(finalRoot, eprefix);
  const release = extensionRelease(
    options,
    boards[request.board],
    request.toolchain,
    ownSources,
    accountNames(accounts),
  );
  const owners = await loadOwners(finalRoot, eprefix);
  const marks = loadFileMarks(finalRoot, eprefix, owners);
  const tree = await scanTree(finalRoot, owners, marks);
  await mkdir(outDir, { recursive: true });
  const work = await mkdtemp(join(outDir, `.packing-${name}-`));
  try {
    const source = join(work, treeName);
    const ours = [
      { path: releasePath(name), text: release },
      ...(accounts.length > 0 ? [{ path: `usr/lib/sysusers.d/${name}.conf`, text: formatSysusers(accounts) }] : []),
    ];
    const summary = await layOutImage(tree, eprefix, options, ours, source, signal);
    if (summary.files === 0) {
      throw new SysextError('NOTHING_TO_PACK', `The final root of \`${name}\` holds no file to ship.`, {
        hint: 'Build the prefix first.',
      });
    }
    const packedMarks = new Map(
      tree.entries.flatMap(({ path, mark }) =>
        mark !== null && dropReason(path, eprefix, options.keep) === null ? [[path, mark] as const] : [],
      ),
    );
    const attributes = new Map([[`/${releasePath(name)}`, mayBeRenamed]]);
    await makeFileSystem(
      work,
      options,
      { marks: packedMarks, attributes, directoryModes: summary.directoryModes },
      signal,
    );
    const packed = join(work, imageName);
    const path = join(outDir, `${name}.raw`);
    const sha256 = await sha256Of(packed, signal);
    await rename(packed, path);
    const { size } = await stat(path);
    return {
      image: {
        path,
        fileName: `${name}.raw`,
        sizeBytes: size,
        sha256,
        format: options.format,
        release,
        unread: unreadFiles(tree, eprefix, options),
      },
      summary,
    };
  } finally {
    await removeTree(work);
  }
}

/** Names in the folder that the tool works in. */
const treeName = 'tree';
const imageName = 'image.raw';

/** A fixed file system UUID, because a random one would change the bytes. */
const imageUuid = '00000000-0000-0000-0000-000000000000';

const squashfsFlags: Readonly<Record<SysextOptions['compression'], readonly string[]>> = {
  // a Python of 37 MB: 1.3 s of processor time and 20.3 MB; with 15, the tool's own choice, 7.2 s and 19.3 MB
  zstd: ['-comp', 'zstd', '-Xcompression-level', '10'],
  xz: ['-comp', 'xz'],
  gzip: ['-comp', 'gzip'],
  lz4: ['-comp', 'lz4', '-Xhc'],
};

/**
 * What lets an image merge under another file name than the one it was packed with. erofs gets none: its tool takes
 * attributes from the build machine's file system only. Source: systemd-sysext(8), os-release(5)
 */
const mayBeRenamed: ReadonlyMap<string, Uint8Array> = new Map([['user.extension-release.strict', Buffer.from('0')]]);

/** The tool and its arguments; the tree of files and the image stand in the folder that it is shut in with. */
function packingCommand({ format, compression }: SysextOptions): readonly [string, ...string[]] {
  const [source, image] = [`${shutInFolder}/${treeName}`, `${shutInFolder}/${imageName}`];
  if (format === 'erofs') return ['mkfs.erofs', '-T0', '-U', imageUuid, '--all-root', '-zlz4hc,12', image, source];
  const times = ['-mkfs-time', '0', '-all-time', '0'];
  const rules = ['-noappend', '-no-exports', '-no-progress', '-quiet', ...times, ...squashfsFlags[compression]];
  const top = ['-root-mode', '0755', '-root-uid', '0', '-root-gid', '0', '-root-time', '0'];
  return ['mksquashfs', '-', image, '-tar', ...top, ...rules];
}

/** What files have in the image and not in the tree. */
interface Given {
  /** files with other owners than root or with capabilities */
  readonly marks: FileMarks;
  readonly attributes: Attributes;
  readonly directoryModes: ReadonlyMap<string, number>;
}

/**
 * Makes the image out of the tree in a folder. The files are a stranger's, so the tool sees nothing but them.
 */
async function makeFileSystem(
  folder: string,
  options: SysextOptions,
  { marks, attributes, directoryModes }: Given,
  signal?: AbortSignal,
): Promise<void> {
  const isErofs = options.format === 'erofs';
  if (marks.size > 0 && isErofs) {
    const marked = [...marks.keys()].slice(0, 5).map((path) => `\`${path}\``);
    throw new SysextError(
      'PACK_FAILED',
      `Files have owners or capabilities, which cannot be stored in an erofs image here: ${marked.join(', ')}.`,
      {
        hint: 'Choose `squashfs` as the format of the image (`sysext.format`).',
      },
    );
  }
  const command = packingCommand(options);
  const [tool] = command;
  const input = isErofs
    ? undefined
    : Readable.from(packingArchive(join(folder, treeName), marks, attributes, directoryModes));
  const end = await runShutIn({ command, folder, onlyRead: [treeName], input, signal });
  if (end === null) {
    throw new SysextError('TOOL_MISSING', `The tool \`${tool}\` is not installed.`, { hint: howToGetCommand(tool) });
  }
  if (end.exitCode === 0) return;
  const said = end.output.trim().split('\n').slice(-3).join(' ');
  const use = { path: folder, doing: 'packing the image' };
  const full = end.output.split('\n').map((line) => diskErrorOfLine(line, use));
  throw (
    full.find((error) => error !== null) ??
    new SysextError('PACK_FAILED', `\`${tool}\` ${end.how}: ${said}`, {
      hint: end.hint ?? 'Check that the disk has room for the image, then pack again.',
    })
  );
}

/** SHA-256 of a file, hex. Throws AbortError when cancelled. */
export async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
