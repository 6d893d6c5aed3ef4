import { createHash } from 'node:crypto';
import { patchRecord, userPatches } from '../engine/user-patches';
import { dataHome } from '../home';
import { recordFile } from '../layout/record-files';
import { atomsOf, dependencyClasses } from '../pms';
import type { BinaryPackage, ProfiledConfiguration, RepositoryCandidate } from '../repo';
import type { Plan, PlanEdge, PlannedPackage } from '../resolve/plan';
import type { OpenedDesign } from './open-design';
import { plannedRemovals } from './planned-removals';
import { overlayPlaces, type TakenEbuild, takenDigest, takenText } from './taken-ebuilds';

const sameWords = (a: Iterable<string>, b: Iterable<string>): boolean =>
  [...a].sort().join(' ') === [...b].sort().join(' ');

/** Enabled flags out of IUSE, as a plan lists them. */
function recordedUse(candidate: RepositoryCandidate): string[] {
  return [...(candidate.recordedUse ?? [])].filter((flag) => candidate.iuse.has(flag));
}

/** What is bound at build time does not count when texts are compared: `:0/1.3=` was `:=` or `:0=`. */
const unbound = (text: string): string =>
  text
    .replace(/:[^\s[\]:=]*=/g, ':=')
    .replace(/\s+/g, ' ')
    .trim();

/** Why a built package is not what the plan wants; null: it is. */
function difference(
  pkg: PlannedPackage,
  built: RepositoryCandidate,
  ebuild: RepositoryCandidate | null,
): string | null {
  if (built.repository !== '' && built.repository !== pkg.repository) return `it came from ::${built.repository}`;
  const use = recordedUse(built);
  if (!sameWords(use, pkg.use)) {
    const on = pkg.use.filter((flag) => !use.includes(flag));
    const off = use.filter((flag) => !pkg.use.includes(flag)).map((flag) => `-${flag}`);
    return `it was built with other USE flags (now ${[...on, ...off].join(' ')})`;
  }
  if (!sameWords(built.iuse.keys(), pkg.iuse)) return 'the ebuild has other USE flags now';
  if (`${built.slot}/${built.subSlot}` !== `${pkg.slot}/${pkg.subSlot}`) return 'its slot changed';
  if (ebuild && built.eapi.name !== ebuild.eapi.name) return 'the ebuild has another EAPI now';
  const changed = ebuild
    ? dependencyClasses
        .filter((each) => each === 'RDEPEND' || each === 'PDEPEND')
        .find((each) => {
          const now = unbound(ebuild.dependencyText(each));
          const then = unbound(built.dependencyText(each));
          return now !== then && !now.includes('?') && !then.includes('?');
        })
    : undefined;
  return changed === undefined ? null : `its ${changed} changed`;
}

/** The ebuild of the design's own overlay that a package is built from; null: it is not from there. */
function takenFor({ design, options, taken }: OpenedDesign, pkg: PlannedPackage): TakenEbuild | null {
  const { name } = overlayPlaces(options.home ?? dataHome(), design.name);
  return pkg.repository === name ? (taken.get(pkg.cpv) ?? null) : null;
}

/** Was it packed from a work folder that somebody had been in? */
const isByHand = (built: RepositoryCandidate | undefined): boolean => (built?.metadata[recordFile.byHand] ?? '') !== '';

/** What the user changed since a package was built, which no version tells of; null: nothing. */
function ownChange(
  opened: OpenedDesign,
  pkg: PlannedPackage,
  built: RepositoryCandidate,
  ebuild: RepositoryCandidate | null,
): string | null {
  if (isByHand(built)) return 'it was changed by hand in its work folder';
  const patches = patchRecord(userPatches(opened.names.stagingEroot, pkg.cpv, pkg.slot));
  if (patches !== (built.metadata[recordFile.patches] ?? '')) return 'your patches for it changed';
  const taken = takenFor(opened, pkg);
  if (taken === null || ebuild === null) return null;
  const places = overlayPlaces(opened.options.home ?? dataHome(), opened.design.name);
  const [recorded = ''] = (built.metadata[recordFile.taken] ?? '').split(' ');
  return recorded === takenDigest(places, taken, ebuild.metadata) ? null : 'your copy of its ebuild changed';
}

/** What a plan has to say of packages that are not as their tree has them. */
function ownNote(opened: OpenedDesign, pkg: PlannedPackage): string {
  const taken = takenFor(opened, pkg);
  const patches = userPatches(opened.names.stagingEroot, pkg.cpv, pkg.slot).map(({ name }) => name);
  return [
    ...(taken === null ? [] : [`From ${takenText(taken)}.`]),
    ...(patches.length === 0 ? [] : [`With your ${patches.length === 1 ? 'patch' : 'patches'} ${patches.join(', ')}.`]),
  ].join(' ');
}

/** `qualified name -> slot/sub-slot` of everything planned in staging. */
type PlannedSlots = ReadonlyMap<string, readonly string[]>;

function plannedSlots(packages: readonly PlannedPackage[]): PlannedSlots {
  const slots = new Map<string, string[]>();
  for (const pkg of packages) {
    if (pkg.root !== 'staging') continue;
    const name = `${pkg.category}/${pkg.pn}`;
    slots.set(name, [...(slots.get(name) ?? []), `${pkg.slot}/${pkg.subSlot}`]);
  }
  return slots;
}

/** A package that a built one was bound to (`:0/1.3=`) and that is planned with another sub-slot; null: none. */
function brokenBinding(built: RepositoryCandidate, slots: PlannedSlots): string | null {
  for (const each of ['DEPEND', 'RDEPEND', 'PDEPEND'] as const) {
    for (const { atom } of atomsOf(built.dependency(each), built.recordedUse)) {
      if (atom.slotOperator !== '=' || atom.slot === null || atom.blocker !== null) continue;
      const planned = slots.get(atom.qualifiedName);
      if (planned && !planned.includes(`${atom.slot}/${atom.subSlot ?? atom.slot}`)) return atom.qualifiedName;
    }
  }
  return null;
}

function ebuildOf(configuration: ProfiledConfiguration, pkg: PlannedPackage): RepositoryCandidate | null {
  const list = configuration.candidates(`${pkg.category}/${pkg.pn}`);
  return (
    list.find((each) => each.kind === 'ebuild' && each.cpv === pkg.cpv && each.repository === pkg.repository) ?? null
  );
}

interface Verdict {
  readonly action: PlannedPackage['action'];
  readonly note: string;
  /** BUILD_TIME of what will stand there; null: it is built anew */
  readonly buildTime: number | null;
}

/** Why a package is reused, as far as its records tell; its build key has the last word. */
export const equalBinary = 'An equal binary package exists.';

function judgeStaging(
  opened: OpenedDesign,
  pkg: PlannedPackage,
  binaries: ReadonlyMap<string, readonly BinaryPackage[]>,
  slots: PlannedSlots,
): Verdict {
  const ebuild = ebuildOf(opened.staging, pkg);
  const installed = opened.staging.installed(`${pkg.category}/${pkg.pn}`).find((each) => each.cpv === pkg.cpv);
  const judge = (built: RepositoryCandidate): string | null => {
    const broken = brokenBinding(built, slots);
    return broken === null ? difference(pkg, built, ebuild) : `\`${broken}\` has another sub-slot now`;
  };
  const wrong = installed ? (judge(installed) ?? ownChange(opened, pkg, installed, ebuild)) : null;
  if (installed && wrong === null)
    return { action: 'keep', note: 'Already in staging.', buildTime: installed.buildTime };
  let note = wrong === null ? '' : `Built again: ${wrong}.`;
  // its binary package has the same bytes, and an index does not tell
  if (isByHand(installed)) return { action: 'build', note, buildTime: null };
  for (const { candidate } of binaries.get(pkg.cpv) ?? []) {
    const problem = judge(candidate);
    if (problem === null) return { action: 'reuse', note: equalBinary, buildTime: candidate.buildTime };
    note ||= `The binary package does not fit: ${problem}.`;
  }
  return { action: 'build', note, buildTime: null };
}

function judgeFinal(opened: OpenedDesign, pkg: PlannedPackage, staged: Verdict | undefined): Verdict {
  const installed = opened.final.installed(`${pkg.category}/${pkg.pn}`).find((each) => each.cpv === pkg.cpv);
  const problem = installed ? difference(pkg, installed, null) : null;
  if (installed && problem === null && staged && staged.buildTime !== null) {
    const mask = opened.final.variable('INSTALL_MASK').split(/\s+/);
    const isMaskedAlike = sameWords((installed.metadata.INSTALL_MASK ?? '').split(/\s+/), mask);
    if (staged.buildTime === installed.buildTime && isMaskedAlike) {
      return { action: 'keep', note: 'Already installed.', buildTime: installed.buildTime };
    }
  }
  return { action: 'install', note: '', buildTime: staged?.buildTime ?? null };
}

/** Everything that is compiled in staging needs the files of the compiler there first; ebuilds do not say so. */
function baseEdges(
  packages: readonly PlannedPackage[],
  edges: readonly PlanEdge[],
  base: readonly string[],
): PlanEdge[] {
  const inStaging = packages.filter((pkg) => pkg.root === 'staging');
  const foundation = inStaging.filter((pkg) => base.includes(`${pkg.category}/${pkg.pn}`));
  const below = new Set(foundation.map((pkg) => pkg.id));
  const pending = [...below];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    for (const edge of edges) {
      if (edge.from !== id || below.has(edge.to)) continue;
      below.add(edge.to);
      pending.push(edge.to);
    }
  }
  return inStaging
    .filter((pkg) => !below.has(pkg.id))
    .flatMap((pkg) =>
      foundation.map((on) => ({
        from: pkg.id,
        to: on.id,
        class: 'DEPEND' as const,
        atom: `${on.category}/${on.pn}`,
        conditions: [],
        soft: false,
      })),
    );
}

/** Steps along hard edges; a package of final comes behind its build in staging. */
function withSteps(packages: readonly PlannedPackage[], edges: readonly PlanEdge[]): PlannedPackage[] {
  const needs = new Map<string, string[]>();
  const add = (from: string, to: string): void => {
    if (from !== to) needs.set(from, [...(needs.get(from) ?? []), to]);
  };
  const ids = new Set(packages.map((pkg) => pkg.id));
  for (const edge of edges) if (!edge.soft && ids.has(edge.from) && ids.has(edge.to)) add(edge.from, edge.to);
  for (const pkg of packages) {
    if (pkg.root === 'final' && ids.has(`staging|${pkg.cpv}`)) add(pkg.id, `staging|${pkg.cpv}`);
  }
  const steps = new Map<string, number>();
  const open = new Set<string>();
  const stepOf = (id: string): number => {
    const known = steps.get(id);
    if (known !== undefined) return known;
    if (open.has(id)) return 0;
    open.add(id);
    const step = Math.max(0, ...(needs.get(id) ?? []).map((need) => stepOf(need) + 1));
    open.delete(id);
    steps.set(id, step);
    return step;
  };
  return packages.map((pkg) => ({ ...pkg, step: stepOf(pkg.id) }));
}

const rootOrder = { host: 0, staging: 1, final: 2 } as const;

/** Root by root, lower steps first; what the resolver put first stays first. */
function inMergeOrder(packages: readonly PlannedPackage[]): PlannedPackage[] {
  return [...packages].sort((a, b) => rootOrder[a.root] - rootOrder[b.root] || a.step - b.step);
}

/** SHA-256 over what is planned where: equal packages in equal roots, equal hash, whatever stands there already. */
export function hashPlan(plan: Pick<Plan, 'board' | 'prefixPath' | 'packages'>): string {
  const rows = plan.packages
    .filter((pkg) => pkg.action !== 'remove')
    .map((pkg) => [pkg.id, pkg.repository, pkg.eapi, pkg.slot, pkg.subSlot, pkg.use.join(' ')])
    .sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([plan.board, plan.prefixPath, rows]))
    .digest('hex');
}

/**
 * Compares a plan with what stands on disk: what can be kept or reused, what has to go, and in which steps the rest is
 * done.
 */
export function refinePlan(opened: OpenedDesign, plan: Plan, stagingBase: readonly string[]): Plan {
  const binaries = new Map<string, BinaryPackage[]>();
  for (const each of opened.binaries) {
    binaries.set(each.candidate.cpv, [...(binaries.get(each.candidate.cpv) ?? []), each]);
  }
  const staged = new Map<string, Verdict>();
  const slots = plannedSlots(plan.packages);
  const judged = plan.packages.map((pkg): PlannedPackage => {
    if (pkg.root === 'host' || pkg.action === 'remove' || pkg.action === 'provided') return pkg;
    if (pkg.root === 'final') return pkg;
    const verdict = judgeStaging(opened, pkg, binaries, slots);
    staged.set(pkg.cpv, verdict);
    return {
      ...pkg,
      action: verdict.action,
      reason: [pkg.reason, verdict.note, ownNote(opened, pkg)].filter((text) => text !== '').join(' '),
    };
  });
  const both = judged.map((pkg): PlannedPackage => {
    if (pkg.root !== 'final' || pkg.action === 'remove' || pkg.action === 'provided') return pkg;
    const verdict = judgeFinal(opened, pkg, staged.get(pkg.cpv));
    return {
      ...pkg,
      action: verdict.action,
      reason: [pkg.reason, verdict.note].filter((text) => text !== '').join(' '),
    };
  });
  const edges = [...plan.edges, ...baseEdges(both, plan.edges, stagingBase)];
  const gone = (['staging', 'final'] as const).flatMap((place) => plannedRemovals(opened, both, place));
  const packages = inMergeOrder(withSteps([...both, ...gone], edges));
  return { ...plan, packages, edges, hash: hashPlan({ ...plan, packages }) };
}
