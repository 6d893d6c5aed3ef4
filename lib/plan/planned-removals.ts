import { type Atom, atomsOf, dependencyClasses, matchesAtom, tryParseAtom } from '../pms';
import type { ProfiledConfiguration } from '../repo';
import type { PlannedPackage } from '../resolve/plan';
import type { Candidate } from '../resolve/provider';
import type { OpenedDesign } from './open-design';

type Place = 'staging' | 'final';

/** Atoms of what a package needs when it is there, or of what it blocks. */
function atomsBy(candidate: Candidate, use: ReadonlySet<string>, isBlocker: boolean): readonly Atom[] {
  const classes = isBlocker ? dependencyClasses : (['RDEPEND', 'PDEPEND', 'IDEPEND'] as const);
  return classes.flatMap((each) =>
    [...atomsOf(candidate.dependency(each), use)].flatMap(({ atom }) =>
      (atom.blocker !== null) === isBlocker ? [atom] : [],
    ),
  );
}

/** What is installed of @system and @profile with all that it needs to run: a root that others set up keeps its base. */
function baseOf(configuration: ProfiledConfiguration): ReadonlySet<Candidate> {
  const installed = configuration.allInstalled();
  const found = new Set<Candidate>();
  const follow = (atom: Atom): void => {
    for (const each of installed) {
      if (found.has(each) || !matchesAtom(atom, each)) continue;
      found.add(each);
      for (const needed of atomsBy(each, each.recordedUse ?? new Set(), false)) follow(needed);
    }
  };
  for (const text of [...configuration.system, ...configuration.profile]) {
    const atom = tryParseAtom(text);
    if (atom) follow(atom);
  }
  return found;
}

interface Blocker {
  readonly cpv: string;
  /** what cannot be installed beside it */
  readonly atom: Atom;
}

/** What planned packages block, in their order. */
function blockersOf(configuration: ProfiledConfiguration, planned: readonly PlannedPackage[]): readonly Blocker[] {
  return planned.flatMap(({ cpv, category, pn, repository, use }) => {
    const candidate = configuration
      .candidates(`${category}/${pn}`)
      .find((each) => each.cpv === cpv && each.repository === repository);
    return candidate ? atomsBy(candidate, new Set(use), true).map((atom) => ({ cpv, atom })) : [];
  });
}

/**
 * Packages of a root that go because no planned package stands for them: users before what they use, which is the reverse
 * of the order in which they came. One in the slot of a planned package is replaced by the merge of that one.
 */
export function plannedRemovals(
  opened: Pick<OpenedDesign, 'staging' | 'final'>,
  plan: readonly PlannedPackage[],
  place: Place,
): PlannedPackage[] {
  const configuration = opened[place];
  const planned = plan.filter(({ root, action }) => root === place && action !== 'remove');
  const wanted = new Set(planned.map(({ cpv }) => cpv));
  const slots = new Set(planned.map((pkg) => `${pkg.category}/${pkg.pn}:${pkg.slot}`));
  const leaving = configuration
    .allInstalled()
    .filter((each) => !wanted.has(each.cpv) && !slots.has(`${each.qualifiedName}:${each.slot}`));
  if (leaving.length === 0) return [];
  const base = place === 'staging' ? baseOf(configuration) : new Set<Candidate>();
  const blockers = blockersOf(configuration, planned);
  return leaving
    .map((installed) => ({ installed, blocker: blockers.find(({ atom }) => matchesAtom(atom, installed)) }))
    .filter(({ installed, blocker }) => blocker !== undefined || !base.has(installed))
    .sort((a, b) => b.installed.counter - a.installed.counter)
    .map(({ installed, blocker }) => removalOf(installed, place, planned, blocker));
}

function removalOf(
  installed: Candidate,
  place: Place,
  planned: readonly PlannedPackage[],
  blocker: Blocker | undefined,
): PlannedPackage {
  const successor = planned.find((pkg) => `${pkg.category}/${pkg.pn}` === installed.qualifiedName);
  const reason =
    blocker !== undefined
      ? `${blocker.cpv} cannot be installed beside it (\`${blocker.atom.text}\`).`
      : successor !== undefined
        ? `${successor.cpv} in slot ${successor.slot} takes its place.`
        : 'Nothing in the design needs it any more.';
  return {
    id: `${place}|${installed.cpv}`,
    root: place,
    action: 'remove',
    cpv: installed.cpv,
    category: installed.category,
    pn: installed.pn,
    version: installed.version.text,
    slot: installed.slot,
    subSlot: installed.subSlot,
    repository: installed.repository,
    eapi: installed.eapi.name,
    use: [...(installed.recordedUse ?? [])].filter((flag) => installed.iuse.has(flag)).sort(),
    iuse: [...installed.iuse.keys()].sort(),
    keywords: installed.keywords.join(' '),
    license: installed.license,
    description: installed.description,
    requested: false,
    step: 0,
    replaces: null,
    ...(blocker === undefined ? {} : { blockedBy: `${place}|${blocker.cpv}` }),
    reason,
  };
}
