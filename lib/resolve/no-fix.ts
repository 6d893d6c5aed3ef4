import { tryParseAtom, tryParseCpv } from '../pms';
import { requiredUseRepairs } from './explain-required-use';
import { candidateOf } from './fix-ideas';
import type { ChainHop, Derivation, DesignEdit, HeldFlag, MaskReason, NoFixReason, PlanFailure } from './plan';
import type { RootConfiguration } from './provider';

interface Roots {
  readonly host: RootConfiguration;
  readonly target: RootConfiguration;
}

interface Stopped {
  readonly edits: readonly DesignEdit[];
  readonly failure: PlanFailure;
}

/** Names of the repositories that were searched. */
function repositoriesOf(root: RootConfiguration): readonly string[] {
  if (root.searched) return root.searched;
  const names = new Set<string>();
  for (const name of root.allQualifiedNames())
    for (const { repository } of root.candidates(name)) names.add(repository);
  return [...names].sort();
}

function heldFlags(root: RootConfiguration, cpv: string, flags: Iterable<readonly [string, boolean]>): NoFixReason[] {
  const candidate = candidateOf(root, cpv);
  if (candidate === null) return [];
  const state = root.use(candidate);
  const held = [...new Map(flags)].flatMap(([flag, on]): HeldFlag[] => {
    if (on && state.masked.has(flag)) return [{ flag, on: false, by: 'use.mask' }];
    if (!on && state.forced.has(flag)) return [{ flag, on: true, by: 'use.force' }];
    return [];
  });
  return held.length === 0 ? [] : [{ kind: 'held_flags', cpv, flags: held }];
}

function onlyVersions(root: RootConfiguration, cpv: string, asked: string | undefined): NoFixReason[] {
  const name = tryParseCpv(cpv)?.qualifiedName;
  if (name === undefined) return [];
  const available = [...new Set(root.candidates(name).map((candidate) => candidate.cpv))];
  return available.length > 2 ? [] : [{ kind: 'no_other_version', atom: asked ?? name, available }];
}

const isLiftable = ({ kind }: MaskReason): boolean =>
  kind === 'keyword' || kind === 'license' || kind === 'package.mask';

function aboutFailure({ host, target }: Roots, { failure, root, chain }: Derivation): NoFixReason[] {
  const place = root === 'host' ? host : target;
  switch (failure.kind) {
    case 'no_such_package':
      if (failure.unlisted !== undefined) return [];
      return [{ kind: 'nowhere', atom: failure.atom, repositories: repositoriesOf(place) }];
    case 'no_match':
      return [{ kind: 'no_other_version', atom: failure.atom, available: failure.available }];
    case 'masked': {
      return failure.candidates
        .filter(({ masks }) => !masks.every(isLiftable))
        .slice(0, 3)
        .map(({ cpv, masks }) => ({ kind: 'not_liftable', cpv, masks: masks.filter((mask) => !isLiftable(mask)) }));
    }
    case 'required_use': {
      const repairs = requiredUseRepairs(failure.requiredUse, failure.use, 8);
      const flags = repairs.flatMap((repair) => [...repair]);
      return [...onlyVersions(place, failure.cpv, chain[0]?.atom), ...heldFlags(place, failure.cpv, flags)];
    }
    case 'use_dependency':
      if (failure.unknown !== undefined) return [{ kind: 'no_such_flag', cpv: failure.cpv, flags: failure.unknown }];
      return [
        ...onlyVersions(place, failure.cpv, failure.atom),
        ...heldFlags(place, failure.cpv, Object.entries(failure.changes)),
      ];
    default:
      return [];
  }
}

/** Who asks for it whatever its flags, and which flags the profile holds that would leave it out. */
function aboutAskers(target: RootConfiguration, chain: readonly ChainHop[]): NoFixReason[] {
  const asked = chain.filter((hop) => hop.parent !== hop.atom && tryParseCpv(hop.parent) !== null);
  return asked.slice(0, 3).flatMap((hop): NoFixReason[] => {
    if (hop.conditions.length === 0) {
      return [{ kind: 'always_needed', parent: hop.parent, atom: hop.atom, class: hop.class }];
    }
    const flags = hop.conditions.map((condition) => {
      const isOff = condition.startsWith('!');
      return [condition.replace(/^!/, '').replace(/\?$/, ''), isOff] as const;
    });
    return hop.root === 'host' ? [] : heldFlags(target, hop.parent, flags);
  });
}

const mostTried = 4;

/** The most telling ones: a change with another outcome than those before. */
function tellingOf(stopped: readonly Stopped[]): NoFixReason[] {
  const outcomes = new Map<string, Stopped>();
  for (const each of stopped) {
    const { failure } = each;
    const key =
      'atom' in failure ? `${failure.kind} ${tryParseAtom(failure.atom)?.qualifiedName}` : JSON.stringify(failure);
    const known = outcomes.get(key);
    if (known === undefined || each.edits.length < known.edits.length) outcomes.set(key, each);
  }
  return [...outcomes.values()].slice(0, mostTried).map(({ edits, failure }) => ({ kind: 'tried', edits, failure }));
}

/** How far the search got, and what is the matter there. */
export function whyStopped(
  roots: Roots,
  edits: readonly DesignEdit[],
  derivations: readonly Derivation[],
): NoFixReason[] {
  const [cause] = derivations;
  if (cause === undefined) return [];
  return [{ kind: 'tried', edits, failure: cause.failure }, ...aboutFailure(roots, cause)];
}

/** What keeps the root cause from being cured. `stopped`: changes that were planned, and how that failed. */
export function whyNoFix(roots: Roots, derivations: readonly Derivation[], stopped: readonly Stopped[]): NoFixReason[] {
  const [cause] = derivations;
  if (cause === undefined) return [];
  return [...aboutFailure(roots, cause), ...aboutAskers(roots.target, cause.chain), ...tellingOf(stopped)];
}
