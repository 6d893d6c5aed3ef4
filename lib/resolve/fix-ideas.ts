import {
  atomsOf,
  changeAtom,
  checkRequiredUse,
  evaluateUseDeps,
  parseRequiredUse,
  tryParseAtom,
  tryParseCpv,
} from '../pms';
import { renamed } from './bare-names';
import { providedVersion } from './edited-view';
import { hardnessOf } from './explain-masks';
import { requiredUseRepairs } from './explain-required-use';
import type { ChainHop, Derivation, DesignEdit, MaskReason } from './plan';
import type { Candidate, RootConfiguration } from './provider';
import { releasedFirst } from './released-first';

/** A change worth trying, and how much it takes away from the design as it stands: smaller is better. */
export interface Idea {
  readonly edits: readonly DesignEdit[];
  readonly weight: number;
}

export interface IdeaContext {
  readonly target: RootConfiguration;
  readonly host: RootConfiguration;
  readonly requests: readonly string[];
}

/** The candidate of a root with this cpv. */
export const candidateOf = (configuration: RootConfiguration, cpv: string): Candidate | null => {
  const name = tryParseCpv(cpv)?.qualifiedName;
  if (name === undefined) return null;
  return configuration.candidates(name).find((candidate) => candidate.cpv === cpv) ?? null;
};

const word = (flag: string, on: boolean): string => (on ? flag : `-${flag}`);

/** The flags with what REQUIRED_USE then wants besides; several ways, the smallest first. */
function withRepairs(
  configuration: RootConfiguration,
  candidate: Candidate,
  changes: ReadonlyMap<string, boolean>,
): ReadonlyMap<string, boolean>[] {
  const state = configuration.use(candidate);
  const isFixed = (flag: string): boolean => state.masked.has(flag) || state.forced.has(flag);
  if ([...changes.keys()].some((flag) => isFixed(flag) || !candidate.iuse.has(flag))) return [];
  const use = new Set(state.enabled);
  for (const [flag, on] of changes) {
    if (on) use.add(flag);
    else use.delete(flag);
  }
  const { requiredUse } = candidate;
  if (requiredUse === '' || checkRequiredUse(parseRequiredUse(requiredUse), use, candidate.eapi).satisfied) {
    return [changes];
  }
  return requiredUseRepairs(requiredUse, [...use], 6)
    .filter((repair) => ![...repair.keys()].some((flag) => changes.has(flag) || isFixed(flag)))
    .map((repair) => new Map([...changes, ...repair]));
}

function flagIdeas(
  configuration: RootConfiguration,
  cpv: string,
  changes: ReadonlyMap<string, boolean>,
  weight: number,
): Idea[] {
  const candidate = candidateOf(configuration, cpv);
  if (candidate === null || changes.size === 0) return [];
  return withRepairs(configuration, candidate, changes).map((all) => ({
    edits: [
      {
        kind: 'package_use',
        atom: candidate.qualifiedName,
        flags: [...all].map(([flag, on]) => word(flag, on)),
      },
    ],
    weight: weight + 0.2 * (all.size - 1),
  }));
}

const isExpansion = (flag: string): boolean =>
  /^(?:python_targets|python_single_target|abi_|cpu_flags|llvm_slot)_/.test(flag);

/** Take a parent out of the need: the conditions around what it asks for. Nearest first. */
function conditionIdeas({ target }: IdeaContext, chain: readonly ChainHop[]): Idea[] {
  return chain.flatMap((hop, index) => {
    if (hop.root === 'host') return [];
    const flags = hop.conditions.map((condition) => {
      const off = condition.startsWith('!');
      return [condition.replace(/^!/, '').replace(/\?$/, ''), off] as const;
    });
    return flags
      .filter(([flag]) => !isExpansion(flag))
      .flatMap(([flag, on]) => flagIdeas(target, hop.parent, new Map([[flag, on]]), 1 + index * 0.1));
  });
}

/** USE deps that a parent asks for only because of its own flags. */
function parentFlagIdeas({ target }: IdeaContext, chain: readonly ChainHop[]): Idea[] {
  const [hop] = chain;
  if (hop === undefined || hop.root === 'host') return [];
  const candidate = candidateOf(target, hop.parent);
  const useDeps = tryParseAtom(hop.atom)?.useDeps ?? [];
  if (candidate === null) return [];
  const { enabled } = target.use(candidate);
  return useDeps.flatMap(({ flag, kind }) => {
    if (kind === 'enabled' || kind === 'disabled' || isExpansion(flag) || !candidate.iuse.has(flag)) return [];
    return flagIdeas(target, hop.parent, new Map([[flag, !enabled.has(flag)]]), 1.2);
  });
}

const pythonFlag = /^python_(?:targets|single_target)_(python3_\d+)$/;

/** Python versions that the packages of the chain know and that can be had. */
function pythonVersions({ target, host }: IdeaContext, chain: readonly ChainHop[], atom: string): string[] {
  const names = [...chain.map((hop) => hop.parent), atom];
  const known = new Set<string>();
  for (const name of names) {
    const parsed = tryParseCpv(name)?.qualifiedName ?? tryParseAtom(name)?.qualifiedName;
    for (const candidate of parsed === undefined ? [] : target.candidates(parsed)) {
      for (const flag of candidate.iuse.keys()) {
        const match = pythonFlag.exec(flag);
        if (match?.[1] !== undefined) known.add(match[1]);
      }
    }
    const slot = /dev-lang\/python:3\.(\d+)/.exec(name)?.[1];
    if (slot !== undefined) known.add(`python3_${slot}`);
  }
  if (known.size === 0) return [];
  const slots = host.installed('dev-lang/python').map((candidate) => candidate.slot);
  const usable = target
    .candidates('dev-lang/python')
    .filter((candidate) => target.masks(candidate).length === 0)
    .map((candidate) => candidate.slot)
    .filter((slot) => /^3\.\d+$/.test(slot) && (slots.length === 0 || slots.includes(slot)));
  const numbers = [...new Set(usable)].map((slot) => Number(slot.slice(2))).sort((a, b) => b - a);
  return numbers.map((number) => `python3_${number}`);
}

function pythonIdeas(context: IdeaContext, { chain, failure }: Derivation): Idea[] {
  const isAboutPython = /python[_-]?[23]|dev-lang\/python|python_/.test(JSON.stringify([chain, failure]));
  if (!isAboutPython) return [];
  const atom = 'atom' in failure ? failure.atom : 'cpv' in failure ? failure.cpv : '';
  return pythonVersions(context, chain, atom).map((version, index) => ({
    edits: [
      { kind: 'make_conf', variable: 'PYTHON_TARGETS', value: version },
      { kind: 'make_conf', variable: 'PYTHON_SINGLE_TARGET', value: version },
    ],
    weight: 0.9 + index * 0.3,
  }));
}

function unmaskEdits(cpv: string, masks: readonly MaskReason[]): { edits: DesignEdit[]; weight: number } | null {
  const edits: DesignEdit[] = [];
  let weight = 0;
  for (const mask of masks) {
    switch (mask.kind) {
      case 'keyword': {
        edits.push({ kind: 'accept_keywords', atom: `=${cpv}`, keywords: [mask.advised] });
        weight += mask.advised === '**' ? 3 : 2;
        break;
      }
      case 'license':
        edits.push({ kind: 'accept_license', atom: `=${cpv}`, licenses: mask.missing });
        weight += 2;
        break;
      case 'package.mask':
        edits.push(mask.byDesign ? { kind: 'drop_mask', atom: mask.atom } : { kind: 'unmask', atom: `=${cpv}` });
        weight += mask.byDesign ? 2 : 4;
        break;
      default:
        return null;
    }
  }
  return edits.length === 0 ? null : { edits, weight };
}

/** Another version of what stands on the way. */
function versionIdeas({ target, requests }: IdeaContext, chain: readonly ChainHop[]): Idea[] {
  return chain.slice(0, 4).flatMap((hop, index): Idea[] => {
    const candidate = hop.root === 'host' ? null : candidateOf(target, hop.parent);
    if (candidate === null) return [];
    const others = target
      .candidates(candidate.qualifiedName)
      .filter((other) => other.cpv !== candidate.cpv && target.masks(other).length === 0);
    if (others.length === 0) return [];
    const weight = 2.5 + index * 0.2;
    if (requests.includes(candidate.qualifiedName)) {
      const ways = others.map((other) =>
        other.slot === candidate.slot ? `=${other.cpv}` : `${other.qualifiedName}:${other.slot}`,
      );
      return [...new Set(ways)].slice(0, 3).map((to, place) => ({
        edits: [{ kind: 'replace_package', from: candidate.qualifiedName, to }],
        weight: weight + place * 0.2,
      }));
    }
    return [{ edits: [{ kind: 'mask', atom: `=${candidate.cpv}` }], weight }];
  });
}

/** What belongs to a system: users, its basic tools, kernel, mail server. */
const isOfSystem =
  /^(?:virtual|acct-user|acct-group|app-alternatives|app-shells|mail-mta|net-mail|sys-apps|sys-kernel|sys-process)\//;

/** Libraries and modules: what uses them has to find them in its own prefix. */
const isLibrary = /^virtual\/(?:lib|perl-|python-|ttf)|\/lib/;

/** Users, mail folders and the like, even where an ebuild wants them while it builds. */
const hasNothingToLink = /^(?:acct-user|acct-group|mail-mta|net-mail)\//;

/** Only needed to run: not built against, and neither is a virtual on the way. */
function isOnlyRun(target: RootConfiguration, chain: readonly ChainHop[], index: number): boolean {
  const hop = chain[index];
  const name = tryParseAtom(hop?.atom ?? '')?.qualifiedName;
  const parent = hop === undefined || hop.root === 'host' ? null : candidateOf(target, hop.parent);
  if (hop === undefined || parent === null || name === undefined) return false;
  if (hasNothingToLink.test(name)) return hop.class !== 'BDEPEND';
  if (hop.class !== 'RDEPEND' && hop.class !== 'PDEPEND') return false;
  const { enabled } = target.use(parent);
  for (const { atom } of atomsOf(parent.dependency('DEPEND'), enabled)) if (atom.qualifiedName === name) return false;
  return parent.category !== 'virtual' || index + 1 >= chain.length || isOnlyRun(target, chain, index + 1);
}

/**
 * What is only needed to run, and is no library, the system below the prefix can have. The version has to be named.
 * Nearest first.
 */
function systemIdeas({ target, requests }: IdeaContext, { chain, root }: Derivation): Idea[] {
  if (root === 'host') return [];
  return chain.slice(0, 4).flatMap((hop, index): Idea[] => {
    const atom = tryParseAtom(hop.atom);
    if (atom === null || atom.blocker !== null || !isOnlyRun(target, chain, index)) return [];
    const name = atom.qualifiedName;
    if (!isOfSystem.test(name) || isLibrary.test(name) || requests.includes(name)) return [];
    const cpv = providedVersion(target, hop.atom);
    if (cpv === null) return [];
    const weight = atom.category === 'virtual' ? 2.6 : 3.4;
    return [{ edits: [{ kind: 'provide_on_target', atom: `=${cpv}` }], weight: weight + index * 0.1 }];
  });
}

/** The host has what an atom asks for, with the flags of the package that asks. */
function hostEdit({ target, host }: IdeaContext, text: string, chain: readonly ChainHop[]): DesignEdit {
  const [hop] = chain;
  const place = hop?.root === 'host' ? host : target;
  const parent = hop === undefined ? null : candidateOf(place, hop.parent);
  const atom = tryParseAtom(text);
  if (atom === null || parent === null) return { kind: 'provide_on_host', atom: text };
  return { kind: 'provide_on_host', atom: evaluateUseDeps(atom, place.use(parent).enabled).text };
}

/** What the design itself asks for is not there: the package or version that was probably meant. */
function requestIdeas({ target, requests }: IdeaContext, failure: Derivation['failure']): Idea[] {
  const instead = (from: string, ways: readonly (string | null)[], weight: number): Idea[] =>
    ways.flatMap((to, place) =>
      to === null || to === from
        ? []
        : [{ edits: [{ kind: 'replace_package' as const, from, to }], weight: weight + place * 0.2 }],
    );
  if ('moved' in failure && failure.moved !== undefined && requests.includes(failure.atom)) {
    return [{ edits: failure.moved.lines.map((line) => ({ kind: 'move' as const, line })), weight: 0.5 }];
  }
  if (failure.kind === 'no_such_package' && requests.includes(failure.atom)) {
    const ways = failure.similar.map((name) => renamed(failure.atom, name));
    return instead(failure.atom, ways, 1);
  }
  if (failure.kind === 'no_match' && requests.includes(failure.atom)) {
    const name = tryParseAtom(failure.atom, { allowRepository: true })?.qualifiedName;
    if (name === undefined) return [];
    const visible = releasedFirst(target.candidates(name).filter((candidate) => target.masks(candidate).length === 0));
    const nearest =
      failure.slots === undefined ? visible.map(({ cpv }) => `=${cpv}`) : visible.map(({ slot }) => `${name}:${slot}`);
    return instead(failure.atom, [...[...new Set(nearest)].slice(0, 2), name], 1);
  }
  if (failure.kind === 'use_dependency' && failure.unknown !== undefined && requests.includes(failure.atom)) {
    const atom = tryParseAtom(failure.atom, { allowRepository: true });
    const useDeps = atom?.useDeps.filter(({ flag }) => !failure.unknown?.includes(flag));
    return atom && useDeps ? instead(failure.atom, [changeAtom(atom, { useDeps }).text], 1) : [];
  }
  return [];
}

function failureIdeas(context: IdeaContext, { failure, root, chain }: Derivation): Idea[] {
  const { target } = context;
  switch (failure.kind) {
    case 'required_use': {
      if (root === 'host') return [];
      const repairs = requiredUseRepairs(failure.requiredUse, failure.use, 8);
      const doWithout: Idea = { edits: [{ kind: 'mask', atom: `=${failure.cpv}` }], weight: 2.4 };
      return [...repairs.flatMap((repair) => flagIdeas(target, failure.cpv, repair, 1)), doWithout];
    }
    case 'use_dependency':
      return root === 'host'
        ? [{ edits: [hostEdit(context, failure.atom, chain)], weight: 5 }]
        : flagIdeas(target, failure.cpv, new Map(Object.entries(failure.changes)), 1);
    case 'masked':
      return root === 'host'
        ? []
        : [...failure.candidates]
            .sort((a, b) => hardnessOf(a.masks) - hardnessOf(b.masks))
            .flatMap(({ cpv, masks }) => unmaskEdits(cpv, masks) ?? [])
            .slice(0, 4)
            .map(({ edits, weight }, index) => ({ edits, weight: weight + index * 0.2 }));
    case 'not_on_host':
      return [{ edits: [hostEdit(context, failure.atom, chain)], weight: 5 }];
    case 'blocked':
      return [failure.blocked, failure.by].flatMap((cpv, index): Idea[] =>
        tryParseCpv(cpv) === null ? [] : [{ edits: [{ kind: 'mask', atom: `=${cpv}` }], weight: 2.5 + index * 0.2 }],
      );
    case 'slot_conflict':
      return failure.candidates.map(({ cpv }, index) => ({
        edits: [{ kind: 'mask', atom: `=${cpv}` }],
        weight: 2.5 + index * 0.2,
      }));
    case 'circular':
      return failure.cycle.flatMap((edge) =>
        conditionIdeas(context, [
          {
            parent: edge.from.slice(edge.from.indexOf('|') + 1),
            root: edge.from.startsWith('host|') ? 'host' : 'staging',
            atom: edge.atom,
            class: edge.class,
            conditions: edge.conditions,
          },
        ]),
      );
    default:
      return [];
  }
}

/** Several packages need other flags at once, or the host lacks several at once. */
export function jointIdeas(context: IdeaContext, derivations: readonly Derivation[]): Idea[] {
  return [...jointFlags(context, derivations), ...jointHost(context, derivations)];
}

function jointHost(context: IdeaContext, derivations: readonly Derivation[]): Idea[] {
  const edits = derivations.flatMap(({ failure, root, chain }) =>
    root === 'host' && (failure.kind === 'not_on_host' || failure.kind === 'use_dependency')
      ? [hostEdit(context, failure.atom, chain)]
      : [],
  );
  return edits.length < 2 ? [] : [{ edits, weight: 3 + 2 * edits.length }];
}

function jointFlags({ target }: IdeaContext, derivations: readonly Derivation[]): Idea[] {
  const wishes = derivations.flatMap(({ failure, root }) =>
    failure.kind === 'use_dependency' && root !== 'host' ? [failure] : [],
  );
  if (wishes.length < 2) return [];
  const edits = wishes.flatMap(({ cpv, changes }) =>
    flagIdeas(target, cpv, new Map(Object.entries(changes)), 0)
      .slice(0, 1)
      .flatMap((idea) => idea.edits),
  );
  return edits.length < wishes.length ? [] : [{ edits, weight: 0.9 * wishes.length }];
}

/** What could be changed against one failure. */
export function ideasFor(context: IdeaContext, derivation: Derivation): Idea[] {
  return [
    ...pythonIdeas(context, derivation),
    ...failureIdeas(context, derivation),
    ...(derivation.chain.length === 0 ? requestIdeas(context, derivation.failure) : []),
    ...conditionIdeas(context, derivation.chain),
    ...parentFlagIdeas(context, derivation.chain),
    ...systemIdeas(context, derivation),
    ...versionIdeas(context, derivation.chain),
  ];
}
