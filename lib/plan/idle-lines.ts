import { join } from 'node:path';
import type { Design } from '../design';
import { boards } from '../layout/names';
import { tryParseAtom } from '../pms';
import { type PackageTree, parseConfigLines } from '../repo';
import { similarNames } from '../resolve';
import { code, listSome } from '../resolve/explain-words';
import type { PlanWarning } from '../resolve/plan';
import type { RootConfiguration } from '../resolve/provider';
import { plainUseWords } from '../resolve/use-words';

/** An imported configuration has many such lines; these are enough to find the rest by. */
const mostNamed = 6;

/** Lines about packages, by the field in which they stand. What is asked for is no warning, but a plan that does not exist. */
const atomsOf = {
  package_use: (design: Design) => Object.keys(design.package_use),
  package_accept_keywords: (design: Design) => Object.keys(design.package_accept_keywords),
  package_license: (design: Design) => Object.keys(design.package_license),
  package_mask: (design: Design) => design.package_mask,
  package_unmask: (design: Design) => design.package_unmask,
} as const;

/** Names of processors that keywords of these trees may have. Source: PMS 4.4.2 */
function knownKeywords({ design, tree }: { readonly design: Design; readonly tree: PackageTree }): ReadonlySet<string> {
  const lists = tree.repositories.ordered.map(({ location }) => join(location, 'profiles/arch.list'));
  const words = lists.flatMap((path) =>
    parseConfigLines(tree.files.readText(path) ?? '', path).flatMap((row) => row.words),
  );
  return new Set([...words, boards[design.board].keyword]);
}

function unknownKeywords(opened: Idle): readonly PlanWarning[] {
  const { design } = opened;
  const places = [
    ...design.accept_keywords.map((word) => [word, 'accept_keywords'] as const),
    ...Object.entries(design.package_accept_keywords).flatMap(([atom, words]) =>
      words.map((word) => [word, `package_accept_keywords.${atom}`] as const),
    ),
  ];
  if (places.length === 0) return [];
  const known = knownKeywords(opened);
  return places.flatMap(([word, field]): PlanWarning[] => {
    const name = word.replace(/^-?~?/, '');
    if (/^\**$/.test(name) || known.has(name)) return [];
    const [meant] = similarNames(name, [...known], 1);
    return [
      {
        code: 'IDLE_LINE',
        message: `${code(word)} in ${code(field)} accepts nothing: no tree of this design has a keyword of that name.`,
        ...(meant !== undefined && { hint: `Did you mean ${code(word.replace(name, meant))}?` }),
      },
    ];
  });
}

function unknownNames({ design, staging }: Idle): readonly PlanWarning[] {
  const lines = Object.entries(atomsOf).flatMap(([field, atoms]) => atoms(design).map((text) => ({ field, text })));
  if (lines.length === 0) return [];
  const known = new Set(staging.allQualifiedNames());
  const idle = lines.flatMap(({ field, text }) => {
    const atom = tryParseAtom(text, { allowRepository: true });
    // what was moved is told with its name now
    const isIdle = atom !== null && !known.has(atom.qualifiedName) && !staging.moved?.(atom);
    return isIdle ? [{ text, field, name: atom.qualifiedName }] : [];
  });
  const [first] = idle;
  if (first === undefined) return [];
  const similar = idle.length === 1 ? similarNames(first.name, [...known], 2) : [];
  const told = idle.map(({ text, field }) => `${code(text)} in ${code(field)}`);
  return [
    {
      code: 'IDLE_LINE',
      message: `No tree of this design has a package for ${listSome(told, mostNamed)}, so ${idle.length === 1 ? 'this line changes' : 'these lines change'} nothing.`,
      ...(similar.length > 0 && { hint: `Did you mean ${listSome(similar.map(code), 2, 'or')}?` }),
    },
  ];
}

function unknownFlags({ design, staging }: Idle): readonly PlanWarning[] {
  const idle = Object.entries(design.package_use).flatMap(([text, words]) => {
    const atom = tryParseAtom(text, { allowRepository: true });
    const candidates =
      atom === null ? [] : staging.candidates(atom.qualifiedName).filter(({ kind }) => kind === 'ebuild');
    if (candidates.length === 0) return [];
    const flags = plainUseWords(words).map((word) => word.replace(/^[-+]/, ''));
    return flags.flatMap((flag) => {
      if (flag.endsWith('*')) return [];
      const isKnown = candidates.some((each) => each.iuse.has(flag) || staging.isEffectiveFlag(each, flag));
      return isKnown ? [] : [{ text, flag, of: [...new Set(candidates.flatMap((each) => [...each.iuse.keys()]))] }];
    });
  });
  const [first] = idle;
  if (first === undefined) return [];
  const similar = idle.length === 1 ? similarNames(first.flag, first.of, 1) : [];
  const lines = idle.map(({ text, flag }) => `${code(flag)} of ${code(text)}`);
  return [
    {
      code: 'IDLE_LINE',
      message: `No version of the package has the USE flag: ${listSome(lines, mostNamed)} in ${code('package_use')}.`,
      ...(similar.length > 0 && { hint: `Did you mean ${listSome(similar.map(code), 1)}?` }),
    },
  ];
}

interface Idle {
  readonly design: Design;
  readonly tree: PackageTree;
  readonly staging: RootConfiguration;
}

/** Lines of a design that change nothing, because no keyword, package or USE flag has that name: mistyped, mostly. */
export const idleLineWarnings = (opened: Idle): readonly PlanWarning[] => [
  ...unknownKeywords(opened),
  ...unknownNames(opened),
  ...unknownFlags(opened),
];
