import type { PackageList, PackageRow, PlanAnswer } from '../api/wire';
import { medianBuildTimes, type StudioDatabase } from '../db/index';
import type { Design } from '../design/index';
import { deriveNames } from '../layout/names';
import { openDesign } from '../plan/open-design';
import { planOpened } from '../plan/plan-design';
import type { PlanResult } from '../resolve/plan';
import type { Candidate } from '../resolve/provider';

/** Plans a design and says what it will cost. Throws for trees that cannot be read. */
export async function answerPlan(studio: StudioDatabase, design: Design, home: string): Promise<PlanAnswer> {
  const opened = await openDesign(design, { home });
  const started = performance.now();
  const result = planOpened(opened);
  const durationMs = performance.now() - started;
  return { design, names: deriveNames(design, home, home), result, durationMs, cost: await costOf(studio, result) };
}

/** From builds made here: at best everything runs beside the longest package, at worst one after the other. */
async function costOf(studio: StudioDatabase, result: PlanResult): Promise<PlanAnswer['cost']> {
  if (result.kind === 'unsolved') return { minMs: null, maxMs: null, unknown: 0 };
  const work = result.plan.packages.filter(({ action }) => action === 'build' || action === 'install');
  const medians = await medianBuildTimes(studio, [...new Set(work.map(({ cpv }) => cpv))]);
  const known = work.flatMap(({ action, cpv }) => medians.get(`${action} ${cpv}`) ?? []);
  const unknown = work.length - known.length;
  if (known.length === 0) return { minMs: null, maxMs: null, unknown };
  return { minMs: Math.max(...known), maxMs: known.reduce((sum, value) => sum + value, 0), unknown };
}

interface PackageQuery {
  /** every word must be in the name or the description; empty = all */
  readonly words: string;
  readonly limit: number;
}

/** Packages of a design's tree and extra repositories, by name; names that match come before descriptions that do. */
export async function listPackages(design: Design, query: PackageQuery, home: string): Promise<PackageList> {
  const { staging } = await openDesign(design, { home });
  const words = query.words.toLowerCase().split(/\s+/).filter(Boolean);
  const named: PackageRow[] = [];
  const described: PackageRow[] = [];
  for (const name of staging.allQualifiedNames()) {
    const ebuilds = staging.candidates(name).filter((candidate) => candidate.kind === 'ebuild');
    const [best] = ebuilds;
    if (!best) continue;
    const isNamed = words.every((word) => name.toLowerCase().includes(word));
    const description = best.description.toLowerCase();
    if (isNamed) named.push(packageRow(name, best, ebuilds));
    else if (words.every((word) => name.includes(word) || description.includes(word))) {
      described.push(packageRow(name, best, ebuilds));
    }
  }
  const found = [...named, ...described];
  return { tree: design.tree, packages: found.slice(0, query.limit), total: found.length };
}

function packageRow(name: string, best: Candidate, ebuilds: readonly Candidate[]): PackageRow {
  return {
    name,
    description: best.description,
    repository: best.repository,
    versions: ebuilds.map(({ version, slot, keywords }) => ({ version: version.text, slot, keywords })),
    license: best.license,
    iuse: [...best.iuse.keys()].sort(),
  };
}
