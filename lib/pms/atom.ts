import { isCategory, isPackageName, splitVersion } from './cpv';
import type { Eapi } from './eapi';
import { PmsError } from './errors';
import { evaluateUseDep, formatUseDep, isConditional, tryParseUseDeps, type UseDep } from './use-dep';
import type { Version } from './version';

export type { UseDep } from './use-dep';

/** A package dependency specification. Source: PMS 8.3. */
export interface Atom {
  /** as written */
  readonly text: string;
  /** `!` weak, `!!` strong */
  readonly blocker: null | '!' | '!!';
  /** `=*` is `=` with a `*` behind the version */
  readonly operator: null | '=' | '=*' | '~' | '<' | '<=' | '>' | '>=';
  readonly category: string;
  readonly pn: string;
  /** `category/PN`; with wildcards when `wildcard` is set */
  readonly qualifiedName: string;
  readonly version: Version | null;
  readonly slot: string | null;
  readonly subSlot: string | null;
  readonly slotOperator: null | '=' | '*';
  readonly useDeps: readonly UseDep[];
  /** behind `::`; configuration files only */
  readonly repository: string | null;
  /** third number of `=cat/pkg-1-3`: one build of a binary package */
  readonly buildId: number | null;
  /** category or name contains `*`; configuration files only */
  readonly wildcard: boolean;
  /** the text between the stars of `=cat/pkg-*9999*`, which the version has to contain */
  readonly versionContains: string | null;
  /** what it was before its conditional USE deps were evaluated; null when it is as written */
  readonly unevaluated: Atom | null;
}

export interface AtomOptions {
  /** Left out: everything any EAPI allows. */
  readonly eapi?: Eapi;
  /** `*` in category and name. Default false. */
  readonly allowWildcard?: boolean;
  /** `::repository`. Default: true without `eapi`, else false. */
  readonly allowRepository?: boolean;
  /** `=cat/pkg-1-3`. Default: true without `eapi`, else false. */
  readonly allowBuildId?: boolean;
  /** Flags that conditional USE deps may name (IUSE_EFFECTIVE). Left out: any. */
  readonly validFlags?: { has(flag: string): boolean };
}

interface Name {
  readonly category: string;
  readonly pn: string;
  readonly version: Version | null;
  readonly buildId: number | null;
  readonly wildcard: boolean;
  readonly versionContains: string | null;
}

const slotPattern = /^(?:([A-Za-z0-9_][A-Za-z0-9+_.-]*)(?:\/([A-Za-z0-9_][A-Za-z0-9+_.-]*))?)?([*=])?$/;
const repositoryPattern = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/;
const wildcardCategory = /^[A-Za-z0-9_+*][A-Za-z0-9+_.*-]*$/;
const wildcardPackage = /^[A-Za-z0-9_+*][A-Za-z0-9+_*-]*$/;
const versionContainsPattern = /^(.+)-\*([A-Za-z0-9_]+)\*$/;
const buildIdPattern = /^(?:0|[1-9][0-9]*)$/;

const endOfName = /[:[]/;

function wildcardName(body: string, slash: number, versionContains: string | null): Name | null {
  const category = body.slice(0, slash);
  const pn = body.slice(slash + 1);
  if (!wildcardCategory.test(category) || !wildcardPackage.test(pn) || body.includes('**')) return null;
  if (splitVersion(pn) !== null) return null;
  return { category, pn, version: null, buildId: null, wildcard: true, versionContains };
}

/** `category/name`, with a version when there is an operator. */
function scanName(body: string, operator: Atom['operator']): Name | null {
  const slash = body.indexOf('/');
  if (slash <= 0) return null;
  if (operator === null) {
    if (body.includes('*')) return wildcardName(body, slash, null);
    const category = body.slice(0, slash);
    const pn = body.slice(slash + 1);
    if (!isCategory(category) || !isPackageName(pn)) return null;
    return { category, pn, version: null, buildId: null, wildcard: false, versionContains: null };
  }
  const starred = operator === '=*' ? versionContainsPattern.exec(`${body}*`) : null;
  if (starred !== null) return wildcardName(starred[1] ?? '', slash, starred[2] ?? null);
  const category = body.slice(0, slash);
  const split = splitVersion(body.slice(slash + 1));
  if (split === null || !isCategory(category)) return null;
  const { name, version } = split;
  const name2 = splitVersion(name);
  if (name2 === null) {
    if (!isPackageName(name)) return null;
    return { category, pn: name, version, buildId: null, wildcard: false, versionContains: null };
  }
  // two versions: `cat/pkg-1-3` is build 3 of version 1
  if (operator === '=*' || !buildIdPattern.test(version.text) || !isPackageName(name2.name)) return null;
  return {
    category,
    pn: name2.name,
    version: name2.version,
    buildId: Number(version.text),
    wildcard: false,
    versionContains: null,
  };
}

function scanOperator(text: string, start: number): Atom['operator'] {
  switch (text.charCodeAt(start)) {
    case 61:
      return '=';
    case 126:
      return '~';
    case 60:
      return text.charCodeAt(start + 1) === 61 ? '<=' : '<';
    case 62:
      return text.charCodeAt(start + 1) === 61 ? '>=' : '>';
    default:
      return null;
  }
}

/** The widest grammar: everything some place allows. Null when nothing allows it. */
function scanAtom(text: string): Atom | null {
  let blocker: Atom['blocker'] = null;
  let at = 0;
  if (text.charCodeAt(0) === 33) {
    blocker = text.charCodeAt(1) === 33 ? '!!' : '!';
    at = blocker.length;
  }
  let operator = scanOperator(text, at);
  if (operator !== null) at += operator.length;

  const rest = at === 0 ? text : text.slice(at);
  const end = rest.search(endOfName);
  let body = end < 0 ? rest : rest.slice(0, end);
  let suffix = end < 0 ? '' : rest.slice(end);

  let useDeps: readonly UseDep[] = [];
  const bracket = suffix.indexOf('[');
  if (bracket >= 0) {
    if (suffix.charCodeAt(suffix.length - 1) !== 93) return null;
    const parsed = tryParseUseDeps(suffix.slice(bracket + 1, -1));
    if (parsed === null) return null;
    useDeps = parsed;
    suffix = suffix.slice(0, bracket);
  }
  let repository: string | null = null;
  const colons = suffix.indexOf('::');
  if (colons >= 0) {
    repository = suffix.slice(colons + 2);
    if (!repositoryPattern.test(repository)) return null;
    suffix = suffix.slice(0, colons);
  }
  let slot: string | null = null;
  let subSlot: string | null = null;
  let slotOperator: Atom['slotOperator'] = null;
  if (suffix !== '') {
    const match = slotPattern.exec(suffix.slice(1));
    if (match === null) return null;
    slot = match[1] ?? null;
    subSlot = match[2] ?? null;
    slotOperator = (match[3] ?? null) as Atom['slotOperator'];
    if (slot === null ? slotOperator === null : slotOperator === '*') return null;
  }

  if (operator === '=' && body.charCodeAt(body.length - 1) === 42) {
    operator = '=*';
    body = body.slice(0, -1);
  }
  const name = scanName(body, operator);
  if (name === null) return null;
  if (name.wildcard && useDeps.length > 0) return null;
  return {
    text,
    blocker,
    operator,
    category: name.category,
    pn: name.pn,
    qualifiedName: `${name.category}/${name.pn}`,
    version: name.version,
    slot,
    subSlot,
    slotOperator,
    useDeps,
    repository,
    buildId: name.buildId,
    wildcard: name.wildcard,
    versionContains: name.versionContains,
    unevaluated: null,
  };
}

const known = new Map<string, Atom>();
const cacheLimit = 200_000;
/** Characters of an atom; the longest of gentoo.git has some 300, for its USE deps. */
const longestAtom = 4096;

/** What the reader most likely meant. */
function hintFor(text: string): string {
  const bare = text.replace(/^!{0,2}/, '');
  if (text === '') return 'Write a package, for instance `app-misc/jq`.';
  if (/\s/.test(text)) return 'An atom has no spaces; write one atom per entry.';
  if (!bare.includes('/')) return 'Write category and name, for instance `app-editors/nano`.';
  const body = bare.replace(/[:[].*$/, '');
  if (/^[=~<>]/.test(bare)) {
    const operator = scanOperator(bare, 0) ?? '=';
    const name = body.slice(operator.length);
    if (splitVersion(name.replace(/\*$/, '')) === null) {
      return `\`${operator}\` needs a version behind the name, for instance \`${operator}${name.replace(/\*$/, '')}-1.0\`.`;
    }
    if (body.endsWith('*') && operator !== '=') return `\`*\` behind a version goes only with \`=\`: \`=${name}\`.`;
  } else if (splitVersion(body) !== null) {
    return `A version needs an operator in front: \`=${bare}\` or \`>=${bare}\`.`;
  }
  const bracket = bare.indexOf('[');
  if (bracket >= 0) {
    return bare.endsWith(']')
      ? 'Write USE deps inside the brackets, separated by commas: `flag`, `-flag`, `flag?`, `!flag?`, `flag=`, `!flag=`; a flag has one default at most.'
      : 'The bracket with the USE deps comes last: `cat/pkg:slot[flag]`.';
  }
  if (bare.includes(':')) return 'A slot is `:0`, `:0/1.3`, `:=`, `:*` or `:0=`; a repository is `::name`.';
  return 'Category and name consist of letters, digits, `+`, `_` and `-` (a category also of `.`) and begin with a letter, digit or `_`.';
}

function refuse(
  text: string,
  why: string,
  code: 'NOT_IN_EAPI' | 'NOT_ALLOWED_HERE' | 'UNKNOWN_FLAG',
  hint?: string,
): never {
  throw new PmsError(code, `atom \`${text}\` ${why}`, { hint, details: { text } });
}

function checkEapi(atom: Atom, eapi: Eapi): void {
  const not = (what: string): never =>
    refuse(atom.text, `has ${what}, which EAPI ${eapi.name} does not have`, 'NOT_IN_EAPI');
  if (atom.blocker === '!!' && !eapi.hasStrongBlockers) not('a strong blocker');
  if (atom.slot !== null && !eapi.hasSlotDependencies) not('a slot');
  if (atom.slotOperator !== null && !eapi.hasSlotOperators) not('a slot operator');
  if (atom.subSlot !== null && !eapi.hasSubSlots) not('a sub-slot');
  if (atom.useDeps.length > 0) {
    if (!eapi.hasUseDependencies) not('USE deps');
    if (!eapi.hasUseDepDefaults && atom.useDeps.some((useDep) => useDep.default !== null)) not('a USE dep default');
  }
}

function tooLong(text: string): never {
  throw new PmsError('INVALID_ATOM', `\`${text.slice(0, 100)}…\` is not an atom: it has ${text.length} characters`, {
    hint: `An atom has at most ${longestAtom}.`,
    details: { length: text.length },
  });
}

/**
 * Parses an atom. Equal text gives the same object.
 * Throws INVALID_ATOM, NOT_IN_EAPI, NOT_ALLOWED_HERE, UNKNOWN_FLAG. Source: PMS 8.3.
 */
export function parseAtom(text: string, options: AtomOptions = {}): Atom {
  let atom = known.get(text);
  if (atom === undefined) {
    const scanned = text.length > longestAtom ? tooLong(text) : scanAtom(text);
    if (scanned === null) {
      throw new PmsError('INVALID_ATOM', `\`${text}\` is not an atom`, { hint: hintFor(text), details: { text } });
    }
    atom = scanned;
    if (known.size >= cacheLimit) known.clear();
    known.set(text, atom);
  }
  const { eapi, validFlags } = options;
  if (atom.wildcard && options.allowWildcard !== true) {
    refuse(text, 'has a `*` in category or name', 'NOT_ALLOWED_HERE', 'Name one package.');
  }
  if (atom.repository !== null && !(options.allowRepository ?? eapi === undefined)) {
    refuse(text, 'names a repository', 'NOT_ALLOWED_HERE', `Leave \`::${atom.repository}\` out.`);
  }
  if (atom.buildId !== null && !(options.allowBuildId ?? eapi === undefined)) {
    refuse(text, 'has two versions', 'NOT_ALLOWED_HERE', 'A package name must not end in a hyphen and a version.');
  }
  if (eapi !== undefined) checkEapi(atom, eapi);
  if (validFlags !== undefined) {
    for (const useDep of atom.useDeps) {
      if (isConditional(useDep) && !validFlags.has(useDep.flag)) {
        refuse(text, `depends on USE flag \`${useDep.flag}\`, which is not in IUSE`, 'UNKNOWN_FLAG');
      }
    }
  }
  return atom;
}

/** The atom, or null when `parseAtom` would throw. */
export function tryParseAtom(text: string, options: AtomOptions = {}): Atom | null {
  try {
    return parseAtom(text, options);
  } catch (error) {
    if (error instanceof PmsError) return null;
    throw error;
  }
}

function slotText({ slot, subSlot, slotOperator }: Atom): string {
  if (slot === null && slotOperator === null) return '';
  return `:${slot ?? ''}${subSlot === null ? '' : `/${subSlot}`}${slotOperator ?? ''}`;
}

/** Writes an atom from its parts; of a parsed atom this is its text. */
export function formatAtom(atom: Atom): string {
  const operator = atom.operator === '=*' ? '=' : (atom.operator ?? '');
  let text = `${atom.blocker ?? ''}${operator}${atom.qualifiedName}`;
  if (atom.version !== null) text += `-${atom.version.text}`;
  if (atom.buildId !== null) text += `-${atom.buildId}`;
  if (atom.versionContains !== null) text += `-*${atom.versionContains}*`;
  else if (atom.operator === '=*') text += '*';
  text += slotText(atom);
  if (atom.repository !== null) text += `::${atom.repository}`;
  if (atom.useDeps.length > 0) text += `[${atom.useDeps.map(formatUseDep).join(',')}]`;
  return text;
}

/** The same atom with other parts; `text` follows. */
export function changeAtom(atom: Atom, change: Partial<Omit<Atom, 'text'>>): Atom {
  const changed = { ...atom, ...change };
  if (change.category !== undefined || change.pn !== undefined) {
    changed.qualifiedName = `${changed.category}/${changed.pn}`;
  }
  return { ...changed, text: formatAtom(changed) };
}

const evaluated = new WeakMap<Atom, Map<string, Atom>>();

/**
 * Resolves the conditional USE deps for a parent with these flags enabled; only `flag` and `-flag` are left, and
 * `unevaluated` keeps the original, whose flags still have to exist in a candidate. Source: PMS 8.3.4.
 */
export function evaluateUseDeps(atom: Atom, enabledFlagsOfParent: { has(flag: string): boolean }): Atom {
  if (!atom.useDeps.some(isConditional)) return atom;
  let key = '';
  for (const useDep of atom.useDeps) {
    if (isConditional(useDep)) key += enabledFlagsOfParent.has(useDep.flag) ? '1' : '0';
  }
  let answers = evaluated.get(atom);
  if (answers === undefined) {
    answers = new Map();
    evaluated.set(atom, answers);
  }
  let answer = answers.get(key);
  if (answer === undefined) {
    const useDeps = atom.useDeps.flatMap(
      (useDep) => evaluateUseDep(useDep, enabledFlagsOfParent.has(useDep.flag)) ?? [],
    );
    answer = changeAtom(atom, { useDeps, unevaluated: atom });
    answers.set(key, answer);
  }
  return answer;
}
