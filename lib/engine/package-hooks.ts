import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../host/remove-tree';
import { parseCpv } from '../pms';
import type { ProfileBashrc } from '../repo/profile-bashrc';
import { type FileNotes, noteInEntry } from './file-notes';
import type { MergeHooks } from './merge-journal';
import type { EbuildPhase, PhaseMessage, RunEbuildPhases } from './phase-contract';
import type { TargetRoot } from './vdb';

export interface HookSetting {
  readonly target: TargetRoot;
  /** folder below which the phases get their work folders */
  readonly workFolder: string;
  readonly runPhases: RunEbuildPhases;
  /** `source` when the package was built in this run; default `binary` */
  readonly mergeType?: 'source' | 'binary';
  /** bash of the profile that is run before each phase */
  readonly bashrcs?: readonly ProfileBashrc[];
  readonly log: (text: string) => void | Promise<void>;
  readonly onMessage?: (message: PhaseMessage) => void;
  /** called before a phase that has something to do */
  readonly onStart?: (phase: EbuildPhase, cpv: string) => void;
  readonly signal?: AbortSignal;
}

async function text(directory: string, name: string): Promise<string> {
  return (await readFile(join(directory, name), 'utf8').catch(() => '')).trim();
}

/** VDB file that names the phases around which the bash of the profile had functions when the package was built. */
export const hookedPhasesFile = 'PREFIX_STUDIO_HOOKS';

/**
 * Has a phase of a merge something to do? It has when the ebuild defines it, when a `pre_` or `post_` function of the
 * profile is around it, and always where the user has a `bashrc`. `entryText`: a file of the VDB entry.
 */
export async function hasWork(
  { target }: HookSetting,
  phase: EbuildPhase,
  entryText: (name: string) => string | Promise<string>,
): Promise<boolean> {
  const names = await Promise.all(['DEFINED_PHASES', hookedPhasesFile].map(entryText));
  if (names.some((list) => list.split(/\s+/).includes(phase))) return true;
  return existsSync(join(target.root, target.eprefix, 'etc/portage/bashrc'));
}

export type HookOutcome =
  | { readonly kind: 'not defined' | 'cancelled' }
  | { readonly kind: 'ran'; readonly noted: FileNotes | null }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Runs one pkg_* phase with what a VDB entry (or the build-info folder of a build) holds: saved environment, ebuild copy,
 * EAPI, USE. Phases with nothing to do are not even started.
 */
export async function runHook(
  setting: HookSetting,
  phase: EbuildPhase,
  cpv: string,
  entryDirectory: string,
  versions: { readonly replacing: readonly string[]; readonly replacedBy: string | null },
): Promise<HookOutcome> {
  if (!(await hasWork(setting, phase, (name) => text(entryDirectory, name)))) return { kind: 'not defined' };
  setting.onStart?.(phase, cpv);
  const { category, pf } = parseCpv(cpv);
  const buildDir = join(setting.workFolder, category, pf);
  await mkdir(buildDir, { recursive: true });
  const saved = ['environment.bz2', 'environment'].map((name) => join(entryDirectory, name)).find(existsSync) ?? null;
  const result = await setting.runPhases({
    cpv,
    eapi: (await text(entryDirectory, 'EAPI')) || '0',
    slot: (await text(entryDirectory, 'SLOT')) || '0',
    ebuild: join(entryDirectory, `${pf}.ebuild`),
    repository: await text(entryDirectory, 'repository'),
    eclassDirs: [],
    roots: { broot: '/', root: setting.target.root, sysroot: '/', eprefix: setting.target.eprefix },
    chost: await text(entryDirectory, 'CHOST'),
    arch: await text(entryDirectory, 'ARCH'),
    use: (await text(entryDirectory, 'USE')).split(/\s+/).filter(Boolean),
    distfiles: [],
    distDir: '',
    bashrcs: setting.bashrcs,
    variables: {},
    restrict: [],
    buildDir,
    phases: [phase],
    environmentFile: saved,
    mergeType: setting.mergeType ?? 'binary',
    replacingVersions: versions.replacing,
    replacedByVersion: versions.replacedBy,
    signal: setting.signal,
    onOutput: setting.log,
    onMessage: setting.onMessage,
    onPhase: () => undefined,
  });
  if (result.kind === 'failed') return { kind: 'failed', message: result.message };
  return result.kind === 'ok' ? { kind: 'ran', noted: result.noted ?? null } : { kind: 'cancelled' };
}

/** Hooks of a merge into one root. A failing one is reported in the log; the merge goes on, as in Portage. */
export function mergeHooks(
  setting: HookSetting,
  replacedBy: string | null,
  replacing: readonly string[] = [],
): MergeHooks {
  const pvr = (cpv: string): string => parseCpv(cpv).pvr;
  const run =
    (phase: EbuildPhase) =>
    async (cpv: string, entryDirectory: string): Promise<void> => {
      const outcome = await runHook(setting, phase, cpv, entryDirectory, {
        replacing: phase === 'postinst' ? replacing.map(pvr) : [],
        replacedBy: replacedBy === null || phase === 'postinst' ? null : pvr(replacedBy),
      });
      // what is left of the merge is done when the prefix is worked on again
      if (outcome.kind === 'cancelled') setting.signal?.throwIfAborted();
      if (outcome.kind === 'failed') setting.log(` * pkg_${phase} of ${cpv} failed: ${outcome.message}\n`);
      if (outcome.kind === 'ran' && outcome.noted && phase === 'postinst')
        await noteInEntry(entryDirectory, outcome.noted);
      if (phase === 'postrm') {
        const { category, pf } = parseCpv(cpv);
        await removeTree(join(setting.workFolder, category, pf));
      }
    };
  return { prerm: run('prerm'), postrm: run('postrm'), postinst: run('postinst') };
}
