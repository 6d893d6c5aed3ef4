import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SysextOptions } from '../design/schema';
import { diskErrorOfLine } from '../host/disk-error';
import { howToGetCommand } from '../host/install-advice';
import { runShutIn, shutInFolder } from '../host/shut-in';
import { checkOwnSources, ownSourcesLine, readOwnSources } from '../inspect/own-sources';
import { loadOwners } from '../inspect/owners';
import { scanTree } from '../inspect/tree';
import type { ImageFacts } from '../layout/events';
import { type Board, boards } from '../layout/names';
import { SysextError } from './errors';
import { extensionRelease, releasePath } from './extension-release';
import { layOutImage, type PackingSummary } from './packing-tree';

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
  /** content of extension-release */
  readonly release: string;
}

/**
 * Packs a final root as a systemd-sysext image: same input, same bytes. All files belong to root and carry time 0.
 * Throws NO_ROOT, NOTHING_TO_PACK, TOOL_MISSING, PACK_FAILED, AbortError when cancelled; an older image stays in place then.
 */
export async function packImage(request: PackRequest): Promise<PackedImage> {
  const { name, eprefix, finalRoot, options, outDir, signal } = request;
  const ownSources = ownSourcesLine(checkOwnSources(await readOwnSources(finalRoot, eprefix)));
  const release = extensionRelease(options, boards[request.board], request.toolchain, ownSources);
  const tree = await scanTree(finalRoot, await loadOwners(finalRoot, eprefix));
  await mkdir(outDir, { recursive: true });
  const work = await mkdtemp(join(outDir, `.packing-${name}-`));
  try {
    const source = join(work, treeName);
    const summary = await layOutImage(tree, eprefix, options, { path: releasePath(name), text: release }, source);
    if (summary.files === 0) {
      throw new SysextError('NOTHING_TO_PACK', `The final root of \`${name}\` holds no file to ship.`, {
        hint: 'Build the prefix first.',
      });
    }
    await makeFileSystem(work, options, signal);
    const packed = join(work, imageName);
    const path = join(outDir, `${name}.raw`);
    const sha256 = await sha256Of(packed);
    await rename(packed, path);
    const { size } = await stat(path);
    return {
      image: { path, fileName: `${name}.raw`, sizeBytes: size, sha256, format: options.format },
      summary,
      release,
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Names in the folder that the tool works in. */
const treeName = 'tree';
const imageName = 'image.raw';

/** A fixed file system UUID, because a random one would change the bytes. */
const imageUuid = '00000000-0000-0000-0000-000000000000';

const squashfsFlags: Readonly<Record<SysextOptions['compression'], readonly string[]>> = {
  zstd: ['-comp', 'zstd'],
  xz: ['-comp', 'xz'],
  gzip: ['-comp', 'gzip'],
  lz4: ['-comp', 'lz4', '-Xhc'],
};

/** The tool and its arguments; the tree of files and the image stand in the folder that it is shut in with. */
function packingCommand({ format, compression }: SysextOptions): readonly [string, ...string[]] {
  const [source, image] = [`${shutInFolder}/${treeName}`, `${shutInFolder}/${imageName}`];
  if (format === 'erofs') return ['mkfs.erofs', '-T0', '-U', imageUuid, '--all-root', '-zlz4hc,12', image, source];
  const times = ['-mkfs-time', '0', '-all-time', '0'];
  const rules = ['-all-root', '-noappend', '-no-xattrs', '-no-exports', '-no-progress', '-quiet'];
  return ['mksquashfs', source, image, ...rules, ...times, ...squashfsFlags[compression]];
}

/** Makes the image out of the tree in a folder. The files are a stranger's, so the tool sees nothing but them. */
async function makeFileSystem(folder: string, options: SysextOptions, signal?: AbortSignal): Promise<void> {
  const command = packingCommand(options);
  const [tool] = command;
  const end = await runShutIn({ command, folder, onlyRead: [treeName], signal });
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

/** SHA-256 of a file, hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
