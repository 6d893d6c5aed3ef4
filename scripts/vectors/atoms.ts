import { type Atom, type AtomOptions, evaluateUseDeps, parseAtom, tryParseAtom, type UseDep } from '../../lib/pms/atom';
import { isPackageName, parseCpv, splitVersion } from '../../lib/pms/cpv';
import { eapi } from '../../lib/pms/eapi';
import { PmsError } from '../../lib/pms/errors';
import { type MatchTarget, matchesAtom, matchesName } from '../../lib/pms/match';
import { bestMatch, surelyIntersect } from '../../lib/pms/specificity';
import { expandUseDeps, violatedUseDeps } from '../../lib/pms/use-check';
import { formatUseDep, isConditional } from '../../lib/pms/use-dep';
import { answer, notApplicable, type Outcome, type Runner, type Runners, same, type VectorCase } from './registry';

const refused = (error: unknown): boolean => error instanceof PmsError;

const strings = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : []);

function optionsOf(vector: VectorCase, byDefault?: boolean): AtomOptions {
  const switchOf = (value: unknown, absent: boolean | undefined): boolean | undefined =>
    value === undefined ? absent : value === null ? undefined : Boolean(value);
  return {
    eapi: typeof vector.eapi === 'string' ? eapi(vector.eapi) : undefined,
    allowWildcard: vector.allow_wildcard === true,
    allowRepository: switchOf(vector.allow_repo, byDefault),
    allowBuildId: switchOf(vector.allow_build_id, byDefault),
    validFlags: Array.isArray(vector.valid_flags) ? new Set(strings(vector.valid_flags)) : undefined,
  };
}

const atomOf = (value: unknown): Atom => parseAtom(String(value), { allowWildcard: true });

function useParts(useDeps: readonly UseDep[]): unknown {
  if (useDeps.length === 0) return null;
  const flags = (take: (useDep: UseDep) => boolean): Set<string> =>
    new Set(useDeps.filter(take).map(({ flag }) => flag));
  const kind = (wanted: UseDep['kind']): Set<string> => flags((useDep) => useDep.kind === wanted);
  const tokens = useDeps.map(formatUseDep);
  return {
    string: `[${tokens.join(',')}]`,
    tokens,
    enabled: kind('enabled'),
    disabled: kind('disabled'),
    default_enabled: flags((useDep) => useDep.default === '+'),
    default_disabled: flags((useDep) => useDep.default === '-'),
    required: flags((useDep) => useDep.default === null),
    conditional: useDeps.some(isConditional)
      ? {
          enabled: kind('if-enabled'),
          disabled: kind('if-disabled'),
          equal: kind('equal'),
          not_equal: kind('inverse-equal'),
        }
      : null,
  };
}

function partsOf(atom: Atom): unknown {
  const version = atom.versionContains !== null ? `*${atom.versionContains}*` : (atom.version?.text ?? null);
  return {
    blocker: atom.blocker,
    operator: atom.operator,
    cp: atom.qualifiedName,
    cpv: version === null ? atom.qualifiedName : `${atom.qualifiedName}-${version}`,
    version,
    slot: atom.slot,
    sub_slot: atom.subSlot,
    slot_operator: atom.slotOperator,
    repo: atom.repository,
    build_id: atom.buildId,
    wildcard: atom.wildcard,
    use: useParts(atom.useDeps),
  };
}

/** Members that the case has; sets inside are sorted. */
function sameParts(actual: unknown, expected: Record<string, unknown>): Outcome {
  const got = actual as Record<string, unknown>;
  return same(Object.fromEntries(Object.keys(expected).map((key) => [key, got[key] ?? null])), expected);
}

const atomRunner: Runner = (vector) => {
  const atom = tryParseAtom(String(vector.atom), optionsOf(vector));
  if (vector.valid !== true || atom === null) return same(atom !== null, vector.valid);
  return sameParts(partsOf(atom), vector.parts as Record<string, unknown>);
};

interface Candidate {
  readonly cpv: string;
  readonly slot?: string | null;
  readonly sub_slot?: string | null;
  readonly repo?: string | null;
  readonly use?: readonly string[] | null;
  readonly iuse?: readonly string[] | null;
}

/** A candidate, given as cpv with perhaps `:slot` and `::repo` behind it, or as an object. */
function targetOf(candidate: string | Candidate): MatchTarget {
  if (typeof candidate !== 'string') {
    const { qualifiedName, version } = parseCpv(candidate.cpv);
    return {
      qualifiedName,
      version,
      slot: candidate.slot,
      subSlot: candidate.sub_slot,
      repository: candidate.repo,
      use: candidate.use ? new Set(candidate.use) : null,
      iuse: new Set(candidate.iuse ?? []),
    };
  }
  const [, cpv = '', slot = null, subSlot = null, repository = null] =
    /^([^:[]+)(?::([^:/[]+)(?:\/([^:[]+))?)?(?:::([^[]+))?/.exec(candidate) ?? [];
  const { qualifiedName, version } = parseCpv(cpv);
  return { qualifiedName, version, slot, subSlot: subSlot ?? slot, repository };
}

/** Metadata of a built package; from EAPI 5 on its recorded flags count as IUSE_EFFECTIVE. */
function builtTarget(text: string, metadata: Readonly<Record<string, string>>): MatchTarget {
  const { qualifiedName, version } = parseCpv(text);
  const split = (value: string | undefined): string[] => (value ?? '').split(/\s+/).filter((part) => part !== '');
  const [slot = '0', subSlot = slot] = (metadata.SLOT ?? '0').split('/');
  const iuse = new Set(split(metadata.IUSE).map((flag) => flag.replace(/^[+-]/, '')));
  const recorded = split(metadata.USE);
  if (eapi(metadata.EAPI ?? '0').hasProfileIuse) for (const flag of recorded) iuse.add(flag);
  return {
    qualifiedName,
    version,
    slot,
    subSlot,
    repository: metadata.repository ?? null,
    use: new Set(recorded.filter((flag) => iuse.has(flag))),
    iuse,
  };
}

const noAtom = 'cuts text that is no atom (PMS 8.3); the product only takes atoms';

/** Text functions that take what is no atom too are not part of the product; where the text is an atom they are. */
function fromAtom(read: (atom: Atom) => unknown): Runner {
  return (vector) => {
    const atom = tryParseAtom(String(vector.atom), { allowWildcard: true });
    if (atom === null) return notApplicable(noAtom);
    return same(read(atom), vector.result);
  };
}

const slotOf = ({ slot, subSlot, slotOperator }: Atom): string | null =>
  slot === null ? null : `${slot}${subSlot === null ? '' : `/${subSlot}`}${slotOperator ?? ''}`;

/** A name without category counts as one of any category. */
const withCategory = (text: string): string =>
  text.replace(/:.*$/, '').includes('/') ? text : text.replace(/[*A-Za-z0-9_]/, (first) => `cat/${first}`);

export const atoms: Runners = {
  atom: atomRunner,
  isvalidatom: (vector) => {
    const atom = tryParseAtom(String(vector.atom), optionsOf(vector, false));
    return same(atom !== null && atom.blocker === null, vector.valid);
  },
  match_from_list: answer((vector) => {
    const atom = atomOf(vector.atom);
    const candidates = vector.candidates as (string | Candidate)[];
    return candidates.flatMap((candidate, index) => (matchesAtom(atom, targetOf(candidate)) ? [index] : []));
  }, refused),
  best_match_to_list: answer(
    (vector) => bestMatch(targetOf(String(vector.pkg)), strings(vector.atoms).map(atomOf))?.text ?? null,
    refused,
  ),
  db_match: answer((vector) => {
    const atom = atomOf(vector.atom);
    return Object.entries(vector.packages as Record<string, Record<string, string>>)
      .map(([cpv, metadata]) => ({ cpv, target: builtTarget(cpv, metadata) }))
      .filter(({ target }) => matchesAtom(atom, target))
      .sort((a, b) =>
        a.target.qualifiedName === b.target.qualifiedName
          ? a.target.version.order < b.target.version.order
            ? -1
            : 1
          : a.cpv < b.cpv
            ? -1
            : 1,
      )
      .map(({ cpv }) => cpv);
  }, refused),
  dep_getrepo: fromAtom((atom) => atom.repository),
  get_operator: fromAtom((atom) => atom.operator),
  dep_getcpv: fromAtom((atom) =>
    atom.version === null ? atom.qualifiedName : `${atom.qualifiedName}-${atom.version.text}`,
  ),
  dep_getslot: fromAtom(slotOf),
  dep_getusedeps: fromAtom((atom) => atom.useDeps.map(formatUseDep)),
  intersects: answer((vector) => surelyIntersect(atomOf(vector.atom), atomOf(vector.other)), refused),
  evaluate_conditionals: answer(
    (vector) => evaluateUseDeps(atomOf(vector.atom), new Set(strings(vector.use))).text,
    refused,
  ),
  violated_conditionals: answer((vector) => {
    const candidate = { use: new Set(strings(vector.other_use)), iuse: new Set(strings(vector.other_iuse)) };
    const parent = Array.isArray(vector.parent_use) ? new Set(strings(vector.parent_use)) : null;
    return violatedUseDeps(atomOf(vector.atom), candidate, parent).text;
  }, refused),
  eval_qa_conditionals: answer(
    (vector) =>
      expandUseDeps(atomOf(vector.atom), new Set(strings(vector.use_mask)), new Set(strings(vector.use_force))).text,
    refused,
  ),
  isjustname: (vector) => {
    const text = String(vector.name ?? vector.atom);
    const atom = tryParseAtom(withCategory(text));
    if (atom === null) {
      const pf = text.slice(text.indexOf('/') + 1);
      if (splitVersion(pf) === null) return notApplicable(noAtom);
      return same(isPackageName(pf), vector.result);
    }
    return same(atom.text === atom.qualifiedName, vector.result);
  },
  is_valid_package_atom: (vector) => {
    const allowRepository = vector.allow_repo === true;
    const atom = tryParseAtom(withCategory(String(vector.atom ?? vector.name)), {
      allowRepository,
      allowBuildId: vector.allow_build_id !== false,
      allowWildcard: vector.allow_wildcard === true,
    });
    return same(atom !== null && atom.blocker === null, vector.result);
  },
  strip_libc_deps: answer((vector) => {
    const libc = new Set(strings(vector.libc).map((text) => atomOf(text).qualifiedName));
    return strings(vector.deps).filter((text) => !libc.has(atomOf(text).qualifiedName));
  }, refused),
  extended_atom_lookup: answer((vector) => {
    const entries = (vector.entries as [string, Record<string, unknown>][]).map(([pattern, map]) => ({
      atom: parseAtom(pattern, { allowWildcard: true }),
      map,
    }));
    const name = String(vector.cp);
    const matching = entries.filter(({ atom }) => matchesName(atom, name));
    const exactFirst = [...matching].sort((a, b) => Number(a.atom.wildcard) - Number(b.atom.wildcard));
    return Object.assign({}, ...exactFirst.map(({ map }) => map));
  }, refused),
};
