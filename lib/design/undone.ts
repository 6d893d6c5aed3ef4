import { tryParseAtom } from '../pms/atom';
import { fitsPattern, parseTextPattern } from '../pms/text-pattern';
import type { DesignEdit } from '../resolve/plan';
import { plainUseWords } from '../resolve/use-words';
import type { Design } from './schema';

/**
 * What an edit would take back of that which the owner of the design wrote: a flag wanted or refused, a mask, a licence or
 * keyword refused by name, a variable. Phrases such as `` `-ssl` in `use` ``; empty: nothing.
 */
export function undoneBy(design: Design, edit: DesignEdit): readonly string[] {
  switch (edit.kind) {
    case 'use':
      return [
        ...contradicted('use', plainUseWords(design.use), edit.flags),
        ...Object.entries(design.package_use).flatMap(([atom, words]) =>
          contradicted(`package_use of ${atom}`, plainUseWords(words), edit.flags),
        ),
      ];
    case 'package_use': {
      const own = Object.entries(design.package_use).filter(([atom]) => isAbout(atom, edit.atom));
      const named = own.flatMap(([atom, words]) =>
        contradicted(`package_use of ${atom}`, plainUseWords(words), edit.flags),
      );
      // what stands at the package already differs from the general wish by the owner's own hand
      const special = new Set(own.flatMap(([, words]) => plainUseWords(words).map(bare)));
      const general = edit.flags.filter((flag) => !special.has(bare(flag)));
      return [...named, ...contradicted('use', plainUseWords(design.use), general)];
    }
    case 'make_conf': {
      const before = design.make_conf[edit.variable];
      return before === undefined || before === edit.value ? [] : [`\`${edit.variable}="${before}"\` in \`make_conf\``];
    }
    case 'drop_mask':
      return design.package_mask.includes(edit.atom) ? [`\`${edit.atom}\` in \`package_mask\``] : [];
    case 'accept_license':
      return refused('accept_license', design.accept_license, design.package_license, edit.atom, edit.licenses);
    case 'accept_keywords':
      return refused(
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

const bare = (word: string): string => word.replace(/^[-+]/, '');
const opposite = (word: string): string => (word.startsWith('-') ? bare(word) : `-${bare(word)}`);

/** Words of the design that mean the contrary of some of `words`. */
function contradicted(place: string, own: readonly string[], words: readonly string[]): readonly string[] {
  const contrary = new Set(words.map(opposite));
  return own.filter((word) => contrary.has(word.replace(/^\+/, ''))).map((word) => `\`${word}\` in \`${place}\``);
}

/** Tokens that the design refuses by name, for everything or for the package. */
function refused(
  field: 'accept_license' | 'accept_keywords',
  everywhere: readonly string[],
  byAtom: Readonly<Record<string, readonly string[]>>,
  atom: string,
  words: readonly string[],
): readonly string[] {
  const at = field === 'accept_license' ? 'package_license' : 'package_accept_keywords';
  return [
    ...contradicted(field, everywhere, words),
    ...Object.entries(byAtom)
      .filter(([own]) => isAbout(own, atom))
      .flatMap(([own, tokens]) => contradicted(`${at} of ${own}`, tokens, words)),
  ];
}

/** May both atoms mean the same package? */
function isAbout(own: string, text: string): boolean {
  const read = (each: string) => tryParseAtom(each, { allowWildcard: true, allowRepository: true });
  const [pattern, atom] = [read(own), read(text)];
  if (pattern === null || atom === null) return false;
  return fitsPattern(parseTextPattern(pattern.qualifiedName), atom.qualifiedName);
}
