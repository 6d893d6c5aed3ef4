import type { DependencyClass } from '../pms/dependency-class';
import { type Eapi, eapi as eapiNamed, isKnownEapi } from '../pms/eapi';
import { isAbsolutePath, joinOffset, normalizeAbsolutePath, normalizeOffset } from './path-text';
import { adviseOnRoots, type RootAdvice } from './roots-advice';
import type { NormalRoots, RootErrorCode, RootInput } from './roots-input';

/** The row of the PMS tables that decides a dependency class. */
export type RootRule =
  | 'runs-in-target'
  | 'runs-on-host'
  | 'sysroot-is-root'
  | 'sysroot-is-host'
  | 'sysroot-is-other'
  | 'eapi-without-sysroot';

/** Where the packages of one dependency class have to be. */
export interface DependencyRoot {
  /** base directory, without the offset */
  readonly root: string;
  /** offset prefix below it; empty for none */
  readonly prefix: string;
  /** both together */
  readonly path: string;
  readonly rule: RootRule;
  /** the rule in plain words, with the values filled in */
  readonly because: string;
}

/** One test of the decision, in the order they are made. */
export interface RootDecision {
  readonly id: 'sysroot-fits-root' | 'eapi-has-sysroot' | 'sysroot-is-root' | 'sysroot-is-slash' | 'otherwise';
  /** the question with the values filled in */
  readonly question: string;
  /** null: an earlier test decided */
  readonly answer: boolean | null;
  /** what a yes means */
  readonly consequence: string;
  /** this test decided */
  readonly decides: boolean;
}

export interface ValidRoots {
  readonly valid: true;
  readonly ROOT: string;
  readonly SYSROOT: string;
  /** empty: no offset prefix */
  readonly EPREFIX: string;
  readonly EROOT: string;
  readonly ESYSROOT: string;
  /** path of the host tools: `/` when the package manager has no offset prefix */
  readonly BROOT: string;
  /** classes that the EAPI does not have are absent */
  readonly dependencies: Readonly<Partial<Record<DependencyClass, DependencyRoot>>>;
  readonly decisions: readonly RootDecision[];
  readonly advice: readonly RootAdvice[];
}

export interface InvalidRoots {
  readonly valid: false;
  readonly error: RootErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly decisions: readonly RootDecision[];
  /** the error and what else is to be said, with fixes */
  readonly advice: readonly RootAdvice[];
}

const shown = (path: string): string => `\`${path === '' ? '(empty)' : path}\``;

/** Where below a base: an empty offset is none. */
const atOffset = (name: 'EPREFIX' | 'BROOT', offset: string): string =>
  offset === '' ? `without an offset prefix (${name} is empty)` : `at ${name} ${shown(offset)}`;

type Problem = Omit<InvalidRoots, 'valid' | 'decisions' | 'advice'>;

const controlCharacter = /[\x00-\x1f\x7f]/;

const names = { root: 'ROOT', sysroot: 'SYSROOT', eprefix: 'EPREFIX', broot: 'BROOT' } as const;

type Variable = keyof typeof names;

const variables: readonly Variable[] = ['root', 'sysroot', 'eprefix', 'broot'];

function problemOfText(input: RootInput): Problem | null {
  for (const variable of variables) {
    const text = input[variable] ?? '';
    if (controlCharacter.test(text)) {
      return {
        error: 'control-character',
        message: `${names[variable]} contains a control character`,
        hint: 'Write the path with ordinary characters only.',
      };
    }
    const mayBeRelative = (variable === 'root' || variable === 'sysroot') && input.workingDirectory;
    if (text !== '' && !isAbsolutePath(text) && !mayBeRelative) {
      return {
        error: `${variable}-relative`,
        message: `${names[variable]} ${shown(text)} does not begin with a slash`,
        hint: `Write the whole path: ${shown(normalizeAbsolutePath(text))}.`,
      };
    }
  }
  return null;
}

function absolute(path: string, workingDirectory: string | null | undefined): string {
  if (isAbsolutePath(path) || path === '') return normalizeAbsolutePath(path);
  return normalizeAbsolutePath(`${workingDirectory ?? ''}/${path}`);
}

/** Unset or empty ROOT and SYSROOT are `/`; unset EPREFIX is the package manager's own offset. */
function normalize(input: RootInput): NormalRoots {
  const broot = normalizeOffset(input.broot ?? '');
  return {
    root: absolute(input.root ?? '', input.workingDirectory),
    sysroot: absolute(input.sysroot ?? '', input.workingDirectory),
    eprefix: input.eprefix === undefined || input.eprefix === null ? broot : normalizeOffset(input.eprefix),
    broot,
  };
}

function decide({ root, sysroot, eprefix, broot }: NormalRoots, eapi: Eapi): RootDecision[] {
  const fits = root !== '/' || sysroot === '/';
  const open = fits && eapi.hasSysroot;
  const isRoot = sysroot === root;
  const isSlash = sysroot === '/';
  return [
    {
      id: 'sysroot-fits-root',
      question: `ROOT is ${shown(root)}: is SYSROOT then ${root === '/' ? `\`/\` too (it is ${shown(sysroot)})` : 'free to choose'}?`,
      answer: fits,
      consequence: 'With ROOT `/`, SYSROOT has to be `/`; anything else is an error.',
      decides: !fits,
    },
    {
      id: 'eapi-has-sysroot',
      question: `Does EAPI ${eapi.name} know SYSROOT?`,
      answer: fits ? eapi.hasSysroot : null,
      consequence: 'Up to EAPI 6 there is no BDEPEND, so DEPEND means tools and libraries of the host.',
      decides: fits && !eapi.hasSysroot,
    },
    {
      id: 'sysroot-is-root',
      question: `Is SYSROOT (${shown(sysroot)}) the same text as ROOT (${shown(root)})?`,
      answer: open ? isRoot : null,
      consequence: `DEPEND is looked for below SYSROOT ${atOffset('EPREFIX', eprefix)}.`,
      decides: open && isRoot,
    },
    {
      id: 'sysroot-is-slash',
      question: `Is SYSROOT (${shown(sysroot)}) the host, \`/\`?`,
      answer: open && !isRoot ? isSlash : null,
      consequence: `DEPEND is looked for on the host ${atOffset('BROOT', broot)}.`,
      decides: open && !isRoot && isSlash,
    },
    {
      id: 'otherwise',
      question: `SYSROOT (${shown(sysroot)}) is a third directory.`,
      answer: open && !isRoot && !isSlash ? true : null,
      consequence: 'DEPEND is looked for directly in SYSROOT, without any offset prefix.',
      decides: open && !isRoot && !isSlash,
    },
  ];
}

/** Offset prefix below SYSROOT. The first test that says yes wins. Source: PMS 8.1, table of prefix values for DEPEND. */
function sysrootOffset({ root, sysroot, eprefix, broot }: NormalRoots): { prefix: string; rule: RootRule } {
  if (sysroot === root) return { prefix: eprefix, rule: 'sysroot-is-root' };
  if (sysroot === '/') return { prefix: broot, rule: 'sysroot-is-host' };
  return { prefix: '', rule: 'sysroot-is-other' };
}

function because(rule: RootRule, { root, sysroot, eprefix, broot }: NormalRoots, eapi: Eapi): string {
  switch (rule) {
    case 'runs-in-target':
      return `It is used where the package runs: in ROOT ${shown(root)} ${atOffset('EPREFIX', eprefix)}.`;
    case 'runs-on-host':
      return `It is executed while building or installing, so it has to be on the host ${atOffset('BROOT', broot)}.`;
    case 'sysroot-is-root':
      return `SYSROOT is the same as ROOT, so libraries and headers come from there, ${atOffset('EPREFIX', eprefix)}.`;
    case 'sysroot-is-host':
      return `SYSROOT is \`/\` and ROOT is not, so libraries and headers come from the host, ${atOffset('BROOT', broot)}.`;
    case 'sysroot-is-other':
      return `SYSROOT ${shown(sysroot)} is neither ROOT nor \`/\`, so libraries and headers come from it without an offset prefix.`;
    case 'eapi-without-sysroot':
      return `EAPI ${eapi.name} knows neither BDEPEND nor SYSROOT: DEPEND is needed on the host, ${atOffset('BROOT', broot)}.`;
  }
}

function dependencyRoots(roots: NormalRoots, eapi: Eapi): ValidRoots['dependencies'] {
  const place = (root: string, prefix: string, rule: RootRule): DependencyRoot => ({
    root,
    prefix,
    path: joinOffset(root, prefix),
    rule,
    because: because(rule, roots, eapi),
  });
  const target = place(roots.root, roots.eprefix, 'runs-in-target');
  const host = place('/', roots.broot, 'runs-on-host');
  const { prefix, rule } = sysrootOffset(roots);
  return {
    ...(eapi.hasBdepend ? { BDEPEND: host } : {}),
    DEPEND: eapi.hasSysroot ? place(roots.sysroot, prefix, rule) : place('/', roots.broot, 'eapi-without-sysroot'),
    RDEPEND: target,
    PDEPEND: target,
    ...(eapi.hasIdepend ? { IDEPEND: host } : {}),
  };
}

function invalid(input: RootInput, problem: Problem, decisions: readonly RootDecision[]): InvalidRoots {
  const advice = adviseOnRoots(input, null, problem.error);
  return { valid: false, ...problem, decisions, advice };
}

/**
 * Applies the offset-prefix rules to ROOT, SYSROOT, EPREFIX and BROOT: are they valid together, what are EROOT and
 * ESYSROOT, and where does each dependency class of an ebuild of this EAPI have to be?
 * Paths come back without a slash at the end, except `/` itself. Source: PMS 8.1 (tables of the dependency classes),
 * 11.1 (ROOT, SYSROOT, EPREFIX, BROOT).
 */
export function resolveRoots(input: RootInput): ValidRoots | InvalidRoots {
  if (!isKnownEapi(input.eapi)) {
    return invalid(
      input,
      { error: 'unknown-eapi', message: `EAPI ${shown(input.eapi)} is not known`, hint: 'Write one of 0 to 9.' },
      [],
    );
  }
  const problem = problemOfText(input);
  if (problem !== null) return invalid(input, problem, []);
  const eapi = eapiNamed(input.eapi);
  const roots = normalize(input);
  const { root, sysroot, eprefix, broot } = roots;
  const decisions = decide(roots, eapi);
  if (input.disk?.rootIsFile === true) {
    return invalid(
      input,
      {
        error: 'root-not-a-directory',
        message: `ROOT ${shown(root)} is a file`,
        hint: 'Name a directory, or one that does not exist yet: it will be created.',
      },
      decisions,
    );
  }
  if (root === '/' && sysroot !== '/') {
    return invalid(
      input,
      {
        error: 'sysroot-must-be-slash',
        message: `SYSROOT is ${shown(sysroot)} although ROOT is \`/\``,
        hint: 'Leave SYSROOT out, or give ROOT the same directory.',
      },
      decisions,
    );
  }
  return {
    valid: true,
    ROOT: root,
    SYSROOT: sysroot,
    EPREFIX: eprefix,
    EROOT: joinOffset(root, eprefix),
    ESYSROOT: joinOffset(sysroot, sysrootOffset(roots).prefix),
    BROOT: joinOffset('/', broot),
    dependencies: dependencyRoots(roots, eapi),
    decisions,
    advice: adviseOnRoots(input, roots, null),
  };
}

/** The variables as an ebuild of this EAPI sees them in `pkg_setup` and `src_*`. Source: PMS 11.1. */
export function ebuildRootVariables(roots: ValidRoots, eapi: Eapi): Readonly<Record<string, string>> {
  const path = (value: string): string => {
    const bare = value === '/' ? '' : value;
    return eapi.pathsEndWithSlash ? `${bare}/` : bare;
  };
  return {
    ROOT: path(roots.ROOT),
    ...(eapi.hasPrefix ? { EPREFIX: roots.EPREFIX, EROOT: path(roots.EROOT) } : {}),
    ...(eapi.hasSysroot ? { SYSROOT: path(roots.SYSROOT), ESYSROOT: path(roots.ESYSROOT) } : {}),
    ...(eapi.hasBroot ? { BROOT: path(roots.BROOT) } : {}),
  };
}
