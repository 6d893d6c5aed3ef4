import { lstat, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { programRoot } from '../home';
import { removeTree } from '../host/remove-tree';
import type { PrefixConfiguration } from '../repo/prefix-settings';
import {
  digestOf,
  editedPath,
  formatUserVariables,
  readUserEnvironment,
  readUserVariables,
  readWritten,
  type Written,
  writtenFile,
} from '../repo/user-environment';
import { writeFileDurably } from './durable-file';
import { EngineError } from './errors';
import { finishWays, makeWay } from './make-way';
import { lockPrefix, type PrefixPlace } from './prefix-place';
import { removeWrapperLinks, scriptOf } from './wrapper-links';
import { wrapperScript } from './wrapper-script';

export interface SetupRequest {
  readonly place: PrefixPlace;
  /** `etc/portage` of the two roots, as planning reads it */
  readonly configuration: { readonly staging: PrefixConfiguration; readonly final: PrefixConfiguration };
  /** the design document; kept beside staging, so that the wrapper builds with the same settings */
  readonly design: string;
  readonly distDir: string;
  /** data folder; the wrapper is also put into its `bin/` */
  readonly home: string;
  /** `new`: the prefix must not exist yet; `force`: an old one is removed first; `refresh`: an old one is kept */
  readonly mode: 'new' | 'force' | 'refresh';
  /** the caller holds the prefix's lock */
  readonly isLocked?: boolean;
  /** a line for each thing done */
  readonly log?: (line: string) => void;
}

/** Where the design of a prefix stands. */
export const designFile = (place: PrefixPlace): string => join(place.stagingDir, 'prefix.yaml');

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** Lines that belong to this machine and not to the design, as the Flatcar SDK's script writes them. */
function machineLines(place: PrefixPlace, root: 'staging' | 'final', distDir: string, text: string): string {
  const directory = (root === 'staging' ? place.stagingDir : place.finalDir).replace(/\/$/, '');
  const cores = availableParallelism();
  const lines: readonly (readonly [string, string])[] = [
    ['DISTDIR', distDir],
    ['PKGDIR', place.pkgDir],
    ['PORT_LOGDIR', `${directory}/logs`],
    ['PORTAGE_TMPDIR', `${directory}/tmp`],
    ['PORTAGE_BINHOST', ''],
    ['BINPKG_FORMAT', 'gpkg'],
    ['MAKEOPTS', `--jobs=${cores} --load-average=${cores}`],
    ['EMERGE_DEFAULT_OPTS', root === 'staging' ? '--buildpkg' : '--usepkgonly'],
  ];
  // what the design sets stays
  const own = lines.filter(([name]) => !new RegExp(`^${name}=`, 'm').test(text));
  return own.map(([name, value]) => `${name}="${value.replace(/[\\"$`]/g, '\\$&')}"\n`).join('');
}

async function replaceLink(path: string, target: string): Promise<void> {
  if ((await readlink(path).catch(() => null)) === target) return;
  const temporary = `${path}.${process.pid}`;
  await rm(temporary, { force: true });
  await symlink(target, temporary);
  await rename(temporary, path);
}

const writeRecord = (folder: string, { files, makeConf }: Written): Promise<void> =>
  writeFileDurably(join(folder, writtenFile), `${JSON.stringify({ files: Object.fromEntries(files), makeConf })}\n`);

async function writeConfiguration(request: SetupRequest, root: 'staging' | 'final'): Promise<void> {
  const { place } = request;
  const folder = join(root === 'staging' ? place.stagingEroot : place.finalEroot, 'etc/portage');
  const { profile, files } = request.configuration[root];
  await finishWays(folder);
  const byHand = readUserEnvironment(folder);
  const variables = formatUserVariables(readUserVariables(folder));
  const written = readWritten(folder);
  // settings that the design no longer has must not linger; what the user put beside them or changed stays
  const designs = [
    'package.use',
    'package.accept_keywords',
    'package.license',
    'package.mask',
    'package.unmask',
    'profile/package.provided',
  ];
  const stale = new Set([...designs.map((name) => `${name}/design`), ...written.files.keys()]);
  for (const name of stale) {
    if (files.has(name) || byHand.has(name)) continue;
    await rm(join(folder, name), { force: true }).catch((error: NodeJS.ErrnoException) => {
      // a file of the user has the name of the folder
      if (error.code !== 'ENOTDIR') throw error;
    });
  }
  const makeConf = files.get('make.conf') ?? '';
  const ours = makeConf + machineLines(place, root, request.distDir, makeConf);
  const digests = new Map(
    [...files].flatMap(([name, text]) => (name === 'make.conf' ? [] : [[name, [digestOf(text)]] as const])),
  );
  await writeRecord(folder, {
    files: new Map([...digests].map(([name, own]) => [name, [...own, ...(written.files.get(name) ?? [])]])),
    makeConf: [...written.makeConf, ours],
  });
  // before the files of the design that people edited are written anew
  for (const [name, text] of byHand) {
    if (name === editedPath(name)) await writeFileDurably(join(folder, name), text);
  }
  for (const [name, text] of files) {
    if (byHand.has(name)) continue;
    await makeWay(folder, name);
    await writeFileDurably(join(folder, name), name === 'make.conf' ? ours + variables : text);
  }
  await writeRecord(folder, { files: digests, makeConf: [ours] });
  await replaceLink(join(folder, 'make.profile'), profile);
}

async function makeDirectories(place: PrefixPlace): Promise<void> {
  const staging = ['logs', 'pkgs', 'tmp', 'bin'].map((name) => join(place.stagingDir, name));
  const final = ['logs', 'tmp'].map((name) => join(place.finalDir, name));
  const roots = [place.stagingEroot, place.finalEroot].map((eroot) => join(eroot, 'etc'));
  for (const directory of [...staging, ...final, ...roots]) await mkdir(directory, { recursive: true });
}

/** Paths of the generated `emerge-prefix-<name>-<board>`. */
export function wrapperPaths(place: PrefixPlace, home: string): readonly string[] {
  return [join(place.stagingDir, 'bin', place.wrapper), scriptOf(place, home)];
}

/**
 * Makes or refreshes the directories, `etc/portage` and wrapper of a prefix. Building its base packages is the matter of
 * a plan. Throws PREFIX_EXISTS (mode `new`), PREFIX_BUSY.
 */
export async function setupPrefix(request: SetupRequest): Promise<void> {
  const { place, mode, log = () => undefined } = request;
  const lock = request.isLocked ? null : await lockPrefix(place, 'set up the prefix');
  try {
    const present: string[] = [];
    for (const directory of [place.stagingDir, place.finalDir]) if (await exists(directory)) present.push(directory);
    if (mode === 'new' && present[0] !== undefined) {
      throw new EngineError('PREFIX_EXISTS', `the directory \`${present[0]}\` exists already`, {
        hint: 'Use `--force` to remove the old prefix and set it up again.',
        details: { directories: present },
      });
    }
    if (mode === 'force') {
      for (const directory of present) {
        log(`Removing ${directory}`);
        await removeTree(directory);
      }
    }
    await makeDirectories(place);
    await writeConfiguration(request, 'staging');
    await writeConfiguration(request, 'final');
    await writeFileDurably(designFile(place), request.design);
    for (const path of wrapperPaths(place, request.home)) {
      await writeFileDurably(path, wrapperScript(place, request.home, programRoot()), 0o755);
    }
    log(`Staging ${place.stagingEroot}`);
    log(`Final   ${place.finalEroot}`);
    log(`Wrapper ${wrapperPaths(place, request.home)[1]}`);
  } finally {
    await lock?.release();
  }
}

/** Removes staging, final and the wrapper: what `setup_prefix --uninstall` does. Throws PREFIX_MISSING, PREFIX_BUSY. */
export async function uninstallPrefix(
  place: PrefixPlace,
  home: string,
  log: (line: string) => void = () => undefined,
): Promise<void> {
  const directories: string[] = [];
  for (const directory of [place.stagingDir, place.finalDir]) if (await exists(directory)) directories.push(directory);
  if (directories.length === 0) {
    throw new EngineError('PREFIX_MISSING', `there is no prefix \`${place.name}\` for \`${place.board}\``, {
      details: { stagingDir: place.stagingDir, finalDir: place.finalDir },
    });
  }
  const lock = await lockPrefix(place, 'remove the prefix');
  try {
    for (const link of removeWrapperLinks(place, home)) log(`Removing ${link}`);
    for (const path of [...directories, ...wrapperPaths(place, home)]) {
      if (!(await exists(path))) continue;
      log(`Removing ${path}`);
      await removeTree(path);
    }
  } finally {
    await lock.release();
  }
}
