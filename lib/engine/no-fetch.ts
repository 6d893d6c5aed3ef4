import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Board, boards } from '../layout/names';
import type { EbuildFacts } from './ebuild-facts';
import type { Distfile } from './fetch';
import { runEbuildPhases } from './phases';
import { evaluateWords } from './source-uri';

export interface NoFetchQuestion {
  readonly design: { readonly board: Board; readonly path: string };
  /** `category/PF` */
  readonly cpv: string;
  readonly facts: EbuildFacts;
  readonly files: readonly Distfile[];
  /** an empty folder for the phase to work in */
  readonly work: string;
}

/** What pkg_nofetch of an ebuild says, run in the sandbox against an empty root; no lines when it has no such phase. */
export async function explainNoFetch(question: NoFetchQuestion): Promise<readonly string[]> {
  const { design, cpv, facts, files, work } = question;
  if (!(facts.metadata.DEFINED_PHASES ?? '').split(/\s+/).includes('nofetch')) return [];
  const root = join(work, 'root');
  const distDir = join(work, 'distfiles');
  const buildDir = join(work, 'build');
  for (const folder of [root, distDir, buildDir]) await mkdir(folder, { recursive: true });
  const board = boards[design.board];
  let text = '';
  await runEbuildPhases({
    cpv,
    eapi: facts.metadata.EAPI || '0',
    slot: facts.metadata.SLOT || '0',
    ebuild: facts.ebuild,
    repository: facts.repository,
    eclassDirs: facts.eclassDirs,
    roots: { broot: '/', root, sysroot: root, eprefix: design.path },
    chost: board.chost,
    arch: board.keyword,
    use: facts.use,
    iuseImplicit: facts.iuseImplicit,
    isImplicitFlag: facts.isImplicitFlag,
    distfiles: files.map(({ entry }) => entry.name),
    distDir,
    variables: facts.variables,
    restrict: evaluateWords(facts.metadata.RESTRICT ?? '', new Set(facts.use)),
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
  return plain
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '' && line.trim() !== '*');
}
