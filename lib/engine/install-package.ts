import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeTree } from '../host/remove-tree';
import type { PackageNotice } from '../layout/events';
import { parseCpv } from '../pms';
import { besideWorkFolder } from './built-folder';
import type { ConfigProtection } from './config-protect';
import { EngineError } from './errors';
import { noteFiles } from './file-notes';
import { extractGpkgImage, readGpkgMetadata } from './gpkg';
import type { ImageEntry } from './image-tree';
import { applyInstallMask } from './install-mask';
import { describeCollision, type MergeOutcome, mergeImage } from './merge';
import type { HookSetting } from './package-hooks';
import { hasWork, mergeHooks, runHook } from './package-hooks';
import { listed } from './package-notices';
import type { StoredPackage } from './package-store';
import { readImage } from './read-image';
import { takeImage } from './take-image';
import { type EntryFiles, isBytesFile, type TargetRoot } from './vdb';

/** An image that is ready to be merged, with its VDB files. */
export interface ReadyPackage {
  readonly cpv: string;
  readonly slot: string;
  readonly imageDir: string;
  /** what the image holds; nothing has written there since it was taken */
  readonly entries: readonly ImageEntry[];
  readonly entryFiles: EntryFiles;
}

/** Text of a VDB file; '' when it is not there. */
export function entryText(files: EntryFiles, name: string): string {
  const value = files.get(name);
  return value === undefined
    ? ''
    : Buffer.from(value as Uint8Array)
        .toString('utf8')
        .trim();
}

/** Files of a binary package's metadata as VDB files. */
function entryFilesFrom(metadata: ReadonlyMap<string, Buffer>): EntryFiles {
  return new Map(
    [...metadata].map(([name, data]) => [name, isBytesFile(name) ? data : data.toString('utf8')] as const),
  );
}

/** Unpacks a binary package below `workFolder`, leaving out what INSTALL_MASK names. Throws BINPKG_MISSING, BINPKG_INVALID, AbortError. */
export async function unpackForInstall(
  stored: StoredPackage,
  workFolder: string,
  eprefix: string,
  installMask: readonly string[],
  signal?: AbortSignal,
): Promise<ReadyPackage> {
  const { category, pf } = parseCpv(stored.cpv);
  const buildDir = join(workFolder, category, pf);
  await removeTree(buildDir);
  const imageDir = join(buildDir, 'image');
  const entryFiles = entryFilesFrom(await readGpkgMetadata(stored.path));
  const builtFor = entryText(entryFiles, 'EPREFIX');
  if (builtFor !== '' && builtFor !== eprefix) {
    throw new EngineError('BINPKG_INVALID', `\`${stored.cpv}\` was built for \`${builtFor}\`, not for \`${eprefix}\``, {
      hint: `Delete \`${stored.path}\`; the package is then built again.`,
    });
  }
  await extractGpkgImage(stored.path, imageDir, signal);
  const taken = await takeImage(imageDir, eprefix, signal);
  await applyInstallMask(imageDir, taken, eprefix, installMask);
  const entries = installMask.length > 0 ? await readImage(imageDir) : taken;
  const files = new Map(entryFiles);
  files.delete('INSTALL_MASK');
  if (installMask.length > 0) files.set('INSTALL_MASK', installMask.join(' '));
  return { cpv: stored.cpv, slot: entryText(files, 'SLOT') || '0', imageDir, entries, entryFiles: files };
}

/** The build-info folder that pkg_preinst starts from. */
async function writeBuildInfo(ready: ReadyPackage): Promise<string> {
  const directory = besideWorkFolder(dirname(ready.imageDir), 'merge-info');
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const [name, data] of ready.entryFiles) await writeFile(join(directory, name), data);
  return directory;
}

function overwriteNotice(paths: readonly string[]): PackageNotice {
  const title = 'Replaced files that were there and belong to no package:';
  return { level: 'warn', phase: 'preinst', check: 'unowned-files', text: listed(title, paths) };
}

/**
 * Merges a ready package into a root with its pkg_* phases. `leaving`: as in `MergeRequest`. Throws COLLISION with every file in the way; then nothing
 * was written. Throws TOOL_FAILED when pkg_preinst fails.
 */
export async function installReadyPackage(
  target: TargetRoot,
  ready: ReadyPackage,
  protection: ConfigProtection,
  hooks: HookSetting & { readonly onNotice?: (notice: PackageNotice) => void },
  leaving?: () => Promise<ReadonlySet<string>>,
): Promise<Extract<MergeOutcome, { kind: 'merged' }>> {
  const { qualifiedName } = parseCpv(ready.cpv);
  let replacing: readonly string[] = [];
  const entryFiles = new Map(ready.entryFiles);
  const outcome = await mergeImage({
    target,
    cpv: ready.cpv,
    qualifiedName,
    slot: ready.slot,
    imageDir: ready.imageDir,
    entries: ready.entries,
    entryFiles,
    protection,
    ...(leaving ? { leaving } : {}),
    signal: hooks.signal,
    hooks: {
      preinst: async (replaced) => {
        replacing = replaced;
        if (!(await hasWork(hooks, 'preinst', (name) => entryText(ready.entryFiles, name)))) return 'untouched';
        const versions = { replacing: replaced.map((cpv) => parseCpv(cpv).pvr), replacedBy: null };
        const buildInfo = await writeBuildInfo(ready);
        const result = await runHook(hooks, 'preinst', ready.cpv, buildInfo, versions);
        await rm(buildInfo, { recursive: true, force: true });
        if (result.kind === 'cancelled') hooks.signal?.throwIfAborted();
        if (result.kind === 'failed')
          throw new EngineError('TOOL_FAILED', `pkg_preinst of \`${ready.cpv}\` failed: ${result.message}`);
        if (result.kind === 'ran' && result.noted) {
          const noted = noteFiles(result.noted, (name) => entryText(ready.entryFiles, name));
          for (const [name, text] of noted) if (text !== '') entryFiles.set(name, text);
        }
        return 'changed';
      },
      overwrites: (paths) => hooks.onNotice?.(overwriteNotice(paths)),
      prerm: (cpv, entry) => mergeHooks(hooks, ready.cpv).prerm?.(cpv, entry) ?? Promise.resolve(),
      postrm: (cpv, entry) => mergeHooks(hooks, ready.cpv).postrm?.(cpv, entry) ?? Promise.resolve(),
      postinst: (cpv, entry) => mergeHooks(hooks, null, replacing).postinst?.(cpv, entry) ?? Promise.resolve(),
    },
  });
  if (outcome.kind === 'merged') return outcome;
  const lines = outcome.collisions.map(describeCollision);
  throw new EngineError(
    'COLLISION',
    `\`${ready.cpv}\` cannot be merged, files are in the way: ${lines.slice(0, 5).join('; ')}`,
    {
      hint: 'Remove the package or the files that are in the way, or leave one of the two packages out.',
      details: { cpv: ready.cpv, files: lines },
    },
  );
}
