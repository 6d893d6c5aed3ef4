import { assertNever } from '../errors';
import { tryParseAtom } from '../pms/atom';
import { describeMove } from './explain-edit';
import { describeMask, hardnessOf } from './explain-masks';
import { describeRequiredUse, requiredUseRepairs } from './explain-required-use';
import {
  code,
  describeAtom,
  describeConditions,
  describeVersion,
  listSome,
  listWords,
  nameOfAtom,
  placeOf,
  purposeOf,
  shortAtom,
} from './explain-words';
import type {
  ChainHop,
  Derivation,
  MaskedCandidate,
  MaskReason,
  MovedAtom,
  PlanEdge,
  PlanFailure,
  PlanRoot,
  PlanWarning,
} from './plan';
import { isChangeableFlag, variableOfFlag } from './use-expand-words';

/** One step of the way from a request to the cause, quoted from the ebuilds. */
export interface StoryHop {
  readonly parent: string;
  readonly root: PlanRoot;
  readonly atom: string;
  readonly class: ChainHop['class'];
  readonly conditions: readonly string[];
  /** the same in one sentence */
  readonly sentence: string;
}

/** Words for people: what is wrong, why, and what to do. Backticks mark text from ebuilds and files. */
export interface Story {
  /** the root cause in one line */
  readonly title: string;
  /** what exactly holds, in whole sentences */
  readonly cause: readonly string[];
  /** how it came to this: from what was asked for down to the cause */
  readonly path: readonly StoryHop[];
  /** what could be done, most promising first */
  readonly next: readonly string[];
}

type Told = Omit<Story, 'path'>;

const nameOfCpv = (cpv: string): string => tryParseAtom(`=${cpv}`)?.qualifiedName ?? cpv;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function because(conditions: readonly string[]): string {
  const words = describeConditions(conditions);
  return words === '' ? '' : `, ${words}`;
}

/** ``net-misc/curl-8 needs `>=net-libs/nghttp3-1` to run (RDEPEND), because `http3` is on.`` */
export function describeHop(hop: Omit<StoryHop, 'sentence' | 'root'>): string {
  if (hop.parent === hop.atom) return `You asked for ${code(hop.atom)}.`;
  if (hop.parent.startsWith('@')) return `The set ${code(hop.parent)} has ${code(shortAtom(hop.atom))}.`;
  const blocker = hop.atom.startsWith('!');
  const atom = code(shortAtom(hop.atom.replace(/^!+/, '')));
  const verb = blocker ? `cannot be installed together with ${atom},` : `needs ${atom}`;
  return `${code(hop.parent)} ${verb} ${purposeOf[hop.class]}${because(hop.conditions)}.`;
}

function cureOfMask(reason: MaskReason, name: string): string {
  switch (reason.kind) {
    case 'package.mask':
      if (reason.byDesign) return `Take ${code(reason.atom)} out of ${code('package_mask')}.`;
      return `If the reason does not concern you, unmask ${code(name)}.`;
    case 'keyword':
      return reason.advised === '**'
        ? `Accept ${code('**')} for ${code(name)}, or choose another version.`
        : `Accept the keyword ${code(reason.advised)} for ${code(name)}.`;
    case 'license':
      return `Read the licence and, if you agree, accept ${listWords(reason.missing.map(code))} for ${code(name)}.`;
    case 'properties':
    case 'restrict':
      return `Accept ${listWords(reason.missing.map(code))} for ${code(name)}.`;
    case 'eapi':
      return 'Choose a version written for an EAPI up to 9.';
    case 'invalid':
      return 'Report it to the maintainers of the package tree, or choose another version.';
  }
}

const titleOfMask: Readonly<Record<MaskReason['kind'], (name: string) => string>> = {
  'package.mask': (name) => `${code(name)} is masked`,
  keyword: (name) => `${code(name)} is not released for this board yet`,
  license: (name) => `${code(name)} has a licence that you have not accepted`,
  properties: (name) => `${code(name)} has properties that you have not accepted`,
  restrict: (name) => `${code(name)} has restrictions that you have not accepted`,
  eapi: (name) => `${code(name)} is written in a newer ebuild format`,
  invalid: (name) => `${code(name)} has broken metadata`,
};

const shownVersions = 3;
const shownGroups = 3;

/** Versions with the same masks are told together. */
function tellCandidates(candidates: readonly MaskedCandidate[]): string[] {
  const groups = new Map<string, MaskedCandidate[]>();
  for (const candidate of candidates) {
    const key = JSON.stringify([candidate.repository, candidate.masks]);
    groups.set(key, [...(groups.get(key) ?? []), candidate]);
  }
  const told = [...groups.values()].slice(0, shownGroups).map((group) => {
    const names = group.map(({ cpv, repository }) => code(`${cpv}::${repository}`));
    const masks = listWords((group[0]?.masks ?? []).map(describeMask));
    return `${group.length > 1 ? 'Each of ' : ''}${listSome(names, shownVersions)} ${masks}.`;
  });
  const rest = groups.size - shownGroups;
  return rest > 0 ? [...told, 'Further versions are hidden for other reasons.'] : told;
}

/** What the least hidden versions have in common; null: they differ. */
function commonMask(sorted: readonly MaskedCandidate[]): MaskReason | null {
  const least = hardnessOf(sorted[0]?.masks ?? []);
  const reasons = sorted.filter(({ masks }) => hardnessOf(masks) === least).flatMap(({ masks }) => masks);
  const [first] = reasons;
  const isCommon = reasons.every(
    (reason) =>
      reason.kind === first?.kind &&
      (reason.kind !== 'package.mask' || first.kind !== 'package.mask' || reason.byDesign === first.byDesign),
  );
  return isCommon && first !== undefined ? first : null;
}

function tellMasked(atom: string, given: readonly MaskedCandidate[]): Told {
  const name = nameOfAtom(atom);
  // what is least in the way of a version comes first
  const candidates = [...given].sort((a, b) => hardnessOf(a.masks) - hardnessOf(b.masks));
  const [first] = candidates;
  const common = commonMask(candidates);
  const title =
    common === null
      ? `No version of ${code(name)} may be used`
      : common.kind === 'package.mask' && common.byDesign
        ? `Your design rules ${code(name)} out`
        : titleOfMask[common.kind](name);
  // all masks of a version have to go, so their cures are one suggestion
  const cures = first === undefined ? [] : first.masks.map((reason) => cureOfMask(reason, `=${first.cpv}`));
  return {
    title,
    cause: [`Wanted: ${describeAtom(atom)}.`, ...tellCandidates(candidates)],
    next: cures.length === 0 ? [] : [cures.join(' ')],
  };
}

/** ``Now on: `a` and `b`.`` out of the flags a text names. */
function flagsNow(text: string, use: readonly string[]): string {
  const named = [...new Set(text.match(/[A-Za-z0-9][A-Za-z0-9+_@-]*/g) ?? [])];
  const on = named.filter((flag) => use.includes(flag));
  const off = named.filter((flag) => !use.includes(flag));
  const parts = [
    on.length > 0 ? `on: ${listWords(on.map(code))}` : '',
    off.length > 0 ? `off: ${listWords(off.map(code))}` : '',
  ].filter((part) => part !== '');
  return `Now ${parts.join('; ')}.`;
}

/** Why flags stay as they are, a sentence; nothing when the profile fixes none of them otherwise. */
function tellHeld(held: Readonly<Record<string, boolean>>, wanted: Iterable<readonly [string, boolean]>): string[] {
  const stuck = [...wanted].filter(([flag, on]) => held[flag] !== undefined && held[flag] !== on);
  if (stuck.length === 0) return [];
  const words = stuck.map(([flag, on]) => `${code(flag)} ${on ? 'off (use.mask)' : 'on (use.force)'}`);
  return [`The profile keeps ${listWords(words)}.`];
}

function repairsOf({ cpv, requiredUse, use, held = {} }: Extract<PlanFailure, { kind: 'required_use' }>): string[] {
  const name = nameOfCpv(cpv);
  const all = requiredUseRepairs(requiredUse, use);
  const possible = all.filter((change) => tellHeld(held, change).length === 0);
  if (possible.length === 0 && all.length > 0)
    return [...tellHeld(held, all[0] ?? []), `Choose another version of ${code(name)}, or leave it out.`];
  const repairs = possible.map((change) => {
    const flags = [...change];
    const words = listWords(flags.map(([flag, on]) => `${code(flag)} ${on ? 'on' : 'off'}`));
    const [only] = flags;
    const variable = flags.length === 1 && only?.[1] === true ? variableOfFlag(only[0]) : null;
    const everywhere =
      variable === null ? '' : `, or for all packages ${code(`${variable.variable}="${variable.word}"`)}`;
    const line = `${name} ${flags.map(([flag, on]) => (on ? flag : `-${flag}`)).join(' ')}`;
    return `Switch ${words}: ${code(line)}${everywhere}.`;
  });
  if (repairs.length === 0) return [`Change the USE flags of ${code(name)} so that the rule holds.`];
  return repairs;
}

/** Versions fit, their slots do not. */
function tellSlot(atom: string, slot: string, slots: readonly string[], isAsked: boolean): Told {
  const name = nameOfAtom(atom);
  const others = slots.map((each) => code(`${name}:${each}`));
  return {
    title: `${code(name)} has no slot ${code(slot)}`,
    cause: [
      `Wanted: ${describeAtom(atom)}.`,
      `There ${slots.length === 1 ? 'is only slot' : 'are only the slots'} ${listSome(slots.map(code), 6)}.`,
    ],
    next: isAsked
      ? [`Ask for ${code(name)} without a slot, or for ${listSome(others, 3, 'or')}.`]
      : ['Choose another version of the package that asks for it, or add a package tree that has such a slot.'],
  };
}

function tellUse(failure: Extract<PlanFailure, { kind: 'use_dependency' }>, isAsked: boolean): Told {
  const { atom, cpv, changes, unknown = [], held = {} } = failure;
  const name = nameOfAtom(atom);
  if (unknown.length > 0) {
    return {
      title: `${code(name)} has no USE flag ${listWords(unknown.map(code))}`,
      cause: [`Wanted: ${describeAtom(atom)}.`, `${code(cpv)} knows no such flag (IUSE).`],
      next: [
        isAsked
          ? `Ask for ${code(name)} without ${unknown.length === 1 ? 'it' : 'them'}.`
          : 'Leave the flag out where it is asked for, or choose a version that has it.',
      ],
    };
  }
  const flags = Object.entries(changes);
  const stuck = tellHeld(held, flags);
  const wanted = flags.map(([flag, on]) => `${code(flag)} ${on ? 'on' : 'off'}`);
  const line = `${name} ${flags.map(([flag, on]) => (on ? flag : `-${flag}`)).join(' ')}`;
  return {
    title: `${code(name)} is wanted with ${listWords(wanted)}`,
    cause: [
      `Wanted: ${describeAtom(atom)}.`,
      `${code(cpv)} would be built with ${listWords(flags.map(([flag, on]) => `${code(flag)} ${on ? 'off' : 'on'}`))}.`,
      ...stuck,
    ],
    next:
      stuck.length > 0
        ? [`Choose another version of ${code(name)}, or of the package that asks for it.`]
        : flags.length === 0
          ? []
          : [`Set the USE flags of this package: ${code(line)}.`],
  };
}

function tellSlotConflict(failure: Extract<PlanFailure, { kind: 'slot_conflict' }>): Told {
  const { candidates, slot } = failure;
  const name = nameOfCpv(candidates[0]?.cpv ?? slot);
  const wanting = candidates.flatMap(({ wantedBy }) => wantedBy);
  const isRequest = ({ cpv, atom }: { readonly cpv: string; readonly atom: string }): boolean => cpv === atom;
  const requests = [...new Set(wanting.filter(isRequest).map(({ atom }) => code(atom)))];
  const parents = [...new Set(wanting.filter((parent) => !isRequest(parent)).map((parent) => nameOfCpv(parent.cpv)))];
  const cause = candidates.map(({ cpv, wantedBy }) => {
    const wishes = wantedBy.map((parent) =>
      isRequest(parent) ? `your request ${code(parent.atom)}` : `${code(parent.cpv)} (${code(parent.atom)})`,
    );
    return wishes.length === 0 ? `${code(cpv)} is there.` : `${code(cpv)} is wanted by ${listSome(wishes, 4)}.`;
  });
  return {
    title: `Two versions of ${code(name)} are wanted, but there is room for one`,
    cause: [...cause, `Both would be in slot ${code(slot.replace(/^.*:/, ''))}, which holds one version at a time.`],
    next: [
      ...(requests.length > 1 ? [`Ask for one of them only: ${listSome(requests, 4, 'or')}.`] : []),
      ...(requests.length === 1 ? [`Change what you ask for: ${listWords(requests)}.`] : []),
      ...(parents.length > 0
        ? [
            `Choose another version of ${listSome(parents.map(code), 4, 'or')}, or leave it out.`,
            'Switch off a USE flag that brings one of them in.',
          ]
        : []),
      ...(requests.length + parents.length === 0 ? [`Choose one version of ${code(name)}.`] : []),
    ],
  };
}

function tellBlocked({ blocker, by, blocked }: Extract<PlanFailure, { kind: 'blocked' }>): Told {
  const strong = blocker.startsWith('!!');
  return {
    title: `${code(nameOfCpv(by))} and ${code(nameOfCpv(blocked))} cannot be installed together`,
    cause: [
      `${code(by)} says ${code(blocker)}: it must not be installed together with ${describeAtom(blocker.replace(/^!+/, ''))}${strong ? ', not even while one replaces the other' : ''}.`,
      `${code(blocked)} is wanted too.`,
    ],
    next: [`Leave one of the two out, or choose a version of ${code(nameOfCpv(blocked))} that the line does not name.`],
  };
}

function tellCircular(cycle: readonly PlanEdge[]): Told {
  const nameOfNode = (id: string): string => id.slice(id.indexOf('|') + 1);
  const flags = [...new Set(cycle.flatMap(({ conditions }) => conditions))];
  const count = new Set(cycle.map(({ from }) => from)).size;
  return {
    title: `${count} packages each need another of them first`,
    cause: cycle.map((edge) => describeHop({ ...edge, parent: nameOfNode(edge.from) })),
    next:
      flags.length > 0
        ? [
            `Change one of these USE flags to open the circle, build, and change it back: ${listWords(
              flags.map((flag) => code(flag.replace(/\?$/, ''))),
            )}.`,
          ]
        : ['Nothing in these packages is optional. Take one of them from a binary package, or from the host.'],
  };
}

function tellMissing(atom: string, similar: readonly string[], isAsked: boolean): Told {
  const name = nameOfAtom(atom);
  const like = similar.map(code);
  if (!name.includes('/') && similar.some((other) => other.endsWith(`/${name}`))) {
    return {
      title: `${code(name)} is the name of more than one package`,
      cause: [`The package trees of this design have ${listSome(like, 6)}.`],
      next: [`Write the one you mean with its category: ${listSome(like, 6, 'or')}.`],
    };
  }
  return {
    title: `There is no package ${code(name)}`,
    cause: [`None of the package trees of this design has ${code(name)}.`],
    next:
      isAsked && like.length > 0
        ? [`Did you mean ${listSome(like, 5, 'or')}?`, 'Add a package tree that has it.']
        : ['Add a package tree that has it.'],
  };
}

function tellUnlisted(atom: string, repository: string): Told {
  const name = nameOfAtom(atom);
  const category = code(name.slice(0, name.indexOf('/')));
  return {
    title: `${category} is not a category`,
    cause: [
      `The repository ${code(repository)} has a folder ${code(name)}, but no ${code('profiles/categories')} lists ${category}, so nothing in it is read.`,
    ],
    next: [`List ${category} in ${code('profiles/categories')} of ${code(repository)}.`],
  };
}

/** A repository is asked for by name, and has nothing that fits. */
function tellRepository(text: string, repository: string, isAsked: boolean): Told {
  const without = text.replace(`::${repository}`, '');
  return {
    title: `The repository ${code(repository)} has no ${code(nameOfAtom(text))} that fits`,
    cause: [`Wanted: ${describeAtom(text)}. Other repositories have the package.`],
    next: [
      ...(isAsked ? [`Ask for ${code(without)}, from whichever repository has it.`] : []),
      `Check the name ${code(repository)}, or add the repository to the design.`,
    ],
  };
}

function tellSet(set: string, known: readonly string[]): Told {
  return {
    title: `There is no set ${code(`@${set}`)}`,
    cause: [
      `The sets here are ${listSome(
        known.map((name) => code(`@${name}`)),
        12,
      )}.`,
    ],
    next: [
      `Write the name of one of them, or list the packages of ${code(`@${set}`)} themselves.`,
      `Or add the repository that has the set in its ${code('sets.conf')}.`,
    ],
  };
}

function tellSetClass(set: string, setClass: string, known: readonly string[]): Told {
  const sets = known.map((name) => code(`@${name}`));
  return {
    title: `${code(`@${set}`)} is not a set that a prefix can have`,
    cause: [
      `It is of the class ${code(setClass)}, which asks about a machine and how it was kept up to date. Sets of files, lists, @system, @profile, @selected and @installed are answered.`,
    ],
    next: [`Ask for its packages themselves. The sets here are ${listSome(sets, 12)}.`],
  };
}

/** A package or slot that has another name now. `isAsked`: it is the design that has the old one. */
function tellMoved(old: string, { atom, lines, repository }: MovedAtom, isAsked: boolean): Told {
  return {
    title: `${code(nameOfAtom(old))} was moved`,
    cause: [
      `${lines.map((line) => capital(describeMove(line))).join('; ')}, says ${code('profiles/updates')} of ${code(repository)}.`,
    ],
    next: isAsked
      ? [`Ask for ${code(atom)}.`]
      : [`Take the ebuild that asks for ${code(old)} into an overlay of yours and write ${code(atom)} there.`],
  };
}

/** `isAsked`: the design itself asks for it, so that its name may be mistyped. */
function tell(failure: PlanFailure, isAsked = false): Told {
  switch (failure.kind) {
    case 'no_such_set':
      return failure.class === undefined
        ? tellSet(failure.set, failure.known)
        : tellSetClass(failure.set, failure.class, failure.known);
    case 'no_such_package':
      if (failure.moved !== undefined) return tellMoved(failure.atom, failure.moved, isAsked);
      if (failure.unlisted !== undefined) return tellUnlisted(failure.atom, failure.unlisted);
      return tellMissing(failure.atom, failure.similar, isAsked);
    case 'no_match': {
      if (failure.moved !== undefined) return tellMoved(failure.atom, failure.moved, isAsked);
      const name = nameOfAtom(failure.atom);
      const atom = tryParseAtom(failure.atom, { allowRepository: true });
      if (atom?.repository && atom.version === null) return tellRepository(failure.atom, atom.repository, isAsked);
      if (failure.slots !== undefined && atom?.slot) return tellSlot(failure.atom, atom.slot, failure.slots, isAsked);
      return {
        title: `No version of ${code(name)} fits`,
        cause: [
          `Wanted: ${describeAtom(failure.atom)}.`,
          failure.available.length === 0
            ? 'There is no version at all.'
            : `There ${failure.available.length === 1 ? 'is' : 'are'} only ${listSome(failure.available.map(code), 6)}.`,
        ],
        next: isAsked
          ? [
              failure.available.length === 0
                ? `Ask for ${code(name)} without a version.`
                : `Ask for ${code(name)} without a version, or for ${listSome(
                    failure.available.map((cpv) => code(`=${cpv}`)),
                    3,
                    'or',
                  )}.`,
              'Add a package tree that has the version you want.',
            ]
          : ['Choose another version of the package that asks for it, or add a package tree that has a fitting one.'],
      };
    }
    case 'masked':
      return tellMasked(failure.atom, failure.candidates);
    case 'use_dependency':
      return tellUse(failure, isAsked);
    case 'required_use':
      return {
        title: `The USE flags of ${code(failure.cpv)} cannot be combined`,
        cause: [
          ...describeRequiredUse(failure.violated).map((clause) => `${capital(clause)}.`),
          flagsNow(failure.violated, failure.use),
          `The rule as written (REQUIRED_USE): ${code(failure.violated)}.`,
        ],
        next: repairsOf(failure),
      };
    case 'slot_conflict':
      return tellSlotConflict(failure);
    case 'blocked':
      return tellBlocked(failure);
    case 'circular':
      return tellCircular(failure.cycle);
    case 'not_on_host':
      return {
        title: `${describeVersion(failure.atom)} is needed on the build machine, which does not have it`,
        cause: [
          `Wanted: ${describeAtom(failure.atom)}, as a program that runs while building.`,
          ...failure.masks
            .slice(0, shownGroups)
            .map((reason) => `It cannot be taken from the package trees: it ${describeMask(reason)}.`),
        ],
        next: [`If the build machine does have it, say so: the host provides ${describeVersion(failure.atom)}.`],
      };
    default:
      return assertNever(failure);
  }
}

/** The root cause in one line. */
export const titleOfFailure = (failure: PlanFailure): string => tell(failure).title;

function pathOf(chain: readonly ChainHop[]): StoryHop[] {
  return chain.map((hop) => ({ ...hop, sentence: describeHop(hop) })).reverse();
}

/** Kinds whose cause goes away when nothing asks for the package any more. */
const avoidable: ReadonlySet<PlanFailure['kind']> = new Set([
  'no_such_package',
  'no_match',
  'masked',
  'use_dependency',
  'required_use',
  'not_on_host',
]);

/** The nearest USE flag on the way whose other state would leave the cause out. */
function wayAround({ failure, chain }: Derivation): string[] {
  if (!avoidable.has(failure.kind)) return [];
  for (const { parent, conditions, held = [] } of chain) {
    for (const condition of [...conditions].reverse()) {
      if (held.includes(condition)) continue;
      const negated = condition.startsWith('!');
      const flag = condition.replace(/^!/, '').replace(/\?$/, '');
      if (!isChangeableFlag(flag)) continue;
      const variable = negated ? null : variableOfFlag(flag);
      return variable === null
        ? [
            `Switch ${code(flag)} ${negated ? 'on' : 'off'} for ${code(nameOfCpv(parent))}, which then does not ask for it.`,
          ]
        : [
            `Leave ${code(variable.word)} out of ${code(variable.variable)}, which asks for it in ${code(nameOfCpv(parent))}.`,
          ];
    }
  }
  return [];
}

/** The second and further suggestions begin with "Or". */
function asChoices(suggestions: readonly string[]): string[] {
  return suggestions.map((text, index) => {
    if (index === 0 || /^(?:Or|Did|If)\b/.test(text)) return text;
    return `Or ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
  });
}

/** Kinds whose advice is a change of the design that a search for fixes makes as well. */
const searched: ReadonlySet<PlanFailure['kind']> = new Set(['masked', 'use_dependency', 'required_use']);

/**
 * Words for one reason why there is no plan. Root cause first; the path goes from the request down to it. `isInVain`: fixes
 * were searched and none was found, so what the search tried is no advice any more.
 */
export function explainDerivation(derivation: Derivation, isInVain = false): Story {
  const { failure, chain } = derivation;
  const told = tell(failure, chain.length === 0);
  const advice = isInVain && searched.has(failure.kind) ? [] : told.next;
  const around = isInVain ? [] : wayAround(derivation);
  return { ...told, next: asChoices([...advice, ...around]), path: pathOf(chain) };
}

/** Stories for all reasons, each told once. */
export function explainDerivations(derivations: readonly Derivation[], isInVain = false): readonly Story[] {
  const stories = new Map<string, Story>();
  for (const derivation of derivations) {
    const story = explainDerivation(derivation, isInVain);
    const key = JSON.stringify([story.title, story.cause]);
    const known = stories.get(key);
    if (known === undefined || story.path.length < known.path.length) stories.set(key, story);
  }
  return [...stories.values()];
}

/** Words for something a plan does that its owner may not expect. */
export function explainWarning(warning: PlanWarning): Story {
  return {
    title: warning.message,
    cause: warning.cpv === undefined ? [] : [`This is about ${code(warning.cpv)}.`],
    path: [],
    next: [
      ...(warning.hint === undefined ? [] : [warning.hint]),
      ...(warning.fix === undefined ? [] : [warning.fix.title]),
    ],
  };
}

/** A story as plain text, for a terminal: title, cause, path, what to do. */
export function storyText(story: Story, root: PlanRoot): string {
  const bullet = (text: string): string => `  - ${text}`;
  const lines = [`${story.title}`, ...story.cause.map((sentence) => `  ${sentence}`)];
  if (story.path.length > 0) {
    lines.push(`From what you asked for down to the cause, ${placeOf[root]}:`);
    let place = story.path[0]?.root;
    for (const hop of story.path) {
      lines.push(bullet(hop.root === place ? hop.sentence : `${hop.sentence} ${capital(placeOf[hop.root])}.`));
      place = hop.root;
    }
  }
  if (story.next.length > 0) lines.push('What you can do:', ...story.next.map(bullet));
  return lines.join('\n');
}
