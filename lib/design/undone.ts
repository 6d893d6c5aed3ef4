import { tryParseAtom } from '../pms/atom';
import { matchesVersion } from '../pms/match';
import { fitsPattern, parseTextPattern } from '../pms/text-pattern';
import type { DesignEdit } from '../resolve/plan';
import { plainUseWords } from '../resolve/use-words';
import type { Design } from './schema';

/**
 * What an edit would take back of that which the owner of the design wrote: a flag wanted or refused, a mask, a licence or
 * keyword refused by name, a variable. Phrases such as `` `-ssl` in `use` ``; empty: nothing. `place` names where a field stands.
 */
export function undoneBy(design: Design, edit: DesignEdit, place: Place = code): readonly string[] {
  switch (edit.kind) {
    case 'use':
      return [
        ...contradicted(place('use'), plainUseWords(design.use), edit.flags),
        ...Object.entries(design.package_use).flatMap(([atom, words]) =>
          contradicted(place(`package_use of ${atom}`), plainUseWords(words), edit.flags),
        ),
      ];
    case 'package_use': {
      const own = Object.entries(design.package_use).filter(([atom]) => isAbout(atom, edit.atom));
      const named = own.flatMap(([atom, words]) =>
        contradicted(place(`package_use of ${atom}`), plainUseWords(words), edit.flags),
      );
      // what stands at the package already differs from the general wish by the owner's own hand
      const special = new Set(own.flatMap(([, words]) => plainUseWords(words).map(bare)));
      const general = edit.flags.filter((flag) => !special.has(bare(flag)));
      return [...named, ...contradicted(place('use'), plainUseWords(design.use), general)];
    }
    case 'make_conf': {
      const before = design.make_conf[edit.variable];
      return before === undefined || before === edit.value
        ? []
        : [`\`${edit.variable}="${before}"\` in ${place('make_conf')}`];
    }
    case 'drop_mask':
      return design.package_mask.includes(edit.atom) ? [`\`${edit.atom}\` in ${place('package_mask')}`] : [];
    case 'unmask':
      return design.package_mask
        .filter((mask) => isMaskOf(mask, edit.atom))
        .map((mask) => `\`${mask}\` in ${place('package_mask')}`);
    case 'accept_license':
      return refused(place, 'accept_license', design.accept_license, design.package_license, edit.atom, edit.licenses);
    case 'accept_keywords':
      return refused(
        place,
        'accept_keywords',
        design.accept_keywords,
        design.package_accept_keywords,
        edit.atom,
        edit.keywords,
      );
    default:
      return [];
  }
}

/** The words for where a field of the design stands, such as `` `package_use of net-misc/curl` ``. */
type Place = (field: string) => string;

const code: Place = (field) => `\`${field}\``;

const bare = (word: string): string => word.replace(/^[-+]/, '');
const opposite = (word: string): string => (word.startsWith('-') ? bare(word) : `-${bare(word)}`);

/** Words of the design that mean the contrary of some of `words`. */
function contradicted(place: string, own: readonly string[], words: readonly string[]): readonly string[] {
  const contrary = new Set(words.map(opposite));
  return own.filter((word) => contrary.has(word.replace(/^\+/, ''))).map((word) => `\`${word}\` in ${place}`);
}

/** Tokens that the design refuses by name, for everything or for the package. */
function refused(
  place: Place,
  field: 'accept_license' | 'accept_keywords',
  everywhere: readonly string[],
  byAtom: Readonly<Record<string, readonly string[]>>,
  atom: string,
  words: readonly string[],
): readonly string[] {
  const at = field === 'accept_license' ? 'package_license' : 'package_accept_keywords';
  return [
    ...contradicted(place(field), everywhere, words),
    ...Object.entries(byAtom)
      .filter(([own]) => isAbout(own, atom))
      .flatMap(([own, tokens]) => contradicted(place(`${at} of ${own}`), tokens, words)),
  ];
}

/** Does a mask take what an unmask gives back? Of an unmask without one exact version every mask of the package might be. */
function isMaskOf(mask: string, unmask: string): boolean {
  if (!isAbout(mask, unmask)) return false;
  const [masked, given] = [mask, unmask].map((text) =>
    tryParseAtom(text, { allowWildcard: true, allowRepository: true }),
  );
  if (!masked || !given?.version || (given.operator !== '=' && given.operator !== '~')) return true;
  return matchesVersion(masked, given.version);
}

/** May both atoms mean the same package? */
function isAbout(own: string, text: string): boolean {
  const read = (each: string) => tryParseAtom(each, { allowWildcard: true, allowRepository: true });
  const [pattern, atom] = [read(own), read(text)];
  if (pattern === null || atom === null) return false;
  return fitsPattern(parseTextPattern(pattern.qualifiedName), atom.qualifiedName);
}
