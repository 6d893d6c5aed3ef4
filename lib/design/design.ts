import { isMap, isScalar } from 'yaml';
import type { core } from 'zod';
import type { DesignProblem } from './errors';
import {
  checkAtom,
  checkBoard,
  checkExactAtom,
  checkFlag,
  checkFlags,
  checkKeyword,
  checkLicense,
  checkName,
  checkPackage,
  checkPath,
  checkVariable,
  type FieldVerdict,
  visible,
} from './fields';
import { readYaml, type YamlResult } from './read-yaml';
import { type Design, designSchema } from './schema';
import { foundWords, nearestIssues, wantedWords } from './shape-words';
import { checkFolder, checkMirror, checkSuite } from './source-fields';
import { checkValue } from './value-limits';

export type DesignResult =
  | { readonly ok: true; readonly design: Design }
  | { readonly ok: false; readonly problems: readonly DesignProblem[] };

/** More problems than that help nobody, and each costs a search for its line. */
const mostProblems = 100;

const knownKeys = Object.keys(designSchema.shape);

function describeIssue(issue: core.$ZodIssue, value: unknown): DesignProblem[] {
  const field = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, mostProblems).map((key) => {
      const similar =
        field === ''
          ? knownKeys.find((known) => known.replaceAll('_', '') === key.toLowerCase().replace(/[._-]/g, ''))
          : undefined;
      return {
        field: field === '' ? key : `${field}.${key}`,
        code: 'UNKNOWN_KEY',
        message: `A design has no key \`${visible(key)}\`${field === '' ? '' : ` below \`${field}\``}.`,
        hint: similar
          ? `Did you mean \`${similar}\`?`
          : `Known keys: ${(field === '' ? knownKeys : ['see public/prefix.schema.json']).join(', ')}.`,
      };
    });
  }
  if (field === 'board' && typeof at(value, issue.path) === 'string') {
    const verdict = checkBoard(String(at(value, issue.path)));
    if (verdict) return [verdict];
  }
  const found = at(value, issue.path);
  if (found === undefined) {
    return [
      {
        field,
        code: 'MISSING',
        message: `The design has no \`${field}\`.`,
        hint: `Add \`${field}\`: ${descriptionOf(field)}.`,
      },
    ];
  }
  if (field === '') return [notLines(found)];
  const code = field.startsWith('sysext')
    ? 'SYSEXT_INVALID'
    : field.startsWith('smoke')
      ? 'SMOKE_INVALID'
      : 'WRONG_TYPE';
  const wanted = wantedWords(issue);
  return [
    {
      field,
      code,
      message: `\`${visible(field)}\` is ${foundWords(found)}${wanted === null ? ', which is not possible' : `, not ${wanted}`}.`,
      hint: `What belongs here: ${descriptionOf(field)}.`,
    },
  ];
}

/** A document that is no group of keys. */
function notLines(found: unknown): DesignProblem {
  const isEmpty = found === null || found === '' || (Array.isArray(found) && found.length === 0);
  return {
    field: '',
    code: 'WRONG_TYPE',
    message: isEmpty
      ? 'The design is empty.'
      : `The design is ${foundWords(found)}, and has to be lines of the form \`key: value\`.`,
    hint: 'Begin with `name:`, `board:`, `path:` and `packages:`, or take a complete design: `prefix-studio starters` lists some.',
  };
}

function descriptionOf(field: string): string {
  const key = field.split('.')[0] ?? '';
  const shape = designSchema.shape as Record<
    string,
    { description?: string; def?: { innerType?: { description?: string } } }
  >;
  return shape[key]?.description ?? shape[key]?.def?.innerType?.description ?? 'see public/prefix.schema.json';
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

/** Everything the fields' grammar says about a design of the right shape. */
function checkFields(design: Design): DesignProblem[] {
  const verdicts: FieldVerdict[] = [
    checkName(design.name),
    checkBoard(design.board),
    checkPath(design.path, { sysext: design.sysext !== false }),
    ...design.packages.map((text, i) => checkPackage(text, `packages.${i}`)),
    ...duplicates(design.packages, 'packages'),
    ...design.use.map((flag, i) => checkFlag(flag, `use.${i}`)),
    ...Object.entries(design.package_use).flatMap(([atom, flags]) => [
      checkAtom(atom, `package_use.${atom}`, true),
      ...checkFlags(flags, `package_use.${atom}`),
    ]),
    ...design.accept_keywords.map((word, i) => checkKeyword(word, `accept_keywords.${i}`)),
    ...Object.entries(design.package_accept_keywords).flatMap(([atom, keywords]) => [
      checkAtom(atom, `package_accept_keywords.${atom}`, true),
      ...keywords.map((word, i) => checkKeyword(word, `package_accept_keywords.${atom}.${i}`)),
    ]),
    ...design.accept_license.map((word, i) => checkLicense(word, `accept_license.${i}`)),
    ...Object.entries(design.package_license).flatMap(([atom, licenses]) => [
      checkAtom(atom, `package_license.${atom}`, true),
      ...licenses.map((word, i) => checkLicense(word, `package_license.${atom}.${i}`)),
    ]),
    ...design.package_mask.map((atom, i) => checkAtom(atom, `package_mask.${i}`, true)),
    ...design.package_unmask.map((atom, i) => checkAtom(atom, `package_unmask.${i}`, true)),
    ...design.allow_network.map((atom, i) => checkAtom(atom, `allow_network.${i}`, true)),
    ...design.host_provides.map((atom, i) => checkAtom(atom, `host_provides.${i}`)),
    ...design.target_provides.map((atom, i) => checkExactAtom(atom, `target_provides.${i}`)),
    ...Object.entries(design.make_conf).map(([name, value]) => checkVariable(name, value, `make_conf.${name}`)),
    ...design.repositories.map((repository, i) => checkRepository(repository, `repositories.${i}`)),
    ...design.sources.mirrors.map((mirror, i) => checkMirror(mirror, `sources.mirrors.${i}`)),
    ...design.sources.folders.map((folder, i) => checkFolder(folder, `sources.folders.${i}`)),
    ...design.sources.suites.map((suite, i) => checkSuite(suite, `sources.suites.${i}`)),
    ...design.smoke.map((command, i) => checkSmoke(command, `smoke.${i}`)),
    checkSysext(design),
  ];
  if (design.packages.length === 0) {
    verdicts.push({
      field: 'packages',
      code: 'NO_PACKAGES',
      message: 'The design asks for no package, so the prefix would hold only the C runtime.',
      hint: 'Add at least one, for instance `app-editors/nano`, or start from a starter.',
    });
  }
  return verdicts.filter((verdict) => verdict !== null);
}

function duplicates(list: readonly string[], field: string): FieldVerdict[] {
  const firsts = new Map<string, number>();
  return list.map((text, i) => {
    const first = firsts.get(text);
    if (first === undefined) {
      firsts.set(text, i);
      return null;
    }
    return {
      field: `${field}.${i}`,
      code: 'DUPLICATE',
      message: `\`${visible(text)}\` is listed twice.`,
      hint: `Remove this line; line ${first + 1} of the list has it.`,
    };
  });
}

/** Source: PMS 3.1.5 */
const isRepositoryName = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(name);

function checkRepository(repository: Design['repositories'][number], field: string): FieldVerdict {
  if (!isRepositoryName(repository.name)) {
    return {
      field: `${field}.name`,
      code: 'REPOSITORY_INVALID',
      message: `\`${visible(repository.name)}\` is not a repository name.`,
      hint: 'Use the word in its profiles/repo_name, for instance `my-overlay`.',
    };
  }
  const named = [...(repository.masters ?? []), ...(repository.aliases ?? [])].find((name) => !isRepositoryName(name));
  if (named !== undefined) {
    return {
      field: `${field}.${repository.masters?.includes(named) ? 'masters' : 'aliases'}`,
      code: 'REPOSITORY_INVALID',
      message: `\`${visible(named)}\` is not a repository name.`,
      hint: 'Use letters, digits, `_` and `-`, for instance `gentoo`.',
    };
  }
  if (repository.commit !== undefined && !/^[0-9a-f]{40}$/.test(repository.commit)) {
    return {
      field: `${field}.commit`,
      code: 'REPOSITORY_INVALID',
      message: `\`${visible(repository.commit)}\` is not the name of a commit.`,
      hint: 'Write all 40 digits, as `git rev-parse HEAD` prints them.',
    };
  }
  const { location } = repository;
  if (location === undefined) return null;
  const isFolder = /^\/[^\0\n]*$/.test(location) && !location.split('/').includes('..');
  const isUrl = /^(https|git|ssh|file):\/\/[^\s\0-]\S*$/.test(location);
  if (isFolder || isUrl) return null;
  return {
    field: `${field}.location`,
    code: 'REPOSITORY_INVALID',
    message: `\`${visible(location)}\` is neither an absolute folder nor a git URL.`,
    hint: 'Write `/path/to/overlay` or `https://…/overlay.git`.',
  };
}

function checkSmoke(command: readonly string[], field: string): FieldVerdict {
  const [program = ''] = command;
  if (
    program === '' ||
    program.startsWith('/') ||
    program.split('/').includes('..') ||
    command.some((word) => word.includes('\0'))
  ) {
    return {
      field,
      code: 'SMOKE_INVALID',
      message: `\`${visible(program)}\` is not a program inside the prefix.`,
      hint: 'Write its path below the prefix path, for instance `usr/bin/nano`, then its arguments.',
    };
  }
  return null;
}

function checkSysext(design: Design): FieldVerdict {
  if (design.sysext === false) return null;
  const { format, compression, level, target, match } = design.sysext;
  if (format === 'erofs' && compression !== 'lz4') {
    return {
      field: 'sysext.compression',
      code: 'SYSEXT_INVALID',
      message: `erofs images are packed with lz4 here, not \`${compression}\`.`,
      hint: 'Choose `lz4`, or the format `squashfs`.',
      suggestion: 'lz4',
    };
  }
  if (target === 'flatcar' && match === 'version-id' && !/^\d{3,5}\.\d+\.\d+/.test(level)) {
    return {
      field: 'sysext.level',
      code: 'SYSEXT_INVALID',
      message: `No release of Flatcar has the VERSION_ID \`${visible(level)}\`, so the image would merge nowhere.`,
      hint: 'Write that of the release it is for, such as `4230.2.0`, or leave `match` out: a SYSEXT_LEVEL fits every release.',
    };
  }
  if (!/^[A-Za-z0-9._-]+$/.test(level)) {
    return {
      field: 'sysext.level',
      code: 'SYSEXT_INVALID',
      message: `\`${visible(level)}\` cannot be written into extension-release.`,
      hint: 'Write a level such as `1.0`.',
      suggestion: '1.0',
    };
  }
  return null;
}

/** Checks a value of unknown shape (JSON, form state). All problems at once, in the order of the document. */
export function validateDesign(value: unknown): DesignResult {
  const limit = checkValue(value);
  if (limit) return { ok: false, problems: [limit] };
  if (isRecord(value) && Object.keys(value).length === 0) return failed([notLines(null)]);
  const shaped = designSchema.safeParse(withoutEmptyKeys(value));
  if (!shaped.success) {
    const problems = shaped.error.issues
      .slice(0, mostProblems)
      .flatMap((issue) => nearestIssues(issue))
      .flatMap((issue) => describeIssue(issue, value));
    return failed([...problems, ...partialProblems(value, problems)]);
  }
  const problems = checkFields(shaped.data);
  return problems.length === 0 ? { ok: true, design: shaped.data } : failed(problems);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A key with nothing behind it, as `use:` when all its entries are comments, says no more than a key that is left out. */
function withoutEmptyKeys(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, key === 'sysext' || key === 'sources' ? withoutEmptyKeys(inner) : inner]),
  );
}

const failed = (problems: readonly DesignProblem[]): DesignResult => ({
  ok: false,
  problems: problems
    .slice(0, mostProblems)
    .map((problem) => ({ ...problem, message: shorten(problem.message), hint: shorten(problem.hint) })),
});

const shorten = (text: string): string => (text.length > 800 ? `${text.slice(0, 800)} …` : text);

/** The simple fields of a document whose shape is wrong elsewhere, so that one mistake does not hide the others. */
function partialProblems(value: unknown, known: readonly DesignProblem[]): DesignProblem[] {
  if (typeof value !== 'object' || value === null) return [];
  const { name, path, packages, sysext } = value as Record<string, unknown>;
  const verdicts: FieldVerdict[] = [
    typeof name === 'string' ? checkName(name) : null,
    typeof path === 'string' ? checkPath(path, { sysext: sysext !== false }) : null,
    ...(Array.isArray(packages)
      ? packages.map((text, i) => (typeof text === 'string' ? checkPackage(text, `packages.${i}`) : null))
      : []),
  ];
  const taken = new Set(known.map(({ field }) => field));
  return verdicts.filter((verdict) => verdict !== null && !taken.has(verdict.field)) as DesignProblem[];
}

/** Reads `prefix.yaml` (or JSON, which is YAML). Problems carry line and column. */
export function parseDesign(text: string): DesignResult {
  const read = readYaml(text);
  if (!read.ok) return read;
  const result = validateDesign(read.value);
  return result.ok ? result : { ok: false, problems: located(read, result.problems) };
}

/** Problems that are found later, with line and column of their field. None when the text is no design. */
export function locateProblems(
  text: string,
  problemsOf: (design: Design) => readonly DesignProblem[],
): readonly DesignProblem[] {
  const read = readYaml(text);
  const result = read.ok ? validateDesign(read.value) : null;
  return read.ok && result?.ok ? located(read, problemsOf(result.design)) : [];
}

function located(
  read: YamlResult & { readonly ok: true },
  problems: readonly DesignProblem[],
): readonly DesignProblem[] {
  return problems.map((problem) => {
    const offset = offsetOf(read.contents, fieldSteps(problem.field));
    if (offset === null) return problem;
    const { line, col } = read.lines.linePos(offset);
    return { ...problem, line, column: col };
  });
}

/** Splits a dotted field into steps; atoms hold dots, so `package_use.<atom>.<index>` is cut from both ends. */
function fieldSteps(field: string): string[] {
  const keyed = /^(package_use|package_accept_keywords|package_license|make_conf)\.(.+?)(?:\.(\d+))?$/.exec(field);
  if (!keyed) return field.split('.').filter((step) => step !== '');
  return [keyed[1], keyed[2], keyed[3]].filter((step) => step !== undefined);
}

function offsetOf(node: unknown, steps: readonly string[]): number | null {
  let current: unknown = node;
  let offset: number | null = rangeStart(node);
  for (const step of steps) {
    if (isMap(current)) {
      const pair = current.items.find((item) => isScalar(item.key) && String(item.key.value) === step);
      if (!pair) return offset;
      offset = rangeStart(pair.key) ?? offset;
      current = pair.value;
      if (isScalar(current)) offset = rangeStart(current) ?? offset;
    } else if (typeof current === 'object' && current !== null && 'items' in current) {
      const next: unknown = (current.items as unknown[])[Number(step)];
      offset = rangeStart(next) ?? offset;
      current = next;
    } else return offset;
  }
  return offset;
}

function rangeStart(node: unknown): number | null {
  const range = (node as { range?: readonly number[] } | null | undefined)?.range;
  return range?.[0] ?? null;
}
