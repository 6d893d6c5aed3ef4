import { foreignWorld, type World, type WorldEntry, type WorldWish } from '../engine/world';
import { type Atom, compareVersions, matchesAtom, parseVersion, tryParseAtom } from '../pms';
import type { ProfiledConfiguration } from '../repo';
import { categoryOf, meantNames, probeOf, underCategory } from '../resolve/bare-names';
import type { Plan, PlannedPackage } from '../resolve/plan';
import { unmetRequests } from '../resolve/unmet-requests';
import type { OpenedDesign } from './open-design';
import { takesPlanned } from './partial-plan';

type Place = 'staging' | 'final';

/** Sets that stand for what is there anyway; `emerge` writes none of them into `world_sets`. */
const notRemembered = new Set([
  'installed',
  'profile',
  'security',
  'selected',
  'selected-packages',
  'selected-sets',
  'system',
  'world',
]);

const isSet = (request: string): boolean => request.startsWith('@') || request === 'world' || request === 'system';

/** A request as an atom; the category of a bare name is that of the packages planned under it. */
function atomOf(request: string, planned: readonly PlannedPackage[]): Atom | null {
  if (/^[^:[]*\//.test(request)) return tryParseAtom(request, { allowRepository: true });
  const probe = probeOf(request);
  if (probe === null) return null;
  const names = meantNames(planned.filter(({ pn }) => pn === probe.pn).map(({ category, pn }) => `${category}/${pn}`));
  const [name] = names;
  return name === undefined ? null : tryParseAtom(underCategory(request, categoryOf(name)), { allowRepository: true });
}

/** Slots of what a configuration lets be seen of an atom's repository. */
function slotsIn(configuration: ProfiledConfiguration, atom: Atom, isAll: boolean): ReadonlySet<string> {
  const seen = configuration
    .candidates(atom.qualifiedName)
    .filter((each) => each.kind === 'ebuild' && (atom.repository === null || each.repository === atom.repository))
    .filter((each) => configuration.isVisible(each))
    .filter((each) => isAll || matchesAtom(atom, each));
  return new Set(seen.map(({ slot }) => slot));
}

const isSlotted = (slots: ReadonlySet<string>): boolean => slots.size > 1 || (slots.size === 1 && !slots.has('0'));

/**
 * What `emerge REQUEST` writes into the world file: the name, with a slot when the request can only mean that one of
 * several. Null: the package is part of @system and need not be named. Source: emerge(1), "world"; portage(5)
 */
function worldAtom(
  configuration: ProfiledConfiguration,
  atom: Atom,
  taken: PlannedPackage,
  planned: readonly PlannedPackage[],
): string | null {
  const { qualifiedName, repository } = atom;
  const behind = repository === null ? '' : `::${repository}`;
  const inRoot = planned.filter(({ category, pn }) => `${category}/${pn}` === qualifiedName).map(({ slot }) => slot);
  const installed = configuration.installed(qualifiedName).map(({ slot }) => slot);
  const available = slotsIn(configuration, atom, true);
  const isOfSlots = isSlotted(available) || isSlotted(new Set([...inRoot, ...installed]));
  const isPlain = atom.text === qualifiedName || atom.text === `${qualifiedName}${behind}`;
  if (isOfSlots && !isPlain) {
    const meant = new Set([...slotsIn(configuration, atom, false), taken.slot]);
    if (meant.size === 1) return `${qualifiedName}:${taken.slot}${behind}`;
  }
  if (!isOfSlots && repository === null && !qualifiedName.startsWith('virtual/')) {
    const system = configuration.system.flatMap((text) => tryParseAtom(text) ?? []);
    if (system.some((each) => takesPlanned(each, taken))) return null;
  }
  return `${qualifiedName}${behind}`;
}

function entryOf(
  configuration: ProfiledConfiguration,
  request: string,
  planned: readonly PlannedPackage[],
): WorldEntry[] {
  const atom = atomOf(request, planned);
  if (atom === null) return [];
  const fitting = planned
    .filter((pkg) => takesPlanned(atom, pkg))
    .sort((a, b) => compareVersions(parseVersion(b.version), parseVersion(a.version)));
  const [taken] = fitting;
  if (taken === undefined) return [];
  const text = worldAtom(configuration, atom, taken, planned);
  return text === null ? [] : [{ atom: text, cpvs: fitting.map(({ cpv }) => cpv) }];
}

/** What the world of a root has to say when a plan is carried out there that was made for these requests. */
export function worldWish(
  opened: Pick<OpenedDesign, 'staging' | 'final'>,
  plan: Pick<Plan, 'packages'>,
  place: Place,
  requests: readonly string[],
  kind: WorldWish['kind'] = 'design',
): WorldWish {
  const planned = plan.packages.filter(({ root, action }) => root === place && action !== 'remove');
  const names = requests.filter(isSet).map((name) => name.replace(/^@/, ''));
  return {
    kind,
    packages: requests.filter((each) => !isSet(each)).flatMap((each) => entryOf(opened[place], each, planned)),
    sets: names.filter((name) => !notRemembered.has(name)).map((name) => `@${name}`),
  };
}

/** What was asked for in the roots of a design by others than the design: `emerge-prefix-…`, an `emerge`, a person. */
export interface ForeignRequests {
  readonly staging: readonly string[];
  readonly final: readonly string[];
}

/** Reads them from the world of both roots. What the design asks for as well is not among them. */
export function foreignRequests(opened: Pick<OpenedDesign, 'design' | 'names' | 'forgotten'>): ForeignRequests {
  const { design, names, forgotten = [] } = opened;
  const asked = new Set([...design.packages, ...forgotten]);
  const of = (root: string): readonly string[] => {
    const { packages, sets }: World = foreignWorld({ root, eprefix: design.path });
    return [...packages, ...sets].filter((each) => !asked.has(each));
  };
  return { staging: of(names.stagingRoot), final: of(names.finalRoot) };
}

/** What of it can be planned at all: final gets it from staging, so that staging has what final has. */
export function plannableRequests(opened: Pick<OpenedDesign, 'design' | 'names' | 'forgotten' | 'staging'>): {
  readonly outside: ForeignRequests;
  /** what no repository has any more */
  readonly lost: readonly string[];
} {
  const { staging, final } = foreignRequests(opened);
  const all = [...new Set([...staging, ...final])];
  const lost = all.filter((each) => unmetRequests(opened.staging, [each]).length > 0);
  const isThere = (each: string): boolean => !lost.includes(each);
  return { outside: { staging: all.filter(isThere), final: final.filter(isThere) }, lost };
}
