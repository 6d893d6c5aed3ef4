import { chmod, mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dataHome, homeLayout } from '../home';
import { ContainedFolder } from '../host/contained-file';
import { removeTree } from '../host/remove-tree';
import { ownBash } from './ebuild-shell';
import { EngineError } from './errors';
import { type Distfile, DistfileFetcher } from './fetch';
import { HostArchive } from './host-archive';
import { parseManifest } from './manifest';
import { thisMachine } from './phase-settings';
import { runEbuildPhases, runtimeFolder } from './phases';

const cpv = 'app-shells/bash-5.3';
const mostBytes = 64 << 20;

/** The same release, as upstream publishes it and as Debian does; the first that can be had is taken. */
const places: Readonly<Record<string, Pick<Distfile, 'uris' | 'archive'>>> = {
  'bash-5.3.tar.gz': {
    uris: ['https://ftp.gnu.org/gnu/bash/bash-5.3.tar.gz', 'https://ftpmirror.gnu.org/bash/bash-5.3.tar.gz'],
    archive: null,
  },
  'bash_5.3.orig.tar.xz': {
    uris: [],
    archive: { package: 'bash', suite: 'sid' },
  },
};

export interface BuildShellOptions {
  /** data folder; default `dataHome()` */
  readonly home?: string;
  /** GENTOO_MIRRORS of the user */
  readonly mirrors?: readonly string[];
  /** takes output of the build, as it comes */
  readonly log?: (text: string) => void;
  readonly signal?: AbortSignal;
}

async function getSource(folder: string, home: string, options: BuildShellOptions): Promise<string> {
  const { distfiles, cache } = homeLayout(home);
  const archive = new HostArchive(join(cache, 'host-archive-bash'), ['sid']);
  const fetcher = new DistfileFetcher({
    distDir: distfiles,
    mirrors: options.mirrors ?? [],
    archive: archive.isPresent() ? archive : null,
  });
  const path = join(folder, 'Manifest');
  const answer = new ContainedFolder(folder).read(path, mostBytes);
  const manifest = answer.kind === 'content' ? parseManifest(answer.data.toString('utf8'), path) : [];
  const problems: string[] = [];
  const plain = { thirdPartyMirrors: new Map(), mirrorRestricted: false, fetchRestricted: false };
  for (const entry of manifest) {
    const place = places[entry.name];
    if (!place) continue;
    const log = (line: string): void => options.log?.(`${line}\n`);
    try {
      await fetcher.fetch({ entry, ...plain, ...place }, { log, signal: options.signal });
      return entry.name;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      problems.push(error.message);
    }
  }
  throw new EngineError('DISTFILE_UNREACHABLE', `the source of bash 5.3 is not available: ${problems.join('; ')}`, {
    hint: `Put \`bash-5.3.tar.gz\` (11355854 bytes) or \`bash_5.3.orig.tar.xz\` (5571836 bytes) into \`${distfiles}\` by hand.`,
  });
}

/**
 * Builds bash 5.3 for this machine, in the sandbox as any package, and puts it where `shellFor` finds it. Its path. Throws
 * what fetching throws, and TOOL_FAILED when it does not compile.
 */
export async function buildEbuildShell(options: BuildShellOptions = {}): Promise<string> {
  const home = options.home ?? dataHome();
  const repository = join(runtimeFolder(), 'host-bash');
  const folder = join(repository, 'app-shells/bash');
  const distfile = await getSource(folder, home, options);
  const target = ownBash(home);
  await mkdir(dirname(target), { recursive: true });
  const buildDir = await mkdtemp(join(dirname(dirname(target)), 'build-'));
  try {
    const result = await runEbuildPhases({
      cpv,
      eapi: '8',
      slot: '0',
      ebuild: join(folder, 'bash-5.3.ebuild'),
      repository: 'host-bash',
      eclassDirs: [],
      roots: { broot: '/', root: '/', sysroot: '/', eprefix: '' },
      chost: `${thisMachine().machine}-pc-linux-gnu`,
      arch: '',
      use: [],
      distfiles: [distfile],
      distDir: homeLayout(home).distfiles,
      variables: { CFLAGS: '-O2' },
      restrict: [],
      buildDir,
      phases: ['unpack', 'prepare', 'configure', 'compile', 'install'],
      environmentFile: null,
      replacingVersions: [],
      replacedByVersion: null,
      signal: options.signal,
      onOutput: (text) => options.log?.(text),
      onPhase: () => undefined,
    });
    options.signal?.throwIfAborted();
    const message = result.kind === 'failed' ? result.message : 'it was stopped';
    if (result.kind !== 'ok') throw new EngineError('TOOL_FAILED', `bash 5.3 could not be built: ${message}`);
    const built = new ContainedFolder(buildDir).read(join(buildDir, 'image/usr/bin/bash'), mostBytes);
    if (built.kind !== 'content') throw new EngineError('TOOL_FAILED', 'bash 5.3 was built without a program');
    const fresh = `${target}.${process.pid}`;
    await writeFile(fresh, built.data);
    await chmod(fresh, 0o755);
    await rename(fresh, target);
    return target;
  } finally {
    await removeTree(buildDir);
  }
}
