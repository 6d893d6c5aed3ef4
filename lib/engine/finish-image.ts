import type { PackageNotice } from '../layout/events';
import { eapi } from '../pms/eapi';
import { type ElfInImage, scanElfFiles } from './elf-scan';
import { dropDirectories, emptyDirectories } from './empty-directories';
import { checkImage } from './image-checks';
import { type ImageEntry, setImageTimes } from './image-tree';
import { mendLibraryModes } from './library-modes';
import { listed } from './package-notices';
import { readImage } from './read-image';
import { prefixShebangs } from './shebangs';
import { sourceDateEpoch } from './source-date';
import { type NotStripped, type StripRules, stripImage } from './strip';
import { takeImage } from './take-image';
import type { TargetRoot } from './vdb';

export interface FinishRequest {
  readonly imageDir: string;
  readonly eapi: string;
  readonly staging: TargetRoot;
  readonly strip: Omit<StripRules, 'eprefix'>;
  /** strip of the target's CHOST */
  readonly stripTool: string;
  /** the work folder as phases saw it */
  readonly buildPath: string;
  /** called when the image has turned out fine to read, before it is changed */
  readonly onTaken: () => void;
  readonly signal?: AbortSignal;
  readonly log: (line: string) => void;
  readonly onNotice: (notice: PackageNotice) => void;
}

/**
 * Makes what `src_install` left ready to be packed: scripts are run by the prefix, files stripped, empty directories
 * dropped where the EAPI says so, times set; then it is checked. Throws IMAGE_REFUSED, TOOL_FAILED, TOOL_MISSING.
 */
export async function finishImage(
  request: FinishRequest,
): Promise<{ readonly entries: readonly ImageEntry[]; readonly elfs: readonly ElfInImage[] }> {
  const { imageDir, staging, onNotice, signal } = request;
  const { eprefix } = staging;
  let entries = await takeImage(imageDir, eprefix, signal);
  request.onTaken();
  const scripts = await prefixShebangs(imageDir, entries, staging);
  for (const { path, line } of scripts.changed) request.log(` * ${path}: ${line}`);
  const whole: NotStripped[] = [];
  const rules = { ...request.strip, eprefix };
  const stripped = await stripImage(imageDir, entries, rules, request.stripTool, (file) => whole.push(file), signal);
  const modes = mendLibraryModes(imageDir, entries, eprefix);
  if (stripped + scripts.changed.length + modes > 0) entries = await readImage(imageDir, undefined, signal);

  const empty = emptyDirectories(entries, eprefix);
  const isDropped = eapi(request.eapi).dropsEmptyDirectories;
  if (isDropped) entries = dropDirectories(imageDir, entries, empty);
  entries = await setImageTimes(imageDir, entries, sourceDateEpoch);
  const elfs = await scanElfFiles(imageDir, entries);

  for (const notice of wholeNotices(whole)) onNotice(notice);
  const { buildPath } = request;
  for (const notice of scripts.notices) onNotice(notice);
  for (const notice of emptyNotices(empty, eprefix, isDropped)) onNotice(notice);
  const checks = { imageDir, eprefix, entries, elfs, stagingRoot: staging.root, buildPaths: [buildPath] };
  for (const notice of await checkImage(checks)) onNotice(notice);
  return { entries, elfs };
}

/** As Portage, only those in `var` are told: elsewhere nobody misses them. */
function emptyNotices(empty: readonly string[], eprefix: string, isDropped: boolean): readonly PackageNotice[] {
  const paths = empty.filter((path) => path.startsWith(`${eprefix}/var/`));
  if (paths.length === 0) return [];
  const title = isDropped
    ? 'Empty directories, which are not installed since EAPI 8; `keepdir` keeps them.'
    : 'Empty directories, which another package manager may leave out; `keepdir` keeps them.';
  return [{ level: 'qa', phase: 'package', check: 'empty-directory', text: listed(title, paths) }];
}

function wholeNotices(files: readonly NotStripped[]): readonly PackageNotice[] {
  if (files.length === 0) return [];
  const title = 'Files that strip cannot read are left as they are:';
  const text = listed(
    title,
    files.map(({ path, said }) => `${path}: ${said}`),
  );
  return [{ level: 'warn', phase: 'package', check: null, text }];
}
