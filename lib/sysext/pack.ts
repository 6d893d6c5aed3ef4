import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SysextOptions } from '../design/schema';
import { loadOwners } from '../inspect/owners';
import { scanTree } from '../inspect/tree';
import type { ImageFacts } from '../layout/events';
import { type Board, boards } from '../layout/names';
import { SysextError } from './errors';
import { extensionRelease, releasePath } from './extension-release';
import { layOutImage, type PackingSummary } from './packing-tree';
import { runTool } from './run-tool';

export interface PackRequest {
  readonly name: string;
  readonly board: Board;
  /** EPREFIX */
  readonly eprefix: string;
  /** folder on this machine */
  readonly finalRoot: string;
  readonly options: SysextOptions;
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
 * Throws NO_ROOT, NOTHING_TO_PACK, TOOL_MISSING, PACK_FAILED, CANCELLED; an older image stays in place then.
 */
export async function packImage(request: PackRequest): Promise<PackedImage> {
  const { name, eprefix, finalRoot, options, outDir, signal } = request;
  const release = extensionRelease(options, boards[request.board]);
  const tree = await scanTree(finalRoot, await loadOwners(finalRoot, eprefix));
  await mkdir(outDir, { recursive: true });
  const work = await mkdtemp(join(outDir, `.packing-${name}-`));
  try {
    const source = join(work, 'tree');
    const summary = await layOutImage(tree, eprefix, options, { path: releasePath(name), text: release }, source);
    if (summary.files === 0) {
      throw new SysextError('NOTHING_TO_PACK', `The final root of \`${name}\` holds no file to ship.`, {
        hint: 'Build the prefix first.',
      });
    }
    const packed = join(work, 'image.raw');
    await makeFileSystem(source, packed, options, signal);
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

/** A fixed file system UUID, because a random one would change the bytes. */
const imageUuid = '00000000-0000-0000-0000-000000000000';

const squashfsFlags: Readonly<Record<SysextOptions['compression'], readonly string[]>> = {
  zstd: ['-comp', 'zstd'],
  xz: ['-comp', 'xz'],
  gzip: ['-comp', 'gzip'],
  lz4: ['-comp', 'lz4', '-Xhc'],
};

async function makeFileSystem(
  source: string,
  image: string,
  options: SysextOptions,
  signal?: AbortSignal,
): Promise<void> {
  const [tool, args] =
    options.format === 'squashfs'
      ? [
          'mksquashfs',
          [
            source,
            image,
            '-all-root',
            '-noappend',
            '-no-xattrs',
            '-mkfs-time',
            '0',
            '-all-time',
            '0',
            '-no-exports',
            '-no-progress',
            '-quiet',
            ...squashfsFlags[options.compression],
          ],
        ]
      : ['mkfs.erofs', ['-T0', '-U', imageUuid, '--all-root', '-zlz4hc,12', image, source]];
  // SOURCE_DATE_EPOCH beside explicit times is an error of mksquashfs
  const env = { SOURCE_DATE_EPOCH: undefined };
  const outcome = await runTool(tool as string, args as string[], {
    signal,
    env,
  });
  if (outcome.exitCode !== 0) {
    throw new SysextError(
      'PACK_FAILED',
      `\`${tool}\` ended with status ${outcome.exitCode}: ${outcome.output.trim().split('\n').slice(-3).join(' ')}`,
      {
        hint: 'Check that the disk has room for the image, then pack again.',
      },
    );
  }
}

/** SHA-256 of a file, hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
