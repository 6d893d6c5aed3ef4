import { availableParallelism } from 'node:os';
import { expectedTime } from '../api/estimate';
import type { PlanAnswer } from '../api/wire';
import { listPrefixes, type StudioDatabase, usualCosts } from '../db/index';
import { type Design, parseDesign } from '../design/index';
import { runPackages } from '../engine/index';
import { deriveNames } from '../layout/names';
import { missingPackages, withMoreFixes } from '../plan/elsewhere';
import type { KnownRepository } from '../plan/known-repositories';
import { explainDerivations } from '../resolve/explain';
import type { PlanResult } from '../resolve/plan';
import { roomNeed, type ScarceRoom, scarceRoom } from './build-room';
import type { AsksPlanner, PlanningAnswers } from './planning-work';

interface PlanOptions {
  readonly wantsOrigins?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Plans a design; where a package is nowhere, the trees of this machine are asked, and the folders that other designs take
 * ebuilds from. `studio` null: those are not known.
 */
export async function planWithin(
  { studio, planner }: { readonly studio: StudioDatabase | null; readonly planner: AsksPlanner },
  design: Design,
  { wantsOrigins = false, signal }: PlanOptions = {},
): Promise<PlanningAnswers['plan']> {
  const first = await planner.run({ kind: 'plan', design, ...(wantsOrigins && { wantsOrigins }) }, signal);
  const { result } = first;
  const missing = result.kind === 'unsolved' ? missingPackages(result) : [];
  if (result.kind !== 'unsolved' || missing.length === 0) return first;
  const known = studio === null ? [] : await repositoriesOfDesigns(studio);
  const elsewhere = await planner.run({ kind: 'elsewhere', design, missing, known }, signal);
  return { ...first, result: withMoreFixes(result, elsewhere) };
}

/** Plans a design and says what it will cost. Throws for trees that cannot be read; `AbortError` when nobody waits. */
export async function answerPlan(
  here: { readonly studio: StudioDatabase; readonly home: string; readonly planner: AsksPlanner },
  design: Design,
  options: PlanOptions = {},
): Promise<PlanAnswer> {
  const { studio, home } = here;
  const planned = await planWithin(here, design, options);
  const { result } = planned;
  const room = await roomFor(studio, home, result);
  const full = room?.isUsedUp ? room : null;
  return {
    design,
    names: deriveNames(design, home, home),
    ...planned,
    stories: result.kind === 'unsolved' ? explainDerivations(result.derivations, result.noFix.length > 0) : [],
    obstacle: planned.obstacle ?? (full && { ...full, packages: [] }),
    scarce: full ? null : room,
    cost: await costOf(studio, result),
  };
}

async function roomFor(studio: StudioDatabase, home: string, result: PlanResult): Promise<ScarceRoom | null> {
  return result.kind === 'planned' ? scarceRoom(home, await roomNeed(studio, result.plan)) : null;
}

/** Folders that other designs take ebuilds from. */
async function repositoriesOfDesigns(studio: StudioDatabase): Promise<readonly KnownRepository[]> {
  const texts = (await listPrefixes(studio)).map(({ text }) => text).filter((text) => text.includes('repositories'));
  return texts.flatMap((text) => {
    const parsed = parseDesign(text);
    const all = parsed.ok ? parsed.design.repositories : [];
    return all.flatMap(({ name, location }) => (location?.startsWith('/') ? [{ name, location }] : []));
  });
}

/** From builds made here, with as many packages at once as this machine has processors. */
async function costOf(studio: StudioDatabase, result: PlanResult): Promise<PlanAnswer['cost']> {
  if (result.kind === 'unsolved') return { totalMs: null, unknown: 0 };
  const { plan } = result;
  const usual = await usualCosts(studio, [...new Set(plan.packages.map(({ cpv }) => cpv))]);
  const packages = runPackages(plan, ({ action, cpv }) => usual.get(`${action} ${cpv}`)?.durationMs ?? null);
  // what is taken as it was built, or taken away, takes no time that counts
  const work = packages.filter(({ action, expectedMs }) => expectedMs !== null || action === 'build');
  return expectedTime(work, availableParallelism());
}
