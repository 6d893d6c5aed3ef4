import { tryParseAtom } from '../pms/atom';
import { lower, phrasesOf, pythonOf } from './edit-phrases';
import { code, listWords, shortAtom } from './explain-words';
import { Package } from './package';
import type { DesignEdit } from './plan';
import type { Resolution } from './resolver';
import { variableOfFlag } from './use-expand-words';

/** Longest text of a button. */
const longest = 45;

/** Whole phrases as long as they fit, then the number of the rest. `from`: which edit is told first. */
function titleOf(edits: readonly DesignEdit[], from: number): string {
  const turned = [...edits.slice(from), ...edits.slice(0, from)];
  const phrases = turned.map(phrasesOf);
  const seen = new Set<string>();
  const lists = phrases.filter(([first = '']) => !seen.has(first) && seen.add(first));
  for (let count = lists.length; count > 0; count -= 1) {
    const rest = lists.length - count;
    const more = rest === 0 ? '' : ` + ${rest} more`;
    for (const short of [0, 1]) {
      const words = lists.slice(0, count).map((list) => list[Math.min(short, list.length - 1)] ?? '');
      const text = listWords(words.map((word, index) => (index === 0 ? word : lower(word)))) + more;
      if (text.length <= longest) return text;
    }
  }
  const [[first = ''] = []] = lists;
  const shortest = lists[0]?.at(-1) ?? first;
  return shortest.length <= longest ? shortest : `${shortest.slice(0, longest - 2)} …`;
}

const isVague = (title: string): boolean => /^(?:Change|Borrow)\b/.test(title);

/** Button texts, each different from the others. */
export function titlesOf(fixes: readonly (readonly DesignEdit[])[]): string[] {
  const taken: string[] = [];
  for (const edits of fixes) {
    const ways = edits.map((_, from) => titleOf(edits, from)).sort((a, b) => Number(isVague(a)) - Number(isVague(b)));
    const numbered = fixes.map((_, index) => `${(ways[0] ?? '').slice(0, longest - 4)} (${index + 2})`);
    taken.push([...ways, ...numbered].find((way) => !taken.includes(way)) ?? '');
  }
  return taken;
}

/** Packages that a plan builds on the target. */
export function mergedOn({ run }: Resolution): number {
  return (run.serialized ?? []).filter(
    (task) => task instanceof Package && task.operation === 'merge' && task.root === run.frozen.target,
  ).length;
}

/** Is another version or slot taken of what was asked for without one? */
function isOlder(from: string, to: string): boolean {
  const [before, after] = [from, to].map((text) => tryParseAtom(text, { allowRepository: true }));
  return before?.version === null && !!after?.version && before.qualifiedName === after.qualifiedName;
}

function lossOf(edit: DesignEdit): string | null {
  switch (edit.kind) {
    case 'package_use': {
      const off = edit.flags.filter((flag) => flag.startsWith('-')).map((flag) => flag.slice(1));
      const features = off.filter((flag) => variableOfFlag(flag) === null);
      return features.length > 0 ? `${code(edit.atom)} loses ${listWords(features)}.` : null;
    }
    case 'make_conf':
      return edit.variable === 'PYTHON_TARGETS'
        ? `Python packages are built for ${listWords(edit.value.split(/\s+/).map(pythonWords))} only.`
        : null;
    case 'leave_out':
      return 'Users of the prefix do without them.';
    case 'accept_keywords':
      return `${code(edit.atom)} is not marked stable for this board.`;
    case 'accept_license':
      return `You agree to ${listWords(edit.licenses.map(code))}.`;
    case 'unmask':
      return `${code(edit.atom)} was masked for a reason.`;
    case 'mask':
      return `Another version is taken instead of ${code(edit.atom.replace(/^=/, ''))}.`;
    case 'allow_network':
      return `No Manifest checks what ${code(edit.atom)} fetches.`;
    case 'replace_package':
      return isOlder(edit.from, edit.to) ? `You get ${code(edit.to)} instead of the newest version.` : null;
    case 'use':
    case 'move':
    case 'toolchain':
    case 'drop_mask':
    case 'add_package':
    case 'add_repository':
      return null;
    case 'provide_on_host':
      return `The build machine must have ${hostWords(edit.atom)}; Studio does not check that.`;
    case 'provide_on_target':
      return `${code(nameAndCategory(edit.atom))} is not in the image: the system it runs on must have it.`;
  }
}

const pythonWords = (word: string): string => word.replace(/^python(\d+)_(\d+)$/, 'Python $1.$2');

/** `dev-python/jinja`, for Python 3.11 */
function hostWords(text: string): string {
  const atom = tryParseAtom(text);
  const pythons = (atom?.useDeps ?? []).flatMap(({ flag }) => pythonOf(flag) ?? []);
  if (atom === null || pythons.length === 0) return code(shortAtom(text));
  return `${code(atom.qualifiedName)} for Python ${listWords([...new Set(pythons)])}`;
}

const nameAndCategory = (text: string): string => tryParseAtom(text)?.qualifiedName ?? text;

const counted = (count: number): string => `${count} ${count === 1 ? 'package' : 'packages'}`;

/** What is lost with these edits, whole sentences, each once. */
export const lossesOf = (edits: readonly DesignEdit[]): readonly string[] => [
  ...new Set(edits.map(lossOf).filter((text) => text !== null)),
];

/** What is lost, and how many packages are built; `reference`: as many as the first suggestion builds. */
export function costOf(edits: readonly DesignEdit[], packages: number, reference: number | null): string {
  const difference = reference === null ? 0 : packages - reference;
  const compared =
    reference === null
      ? ''
      : difference === 0
        ? ', as many as the first suggestion'
        : `, ${Math.abs(difference)} ${difference > 0 ? 'more' : 'fewer'} than the first suggestion`;
  return [...lossesOf(edits), `Builds ${counted(packages)}${compared}.`].join(' ');
}
