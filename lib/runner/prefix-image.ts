import { stat } from 'node:fs/promises';
import type { ImageFacts } from '../api/events';
import { apiPaths } from '../api/paths';
import type { ImageAnswer } from '../api/wire';
import { lastSuccess, type StudioDatabase } from '../db/index';
import type { RunRow } from '../db/schema';
import type { Design } from '../design/index';
import { boards } from '../layout/names';
import { deploySnippets } from '../sysext/deploy';
import { extensionRelease } from '../sysext/extension-release';
import { requireDesign } from './design-check';
import { notBuilt } from './prefix-documents';
import { readRunView, summaryOf } from './summary';

interface BuiltImage {
  readonly run: RunRow;
  readonly image: ImageFacts;
  /** the design that it was built from */
  readonly design: Design;
}

/** The image of the last successful run; its file is there. Throws NOT_BUILT. */
export async function findImage(studio: StudioDatabase, name: string): Promise<BuiltImage> {
  const run = await lastSuccess(studio, name);
  const image = run ? summaryOf(run).image : null;
  if (!run || !image || !(await stat(image.path).catch(() => null))?.isFile()) throw notBuilt(name);
  return { run, image, design: requireDesign({ text: run.text }) };
}

/** The image, what the proof said and how to deploy it. Throws NOT_BUILT. */
export async function readImage(studio: StudioDatabase, name: string): Promise<ImageAnswer> {
  const { run, image, design } = await findImage(studio, name);
  const view = await readRunView(studio, run);
  const snippets = deploySnippets({ name, eprefix: design.path, image, url: `https://example.com/${image.fileName}` });
  return {
    image,
    run: run.id,
    builtAt: run.finished_at ?? run.queued_at,
    downloadUrl: apiPaths.imageDownload(name),
    extensionRelease: design.sysext === false ? '' : extensionRelease(design.sysext, boards[design.board]),
    butane: snippets.butane,
    commands: snippets.commands.trimEnd().split('\n'),
    warnings: snippets.warning === null ? [] : [snippets.warning],
    proof: view.proof ?? [],
  };
}
