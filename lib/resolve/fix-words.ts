import { tryParseAtom } from '../pms/atom';
import { code, listWords } from './explain-words';
import { Package } from './package';
import type { DesignEdit } from './plan';
import type { Resolution } from './resolver';
import { variableOfFlag } from './use-expand-words';

/** Longest text of a button. */
const longest = 45;

/** Name without category, and the version when the atom names one. */
function shortName(text: string): string {
  const atom = tryParseAtom(text, { allowWildcard: true });
  if (atom === null) return text;
  return atom.version === null ? atom.pn : `${atom.pn} ${atom.version.text}`;
}

const pythonOf = (flag: string): string | null => {
  const version = /^-?python_(?:targets|single_target)_python(\d+)_(\d+)$/.exec(flag);
  return version === null ? null : `${version[1]}.${version[2]}`;
};

function flagPhrase(flags: readonly string[]): string {
  const off = flags.filter((flag) => flag.startsWith('-')).map((flag) => flag.slice(1));
  const on = flags.filter((flag) => !flag.startsWith('-'));
  const pythons = [...new Set(on.map(pythonOf))];
  const [python] = pythons;
  if (python !== undefined && python !== null && pythons.length === 1) return `for Python ${python}`;
  return [
    ...(off.length > 0 ? [`without ${listWords(off)}`] : []),
    ...(on.length > 0 ? [`with ${listWords(on)}`] : []),
  ].join(', ');
}

/** What an edit does in a few words, the shortest way last. */
function phrasesOf(edit: DesignEdit): readonly string[] {
  switch (edit.kind) {
    case 'package_use': {
      const name = shortName(edit.atom);
      return [`Build ${name} ${flagPhrase(edit.flags)}`, `Change ${edit.flags.length} USE flags of ${name}`];
    }
    case 'use':
      return [`Set USE ${edit.flags.join(' ')}`, `Change ${edit.flags.length} USE flags`];
    case 'make_conf': {
      const python = /^python(\d+)_(\d+)$/.exec(edit.value);
      return python
        ? [`Use Python ${python[1]}.${python[2]}`]
        : [`Set ${edit.variable}="${edit.value}"`, `Set ${edit.variable}`];
    }
    case 'accept_keywords': {
      const isOwn = edit.keywords.every((keyword) => keyword.startsWith('~'));
      return [`Accept ${isOwn ? 'testing' : 'unmarked'} ${shortName(edit.atom)}`, `Accept ${nameOnly(edit.atom)}`];
    }
    case 'accept_license':
      return [`Accept the licence of ${shortName(edit.atom)}`, `Accept licence of ${nameOnly(edit.atom)}`];
    case 'unmask':
      return [`Unmask ${shortName(edit.atom)}`, `Unmask ${nameOnly(edit.atom)}`];
    case 'mask':
      return [`Do without ${shortName(edit.atom)}`, `Skip ${nameOnly(edit.atom)}`];
    case 'replace_package': {
      const atom = tryParseAtom(edit.to);
      const slot = atom?.slot ? ` slot ${atom.slot}` : '';
      return [`Take ${shortName(edit.to)}${slot} instead`, `Take ${shortName(edit.to)}`];
    }
    case 'add_repository':
      return [`Add repository ${edit.name}`];
    case 'provide_on_host':
      return [`Take ${shortName(edit.atom)} from the build machine`, `Borrow ${nameOnly(edit.atom)}`];
    case 'provide_on_target':
      return [`Take ${nameOnly(edit.atom)} from the target system`, `Leave ${nameOnly(edit.atom)} to the target`];
  }
}

const nameOnly = (text: string): string => tryParseAtom(text, { allowWildcard: true })?.pn ?? text;

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Whole phrases as long as they fit, then the number of the rest. `from`: which edit is told first. */
function titleOf(edits: readonly DesignEdit[], from: number): string {
  const turned = [...edits.slice(from), ...edits.slice(0, from)];
  const phrases = turned.map(phrasesOf);
  const seen = new Set<string>();
  const lists = phrases.filter(([first = '']) => !seen.has(first) && seen.add(first));
  for (let count = lists.length; count > 0; count -= 1) {
    const rest = lists.length - count;
    const more = rest === 0 ? '' : rest === 1 ? ', and 1 more change' : `, and ${rest} more changes`;
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

/** Button texts, each different from the others. */
export function titlesOf(fixes: readonly (readonly DesignEdit[])[]): string[] {
  const taken: string[] = [];
  for (const edits of fixes) {
    const ways = edits.map((_, from) => titleOf(edits, from));
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

function lossOf(edit: DesignEdit): string | null {
  switch (edit.kind) {
    case 'package_use': {
      const off = edit.flags.filter((flag) => flag.startsWith('-')).map((flag) => flag.slice(1));
      const features = off.filter((flag) => variableOfFlag(flag) === null);
      return features.length > 0 ? `${code(edit.atom)} loses ${listWords(features)}.` : null;
    }
    case 'make_conf':
      return edit.variable === 'PYTHON_TARGETS' ? 'Everything in Python is built for this version only.' : null;
    case 'accept_keywords':
      return `${code(edit.atom)} is not marked stable for this board.`;
    case 'accept_license':
      return `You agree to ${listWords(edit.licenses.map(code))}.`;
    case 'unmask':
      return `${code(edit.atom)} was masked for a reason.`;
    case 'mask':
      return `Another version is taken instead of ${code(edit.atom.replace(/^=/, ''))}.`;
    case 'replace_package':
      return `You get ${code(edit.to)} instead of the newest version.`;
    case 'use':
    case 'add_repository':
      return null;
    case 'provide_on_host':
      return `The build machine has to have ${code(edit.atom)}; Studio does not check that.`;
    case 'provide_on_target':
      return `${code(nameAndCategory(edit.atom))} is not in the image: the system it runs on has to have it.`;
  }
}

const nameAndCategory = (text: string): string => tryParseAtom(text)?.qualifiedName ?? text;

const counted = (count: number): string => `${count} ${count === 1 ? 'package' : 'packages'}`;

/** What is lost, and how many packages are built; `reference`: as many as the first suggestion builds. */
export function costOf(edits: readonly DesignEdit[], packages: number, reference: number | null): string {
  const lost = edits.map(lossOf).filter((text) => text !== null);
  const difference = reference === null ? 0 : packages - reference;
  const compared =
    reference === null
      ? ''
      : difference === 0
        ? ', as many as the first suggestion'
        : `, ${Math.abs(difference)} ${difference > 0 ? 'more' : 'fewer'} than the first suggestion`;
  return [...new Set(lost), `Builds ${counted(packages)}${compared}.`].join(' ');
}
