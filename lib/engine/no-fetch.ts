import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Board, boards } from '../layout/names';
import type { EbuildFacts } from './ebuild-facts';
import type { Distfile } from './fetch';
import { withRealDistDir } from './phase-settings';
import { phaseSubject } from './phase-subject';
import { runEbuildPhases } from './phases';

export interface NoFetchQuestion {
  readonly design: { readonly board: Board; readonly path: string };
  /** `category/PF` */
  readonly cpv: string;
  readonly facts: EbuildFacts;
  readonly files: readonly Distfile[];
  /** an empty folder for the phase to work in */
  readonly work: string;
  /** where files are to be put, for people; the ebuild knows the sandbox's name of it only */
  readonly folder: string;
}

/** What pkg_nofetch of an ebuild says, run in the sandbox against an empty root; no lines when it has no such phase. */
export async function explainNoFetch(question: NoFetchQuestion): Promise<readonly string[]> {
  const { design, cpv, facts, files, work, folder } = question;
  if (!(facts.metadata.DEFINED_PHASES ?? '').split(/\s+/).includes('nofetch')) return [];
  const root = join(work, 'root');
  const distDir = join(work, 'distfiles');
  const buildDir = join(work, 'build');
  for (const folder of [root, distDir, buildDir]) await mkdir(folder, { recursive: true });
  const board = boards[design.board];
  let text = '';
  await runEbuildPhases({
    ...phaseSubject(cpv, facts, files),
    roots: { broot: '/', root, sysroot: root, eprefix: design.path },
    chost: board.chost,
    arch: board.keyword,
    distDir,
    variables: facts.variables,
    buildDir,
    phases: ['nofetch'],
    environmentFile: null,
    replacingVersions: [],
    replacedByVersion: null,
    onOutput: (output) => {
      text += output;
    },
    onPhase: () => undefined,
  });
  const plain = text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').replace(/[^\P{C}\n\t]/gu, '');
  return withRealDistDir(plain, folder)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '' && line.trim() !== '*');
}
