import { type Atom, matchesAtom, matchesVersion, parseAtom, tryParseAtom, tryParseCpv } from '../pms';
import type { DesignEdit, MaskReason } from './plan';
import type { Candidate, RootConfiguration, UseState } from './provider';
import { releasedFirst } from './released-first';
import { viewOf } from './views';

const readAtom = (text: string): Atom =>
  parseAtom(text, { allowRepository: true, allowWildcard: true, allowBuildId: true });

interface FlagRule {
  /** null: every package */
  readonly atom: Atom | null;
  readonly flags: ReadonlyMap<string, boolean>;
}

const flagsOf = (words: readonly string[]): Map<string, boolean> =>
  new Map(words.map((word) => (word.startsWith('-') ? [word.slice(1), false] : [word.replace(/^\+/, ''), true])));

/** Variables such as PYTHON_TARGETS: exactly these of their flags are on. */
interface Expansion {
  readonly prefix: string;
  readonly enabled: ReadonlySet<string>;
}

interface Rules {
  readonly flags: readonly FlagRule[];
  readonly expansions: readonly Expansion[];
  readonly keywords: readonly { readonly atom: Atom; readonly words: ReadonlySet<string> }[];
  readonly licenses: readonly { readonly atom: Atom; readonly words: ReadonlySet<string> }[];
  readonly unmasked: readonly Atom[];
  readonly masked: readonly Atom[];
  /** lines of the design's own masks, as written */
  readonly dropped: ReadonlySet<string>;
}

function readRules(edits: readonly DesignEdit[]): Rules {
  const rules = {
    flags: [] as FlagRule[],
    expansions: [] as Expansion[],
    keywords: [] as { atom: Atom; words: Set<string> }[],
    licenses: [] as { atom: Atom; words: Set<string> }[],
    unmasked: [] as Atom[],
    masked: [] as Atom[],
    dropped: new Set<string>(),
  };
  for (const edit of edits) {
    switch (edit.kind) {
      case 'package_use':
        rules.flags.push({ atom: readAtom(edit.atom), flags: flagsOf(edit.flags) });
        break;
      case 'use':
        rules.flags.unshift({ atom: null, flags: flagsOf(edit.flags) });
        break;
      case 'make_conf':
        rules.expansions.push({
          prefix: `${edit.variable.toLowerCase()}_`,
          enabled: new Set(edit.value.split(/\s+/).map((word) => `${edit.variable.toLowerCase()}_${word}`)),
        });
        break;
      case 'accept_keywords':
        rules.keywords.push({ atom: readAtom(edit.atom), words: new Set(edit.keywords) });
        break;
      case 'accept_license':
        rules.licenses.push({ atom: readAtom(edit.atom), words: new Set(edit.licenses) });
        break;
      case 'unmask':
        rules.unmasked.push(readAtom(edit.atom));
        break;
      case 'drop_mask':
        rules.dropped.add(edit.atom);
        break;
      case 'mask':
        rules.masked.push(readAtom(edit.atom));
        break;
      default:
        break;
    }
  }
  return rules;
}

function editedUse(base: RootConfiguration, rules: Rules, candidate: Candidate): UseState {
  const state = base.use(candidate);
  if (candidate.recordedUse !== null) return state;
  const changes = new Map<string, boolean>();
  for (const { prefix, enabled } of rules.expansions) {
    for (const flag of candidate.iuse.keys()) if (flag.startsWith(prefix)) changes.set(flag, enabled.has(flag));
  }
  for (const { atom, flags } of rules.flags) {
    if (atom !== null && !matchesAtom(atom, candidate)) continue;
    for (const [flag, on] of flags) if (candidate.iuse.has(flag)) changes.set(flag, on);
  }
  let enabled: Set<string> | null = null;
  for (const [flag, on] of changes) {
    if (state.enabled.has(flag) === on || state.masked.has(flag) || state.forced.has(flag)) continue;
    enabled ??= new Set(state.enabled);
    if (on) enabled.add(flag);
    else enabled.delete(flag);
  }
  return enabled === null ? state : { ...state, enabled };
}

function editedMasks(base: RootConfiguration, rules: Rules, candidate: Candidate): readonly MaskReason[] {
  const takes = (atom: Atom): boolean => matchesAtom(atom, candidate);
  const kept = base.masks(candidate).filter((reason) => {
    switch (reason.kind) {
      case 'keyword':
        return !rules.keywords.some(
          ({ atom, words }) => takes(atom) && (words.has('**') || reason.wouldAccept.some((word) => words.has(word))),
        );
      case 'license':
        return !rules.licenses.some(
          ({ atom, words }) => takes(atom) && reason.missing.every((word) => words.has(word)),
        );
      case 'package.mask':
        return !rules.unmasked.some(takes) && !(reason.byDesign && rules.dropped.has(reason.atom));
      default:
        return true;
    }
  });
  const own = rules.masked
    .filter(takes)
    .map((atom): MaskReason => ({ kind: 'package.mask', atom: atom.text, file: '', line: 0, comment: '' }));
  return own.length === 0 && kept.length === base.masks(candidate).length ? base.masks(candidate) : [...kept, ...own];
}

/** A configuration with more in package.provided. */
function providing(base: RootConfiguration, cpvs: readonly (string | null)[]): RootConfiguration['provided'] | null {
  const provided = new Map<string, string[]>();
  for (const cpv of cpvs) {
    const name = cpv === null ? undefined : tryParseCpv(cpv)?.qualifiedName;
    if (cpv !== null && name !== undefined) provided.set(name, [...(provided.get(name) ?? []), cpv]);
  }
  return provided.size === 0 ? null : (name) => [...base.provided(name), ...(provided.get(name) ?? [])];
}

/** A configuration as it would be with edits of the design. What they do not touch is shared with the base. */
export function editedTarget(base: RootConfiguration, edits: readonly DesignEdit[]): RootConfiguration {
  const rules = readRules(edits);
  const states = new Map<Candidate, UseState>();
  const masks = new Map<Candidate, readonly MaskReason[]>();
  const provided = providing(
    base,
    edits.map((edit) => (edit.kind === 'provide_on_target' ? providedVersion(base, edit.atom) : null)),
  );
  return viewOf(base, {
    ...(provided === null ? {} : { provided }),
    use: (candidate) => {
      const state = states.get(candidate) ?? editedUse(base, rules, candidate);
      states.set(candidate, state);
      return state;
    },
    masks: (candidate) => {
      const reasons = masks.get(candidate) ?? editedMasks(base, rules, candidate);
      masks.set(candidate, reasons);
      return reasons;
    },
  });
}

/** The version that a line of package.provided has to name so that it meets an atom; null: none would. */
export function providedVersion(base: RootConfiguration, text: string): string | null {
  const atom = tryParseAtom(text);
  if (atom === null) return null;
  const bare = { ...atom, useDeps: [] };
  const fitting = base.candidates(atom.qualifiedName).filter((candidate) => matchesAtom(bare, candidate));
  const [released] = releasedFirst(fitting);
  if (released !== undefined) return released.cpv;
  const invented = [atom.version?.text ?? '9999', '9999', '0'].map((version) => `${atom.qualifiedName}-${version}`);
  return (
    invented.find((cpv) => {
      const parsed = tryParseCpv(cpv);
      return parsed !== null && (atom.version === null || matchesVersion(atom, parsed.version));
    }) ?? null
  );
}

/** The host with what edits let it provide. */
export function editedHost(base: RootConfiguration, edits: readonly DesignEdit[]): RootConfiguration {
  const provided = providing(
    base,
    edits.map((edit) => (edit.kind === 'provide_on_host' ? providedVersion(base, edit.atom) : null)),
  );
  return provided === null ? base : viewOf(base, { provided });
}
