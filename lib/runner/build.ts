import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProofCheck, RunEmitter } from '../api/events';
import { unprovenFolder } from '../api/image-of-run';
import { obstacleMessage, obstaclePackageLines } from '../api/obstacle-words';
import { proofHeadline } from '../api/proof-story';
import { type StudioDatabase, untilBack, usualCosts } from '../db/index';
import type { Design } from '../design/index';
import type { Driver, ExecuteJob } from '../drivers/seam/driver';
import {
  type BuildLimits,
  lockPrefix,
  type PrefixPlace,
  prefixPlace,
  type RunOutcome,
  recoverPrefix,
  runPackages,
} from '../engine/index';
import { homeLayout } from '../home';
import type { DiskError } from '../host/disk-error';
import { provePrefix } from '../inspect/index';
import type { ToolchainFacts, ToolchainWords } from '../layout/toolchain';
import { withBuiltAgain } from '../plan/build-again';
import { openDesign } from '../plan/open-design';
import { planOpened } from '../plan/plan-design';
import { explainDerivations, storyText } from '../resolve/explain';
import type { Derivation, Plan } from '../resolve/plan';
import { hostShells } from '../sysext/host-shells';
import { checkImage, packImage } from '../sysext/index';
import { roomNeed, scarceRoom } from './build-room';

export interface BuildOptions {
  readonly studio: StudioDatabase;
  readonly home: string;
  /** who carries out the plan */
  readonly driver: Driver;
  readonly emit: RunEmitter;
  readonly signal: AbortSignal;
  /** parallel packages; null = by cores */
  readonly jobs: number | null;
  /** before the settings of the machine */
  readonly limits?: BuildLimits;
  /** after a failure, go on with what does not need the package that failed */
  readonly keepGoing?: boolean;
  /** names of packages that are compiled whatever was built before */
  readonly rebuild?: readonly string[];
}

export type BuildOutcome =
  | { readonly kind: 'succeeded'; readonly finalRoot: string; readonly image: string | null; readonly message: string }
  /** `trouble`: what the disk refused, when that was the reason */
  | { readonly kind: 'failed'; readonly message: string; readonly trouble?: DiskError | null }
  | { readonly kind: 'cancelled' };

/**
 * Builds a design from plan to image: plan → set up → build and install → prove → pack → check. Holds the prefix's lock all
 * the while. What was finished by an earlier, interrupted build is reused. Throws what planning, setting up and packing throw.
 */
export async function runBuild(design: Design, options: BuildOptions): Promise<BuildOutcome> {
  const place = prefixPlace(design, options.home);
  const lock = await lockPrefix(place, `build of ${design.name}`);
  try {
    await recoverPrefix({ place, emit: options.emit, signal: options.signal });
    const built = await buildRoots(design, options);
    return 'kind' in built ? built : await finish(design, place, built, options);
  } finally {
    await lock.release();
  }
}

/** Plans, sets up and carries out; the tool chain when all went well. */
async function buildRoots(
  design: Design,
  options: BuildOptions,
): Promise<BuildOutcome | { readonly toolchain: ToolchainFacts }> {
  const { driver, emit, home, signal, studio, rebuild = [] } = options;
  const log = (line: string): void => emit({ kind: 'log', id: null, line: 1, text: `${line}\n` });
  log(`Planning ${design.packages.join(' ')} for ${design.board} at ${design.path}`);
  const opened = await openDesign(design, {
    home,
    signal,
    // thousands of lines would bury the rest
    onMetadata: ({ done, total }) => {
      if (done === 1 || done === total) log(`Reading ebuilds: ${done} of ${total}`);
    },
  });
  const result = planOpened(opened);
  if (result.kind === 'unsolved') {
    log(tellUnsolved(result.derivations));
    const [story] = explainDerivations(result.derivations);
    return { kind: 'failed', message: `There is no plan: ${story?.title ?? 'the requests cannot be met together'}` };
  }
  if (rebuild.length > 0 && !driver.compiles) {
    return { kind: 'failed', message: `The driver \`${driver.id}\` compiles nothing, so it builds no package again.` };
  }
  const obstacle = await driver.canBuild({ opened, plan: result.plan, home });
  if (obstacle) {
    for (const line of obstaclePackageLines(obstacle)) log(line.slice(2));
    return { kind: 'failed', message: obstacleMessage(obstacle) };
  }
  const plan = withBuiltAgain(await driver.settle({ opened, plan: result.plan, home }), rebuild);
  const job = { opened, plan, home };
  const ask = <T>(work: () => Promise<T>): Promise<T> => untilBack(studio, signal, work, log);
  const room = await scarceRoom(home, await ask(() => roomNeed(studio, plan)));
  if (room?.isUsedUp) return { kind: 'failed', message: `${room.message} ${room.hint}` };
  if (room) log(`Warning: ${room.message} ${room.hint}`);
  for (const warning of plan.warnings) log(`Warning: ${warning.message}`);
  const expected = await ask(() => usualCosts(studio, [...new Set(plan.packages.map((entry) => entry.cpv))]));
  const packages = runPackages(plan, ({ action, cpv }) => expected.get(`${action} ${cpv}`)?.durationMs ?? null);
  emit({ kind: 'planned', planHash: plan.hash, packages, toolchain: wordsOf(opened.toolchain) });
  emit({ kind: 'stage', stage: 'setup', message: 'Setting up staging and final' });
  await driver.setUp({ ...job, log });
  const { jobs, limits, keepGoing } = options;
  const costs: ExecuteJob['expected'] = ({ action, cpv }) => expected.get(`${action} ${cpv}`) ?? null;
  const executed = await driver
    .execute({ ...job, jobs, limits, keepGoing, expected: costs, signal, emit })
    .finally(() => driver.tearDown(job));
  if (signal.aborted || executed.kind === 'cancelled') return { kind: 'cancelled' };
  if (executed.kind !== 'failed') return { toolchain: opened.toolchain };
  return { kind: 'failed', message: failureMessage(executed, plan), trouble: executed.failures[0]?.trouble };
}

const wordsOf = ({ name, summary, meaning }: ToolchainFacts): ToolchainWords => ({ name, summary, meaning });

/** Proof, image and check of the image. */
async function finish(
  design: Design,
  place: PrefixPlace,
  { toolchain }: { readonly toolchain: ToolchainFacts },
  options: BuildOptions,
): Promise<BuildOutcome> {
  const { emit, signal } = options;
  emit({ kind: 'stage', stage: 'proof', message: 'Proving that nothing leaves the prefix' });
  const proven = await provePrefix({
    finalRoot: place.finalRoot,
    eprefix: design.path,
    board: design.board,
    buildPaths: [place.stagingDir, place.finalDir].map((folder) => folder.replace(/\/$/, '')),
    hostShells: hostShells(design.sysext),
    cLibrary: { version: toolchain.glibc, summary: toolchain.summary },
    smoke: design.smoke,
    signal,
  });
  emit({ kind: 'proof', checks: proven });
  if (signal.aborted) return { kind: 'cancelled' };
  const packed = design.sysext === false ? null : await makeImage(design, design.sysext, place, toolchain, options);
  if (packed) emit({ kind: 'proof', checks: [...proven, packed.check] });
  if (signal.aborted) return { kind: 'cancelled' };
  const checks = packed ? [...proven, packed.check] : proven;
  const broken = proofHeadline(checks);
  const image = packed && (broken === null ? await keepImage(packed.image) : packed.image);
  if (image) emit({ kind: 'image', image });
  if (broken !== null) return { kind: 'failed', message: `Everything is built, but the proof failed: ${broken}.` };
  const message = packed ? 'Built, proven and packed' : 'Built and proven';
  return { kind: 'succeeded', finalRoot: place.finalRoot, image: image?.path ?? null, message };
}

type Image = Awaited<ReturnType<typeof packImage>>['image'];

/** Puts an image that passed in the place of the last good one. */
async function keepImage(image: Image): Promise<Image> {
  const path = join(dirname(dirname(image.path)), image.fileName);
  await rename(image.path, path);
  return { ...image, path };
}

async function makeImage(
  design: Design,
  sysext: Exclude<Design['sysext'], false>,
  place: PrefixPlace,
  toolchain: ToolchainFacts,
  { emit, home, signal }: BuildOptions,
): Promise<{ image: Image; check: ProofCheck }> {
  const { name, board, path: eprefix, smoke } = design;
  emit({ kind: 'stage', stage: 'image', message: 'Packing the image' });
  // the last good image stays until this one has passed
  const outDir = join(homeLayout(home).images, name, unprovenFolder);
  const { image } = await packImage({
    name,
    board,
    eprefix,
    finalRoot: place.finalRoot,
    options: sysext,
    toolchain: toolchain.name,
    outDir,
    signal,
  });
  emit({ kind: 'stage', stage: 'image', message: 'Checking the image' });
  return { image, check: await checkImage({ image, name, board, eprefix, options: sysext, smoke, signal }) };
}

function failureMessage(executed: RunOutcome & { kind: 'failed' }, plan: Plan): string {
  const [first] = executed.failures;
  if (!first) return 'The build failed';
  const cpv = plan.packages.find((entry) => entry.id === first.id)?.cpv ?? first.id;
  return `${cpv} failed in ${first.phase}: ${first.message}`;
}

/** Why there is no plan, for a terminal or a log. */
export function tellUnsolved(derivations: readonly Derivation[]): string {
  const stories = explainDerivations(derivations);
  return stories.map((story) => storyText(story, derivations[0]?.root ?? 'staging')).join('\n\n');
}
