import type { Plan, PlannedPackage, PlanRoot } from '../resolve/plan';
import { formatTable } from './text';

export interface ListingOptions {
  readonly titles: Readonly<Record<PlanRoot, string>>;
  /** names of USE_EXPAND variables, `PYTHON_TARGETS` */
  readonly useExpand: readonly string[];
  /** of these, the ones that are not shown (USE_EXPAND_HIDDEN) */
  readonly hidden: readonly string[];
  /** where lines end; null: nobody watches, so that a line stays a line */
  readonly columns: number | null;
}

/** USE flags as emerge groups them: `USE="ssl -static" PYTHON_TARGETS="python3_12"`, enabled ones first, hidden ones left out. */
export function useWords(
  { use, iuse }: Pick<PlannedPackage, 'use' | 'iuse'>,
  { useExpand, hidden }: Pick<ListingOptions, 'useExpand' | 'hidden'>,
): readonly string[] {
  const variables = [...useExpand].sort((a, b) => b.length - a.length);
  const groups = new Map<string, { on: string[]; off: string[] }>([['USE', { on: [], off: [] }]]);
  for (const flag of iuse) {
    const variable = variables.find((name) => flag.startsWith(`${name.toLowerCase()}_`));
    if (variable !== undefined && hidden.includes(variable)) continue;
    const name = variable ?? 'USE';
    const word = variable === undefined ? flag : flag.slice(variable.length + 1);
    const group = groups.get(name) ?? { on: [], off: [] };
    groups.set(name, group);
    if (use.includes(flag)) group.on.push(word);
    else group.off.push(`-${word}`);
  }
  return [...groups]
    .filter(([, { on, off }]) => on.length + off.length > 0)
    .flatMap(([name, { on, off }]) => {
      const words = [...on, ...off];
      return words.map((word, at) => `${at === 0 ? `${name}="` : ''}${word}${at === words.length - 1 ? '"' : ''}`);
    });
}

/** Words in lines that begin with `indent` and end before `columns`. */
function wrapped(words: readonly string[], indent: string, columns: number | null): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && columns !== null && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, indent + line];
}

/**
 * The packages of a plan by root, in their order: what is done, with what, why, and the USE flags below. What the host
 * provides is only named; what final takes from staging as it is has its flags there.
 */
export function planListing(plan: Pick<Plan, 'packages'>, options: ListingOptions): readonly string[] {
  const { titles, columns } = options;
  return (['host', 'staging', 'final'] as const).flatMap((root) => {
    const packages = plan.packages.filter((entry) => entry.root === root);
    if (packages.length === 0) return [];
    const title = `${titles[root]} (${packages.filter(({ action }) => action !== 'remove').length})`;
    if (root === 'host') {
      const names = packages.map(nameOf);
      return [title, ...wrapped(separated(names), '  ', columns), ''];
    }
    const rows = formatTable(packages.map((entry) => [`  ${entry.action}`, nameOf(entry), entry.reason])).split('\n');
    const indent = ' '.repeat(Math.max(...packages.map(({ action }) => action.length)) + 4);
    const lines = packages.flatMap((entry, at) => [
      rows[at] ?? '',
      ...(entry.action === 'remove' || (root === 'final' && isBuiltAlike(entry, plan))
        ? []
        : wrapped(useWords(entry, options), indent, columns)),
    ]);
    return [title, ...lines, ''];
  });
}

/** What final installs was built in staging with these flags, which are told there. */
const isBuiltAlike = ({ cpv, use }: PlannedPackage, { packages }: Pick<Plan, 'packages'>): boolean =>
  packages.some((other) => other.root === 'staging' && other.cpv === cpv && other.use.join(' ') === use.join(' '));

const nameOf = ({ cpv, slot }: PlannedPackage): string => (slot === '0' ? cpv : `${cpv}:${slot}`);

const separated = (words: readonly string[]): string[] =>
  words.map((word, at) => (at === words.length - 1 ? word : `${word},`));
