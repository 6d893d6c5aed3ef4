import { parseCpv } from '../pms';
import { toolchainRepositoryName } from '../repo';
import { code, listSome } from '../resolve/explain-words';
import type { EbuildFacts } from './ebuild-facts';

export const hostRecord = (asked: readonly string[]): string => [...asked].sort().join('\n');

/** A clause about a package: what the build host has and what it had, where they differ. */
export function hostChange(then: readonly string[], now: readonly string[]): string {
  const only = (some: readonly string[], others: readonly string[]): string[] =>
    some.filter((one) => !others.includes(one)).map((one) => code(one.replace(/:[^:]*$/, '')));
  const [gone, come] = [only(then, now), only(now, then)];
  const had = gone.length === 0 ? 'none of it' : listSome(gone, 3);
  const has = come.length === 0 ? 'none of it' : listSome(come, 3);
  return `its ebuild asks what the build host has: ${had} when it was built, ${has} now`;
}

/** What packages of the tool chain copy from this machine. */
const copied: ReadonlySet<string> = new Set([
  'sys-devel/binutils',
  'sys-devel/gcc',
  'sys-kernel/linux-headers',
  'sys-libs/glibc',
  'sys-libs/libxcrypt',
]);

/** Names of packages in a text, with versions behind them; `$` stands for what is known only at run time. */
interface NamedPackages {
  /** by category: what stands behind the slash */
  readonly byCategory: ReadonlyMap<string, ReadonlySet<string>>;
  /** categories with a name that is put together at run time */
  readonly openCategories: ReadonlySet<string>;
  /** names behind a category that is put together at run time */
  readonly openNames: ReadonlySet<string>;
}

function packagesNamedIn(text: string): NamedPackages {
  const byCategory = new Map<string, Set<string>>();
  for (const [, category = '', rest = ''] of text.matchAll(/([A-Za-z0-9_][\w+.-]*)\/([A-Za-z0-9_][\w+.-]*)/g)) {
    const known = byCategory.get(category) ?? new Set();
    byCategory.set(category, known.add(rest));
  }
  const openCategories = new Set(
    Array.from(text.matchAll(/([A-Za-z0-9_][\w+.-]*)\/["']?\$/g), ([, name = '']) => name),
  );
  const openNames = new Set(
    Array.from(text.matchAll(/\$(?:\w+|\{[^}\n]*\})["']?\/([A-Za-z0-9_][\w+.-]*)/g), ([, name = '']) => name),
  );
  return { byCategory, openCategories, openNames };
}

/** What the text of an ebuild or eclass may ask about the build host; found when it is needed, once. */
export class HostQuestions {
  private known: NamedPackages | null = null;

  constructor(private readonly text: string) {}

  /** Does it ask for versions at all? */
  get isAsking(): boolean {
    return /(?:has|best)_version/.test(this.text);
  }

  get named(): NamedPackages {
    this.known ??= packagesNamedIn(this.text);
    return this.known;
  }
}

/** Can one of these words be this name, or an atom with it and a version? */
const holds = (words: Iterable<string>, pn: string): boolean => {
  for (const word of words) if (word === pn || word.startsWith(`${pn}-`)) return true;
  return false;
};

/**
 * Of what the build host provides (`category/PF:slot`) what can have a say in a build: the packages that the ebuild and
 * its eclasses name, if they ask for versions at all. What they do not name they do not ask for.
 */
export function askedOfHost(
  { repository }: Pick<EbuildFacts, 'repository'>,
  questions: readonly HostQuestions[],
  provided: readonly string[],
): readonly string[] {
  const nameOf = (text: string): { category: string; pn: string } => parseCpv(text.replace(/:[^:]*$/, ''));
  if (repository === toolchainRepositoryName) {
    return provided.filter((text) => {
      const { category, pn } = nameOf(text);
      return copied.has(`${category}/${pn}`);
    });
  }
  if (!questions.some(({ isAsking }) => isAsking)) return [];
  return provided.filter((text) => {
    const { category, pn } = nameOf(text);
    return questions.some(
      ({ named }) =>
        named.openCategories.has(category) ||
        holds(named.openNames, pn) ||
        holds(named.byCategory.get(category) ?? [], pn),
    );
  });
}
