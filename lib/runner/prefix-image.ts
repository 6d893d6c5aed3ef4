import { stat } from 'node:fs/promises';
import { addressOf } from '../api/address';
import type { ImageFacts } from '../api/events';
import { replacedBy } from '../api/image-of-run';
import { failedChecks, proofHeadline } from '../api/proof-story';
import type { ImageAnswer, MatchesAnswer, RunSummary } from '../api/wire';
import { getPrefix, getRun, lastSuccess, listRuns, type StudioDatabase } from '../db/index';
import type { RunRow } from '../db/schema';
import type { Design } from '../design/index';
import { ownSourcesLine } from '../inspect/own-sources';
import { boards } from '../layout/names';
import { deploySnippets } from '../sysext/deploy';
import { extensionRelease } from '../sysext/extension-release';
import type { KnownSystem } from '../sysext/known-systems';
import { matchMatrix } from '../sysext/match-matrix';
import { requireDesign } from './design-check';
import { RunnerError } from './errors';
import { readRunView } from './kept-views';
import { notBuilt, readStoredDesign } from './prefix-documents';
import { summaryOf } from './summary';

interface BuiltImage {
  readonly run: RunRow;
  readonly image: ImageFacts;
  /** the design that it was built from */
  readonly design: Design;
}

export interface ImageChoice {
  /** also an image whose proof failed, when it is newer: the caller said that it knows */
  readonly mayHaveFailed?: boolean;
  /** the image of this run and no other; default: the newest */
  readonly run?: string;
}

/**
 * The image of the last build that ended well, or of a run that was named; its file is there. Throws NOT_BUILT, PROOF_FAILED when
 * there is only one that failed checks, and for a run that was named RUN_UNKNOWN and IMAGE_REPLACED.
 */
export async function findImage(
  studio: StudioDatabase,
  name: string,
  { mayHaveFailed = false, run }: ImageChoice = {},
): Promise<BuiltImage> {
  if (run !== undefined) return findImageOf(studio, name, run, mayHaveFailed);
  const good = await imageOf(await lastSuccess(studio, name));
  const failed = await lastFailedImage(studio, name, good?.run.id ?? '');
  if (failed && mayHaveFailed) return failed;
  if (good) return good;
  if (failed) throw await proofFailed(studio, name, failed.run);
  throw notBuilt(name);
}

/** How many later builds are looked at. */
const mostLater = 1000;

async function findImageOf(
  studio: StudioDatabase,
  name: string,
  id: string,
  mayHaveFailed: boolean,
): Promise<BuiltImage> {
  const run = await getRun(studio, id);
  const own = summaryOf(run);
  if (own.name !== name || own.image === null) {
    throw new RunnerError('NOT_BUILT', `Build \`${id}\` packed no image of \`${name}\`.`, {
      hint: 'Open the build to see how it ended.',
    });
  }
  const later = (await listRuns(studio, { prefix: name, limit: mostLater })).map(summaryOf);
  const by = replacedBy(own, later);
  const found = by === null ? await imageOf(run) : null;
  if (found === null) {
    throw new RunnerError('IMAGE_REPLACED', `The image of build \`${id}\` is no longer there.`, {
      hint:
        by === null
          ? 'Build again to pack a new one.'
          : `Build \`${by.id}\` replaced it. Download the image of that one.`,
      details: { run: id, by: by?.id ?? null },
    });
  }
  if (own.proven === false && !mayHaveFailed) throw await proofFailed(studio, name, run);
  return found;
}

/** The image that a run packed, if its file is still the one. */
async function imageOf(run: RunRow | null): Promise<BuiltImage | null> {
  const image = run && summaryOf(run).image;
  if (!run || !image) return null;
  const file = await stat(image.path).catch(() => null);
  if (!file?.isFile() || file.size !== image.sizeBytes) return null;
  return { run, image, design: requireDesign({ text: run.text }) };
}

/** The newest image of a run after `after` whose proof failed. */
async function lastFailedImage(studio: StudioDatabase, name: string, after: string): Promise<BuiltImage | null> {
  const runs = await listRuns(studio, { prefix: name, states: ['failed'], limit: 20 });
  const packed = runs.find((run) => run.id > after && summaryOf(run).image !== null && summaryOf(run).proven === false);
  return imageOf(packed ?? null);
}

async function proofFailed(studio: StudioDatabase, name: string, run: RunRow): Promise<RunnerError> {
  const { proof } = await readRunView(studio, run);
  const failed = failedChecks(proof ?? []);
  return new RunnerError(
    'PROOF_FAILED',
    `The image of \`${name}\` failed its proof: ${proofHeadline(failed) ?? 'it was not finished'}.`,
    {
      hint: 'Correct the design and build again. To get this image anyway, say that you accept the failed checks.',
      details: { run: run.id, checks: failed.map((check) => check.name) },
    },
  );
}

/** The release file that an image of the design gets, as far as it is known before packing; empty: it wants no image. */
function plannedRelease(design: Design, toolchain?: string, ownSources?: string | null): string {
  if (design.sysext === false) return '';
  return extensionRelease(design.sysext, boards[design.board], toolchain, ownSources);
}

/** The lines of a release file that decide where an image merges. */
const matchKeys = (release: string): string =>
  (release.match(/^(?:ID|VERSION_ID|SYSEXT_LEVEL|ARCHITECTURE)=.*$/gm) ?? []).join('\n');

/**
 * The newest image, or what would be packed of the design, against the systems that are known and those of the caller.
 * Throws PREFIX_UNKNOWN, DESIGN_INVALID.
 */
export async function readMatches(
  studio: StudioDatabase,
  name: string,
  own: readonly KnownSystem[] = [],
): Promise<MatchesAnswer> {
  const stored = await readStoredDesign(studio, name);
  const found = await findImage(studio, name, { mayHaveFailed: true }).catch((error: unknown) => {
    if (error instanceof RunnerError && error.code === 'NOT_BUILT') return null;
    throw error;
  });
  const design = found?.design ?? stored;
  const release = found?.image.release ?? plannedRelease(design);
  const systems = release === '' ? [] : matchMatrix(release, design.path, own);
  const isOutdated = matchKeys(release) !== matchKeys(plannedRelease(stored));
  return { name, built: found !== null, extensionRelease: release, isOutdated, systems };
}

/** The image, what the proof said and how to deploy it. Throws as `findImage`. */
export async function readImage(studio: StudioDatabase, name: string, choice?: ImageChoice): Promise<ImageAnswer> {
  const { run, image, design } = await findImage(studio, name, choice);
  const view = await readRunView(studio, run);
  const told = view.proof?.find(({ name: check }) => check === 'own-sources');
  const snippets = deploySnippets({
    name,
    eprefix: design.path,
    target: design.sysext === false ? 'any' : design.sysext.target,
    image,
    url: `https://example.com/${image.fileName}`,
  });
  return {
    image,
    run: run.id,
    builtAt: run.finished_at ?? run.queued_at,
    downloadUrl: addressOf('GET /api/prefixes/{name}/image/download', { params: { name } }),
    extensionRelease: image.release ?? plannedRelease(design, view.toolchain?.name, ownSourcesLine(told)),
    butane: snippets.butane,
    commands: snippets.commands.trimEnd().split('\n'),
    warnings: [...(await laterWarnings(studio, run)), ...snippets.warnings],
    proof: view.proof ?? [],
  };
}

/** That an image is not of the newest build, or not of the design as it stands now. */
async function laterWarnings(studio: StudioDatabase, run: RunRow): Promise<readonly string[]> {
  const [newest] = await listRuns(studio, { prefix: run.prefix, states: ['failed', 'cancelled'], limit: 1 });
  const { revision } = await getPrefix(studio, run.prefix);
  return [
    ...(newest && newest.id > run.id ? [laterBuildWords(run, summaryOf(newest))] : []),
    ...(run.revision !== null && run.revision < revision
      ? ['The design changed since this image was built. Build again to pack one of it.']
      : []),
  ];
}

const laterBuildWords = (run: RunRow, { id, state, proven, image }: RunSummary): string => {
  const whose = `this is the image of build \`${run.id}\``;
  if (state === 'cancelled') return `A later build, \`${id}\`, was cancelled, so ${whose}.`;
  if (proven !== false || image === null) return `A later build, \`${id}\`, failed, so ${whose}.`;
  return `The image of a later build, \`${id}\`, failed its proof, so ${whose}. To get the later one anyway, say that you accept the failed checks.`;
};
