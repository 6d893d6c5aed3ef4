import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../host/remove-tree';
import { parseCpv } from '../pms';
import type { MergeHooks } from './merge-journal';
import type { EbuildPhase, RunEbuildPhases } from './phase-contract';
import type { TargetRoot } from './vdb';

export interface HookSetting {
  readonly target: TargetRoot;
  /** folder below which the phases get their work folders */
  readonly workFolder: string;
  readonly runPhases: RunEbuildPhases;
  /** `source` when the package was built in this run; default `binary` */
  readonly mergeType?: 'source' | 'binary';
  readonly log: (text: string) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

async function text(directory: string, name: string): Promise<string> {
  return (await readFile(join(directory, name), 'utf8').catch(() => '')).trim();
}

export type HookOutcome =
  | { readonly kind: 'ran' | 'not defined' | 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Runs one pkg_* phase with what a VDB entry (or the build-info folder of a build) holds: saved environment, ebuild copy,
 * EAPI, USE. Phases that the ebuild does not define are not even started.
 */
export async function runHook(
  setting: HookSetting,
  phase: EbuildPhase,
  cpv: string,
  entryDirectory: string,
  versions: { readonly replacing: readonly string[]; readonly replacedBy: string | null },
): Promise<HookOutcome> {
  if (!(await text(entryDirectory, 'DEFINED_PHASES')).split(/\s+/).includes(phase)) return { kind: 'not defined' };
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
    onPhase: () => undefined,
  });
  if (result.kind === 'failed') return { kind: 'failed', message: result.message };
  return { kind: result.kind === 'ok' ? 'ran' : 'cancelled' };
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
      if (phase === 'postrm') {
        const { category, pf } = parseCpv(cpv);
        await removeTree(join(setting.workFolder, category, pf));
      }
    };
  return { prerm: run('prerm'), postrm: run('postrm'), postinst: run('postinst') };
}
