import type { Command } from '../command';

/** Names that the program itself lists: `prefix-studio completion --words KIND`. */
export const listedKinds = ['prefix', 'starter', 'tree', 'package'] as const;
export type ListedKind = (typeof listedKinds)[number];

/** What may follow a word on the command line. `word`: something that cannot be listed. */
export type ValueKind = 'file' | 'folder' | ListedKind | 'word' | readonly string[];

export interface OptionShape {
  /** `--output`, `-o` */
  readonly names: readonly string[];
  /** null: a switch */
  readonly value: { readonly name: string; readonly kind: ValueKind } | null;
  readonly meaning: string;
}

/** A command as a shell or a manual sees it. */
export interface CommandShape {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionShape[];
  /** what its arguments may be */
  readonly takes: readonly ValueKind[];
}

const common: readonly OptionShape[] = [
  { names: ['--json'], value: null, meaning: 'print JSON for programs' },
  { names: ['--help', '-h'], value: null, meaning: 'show the help of the command' },
];

const kinds: Readonly<Record<string, ValueKind>> = {
  FILE: 'file',
  FOLDER: 'folder',
  DIR: 'folder',
  ID: 'starter',
  TREE: 'tree',
  PACKAGE: 'package',
  'CATEGORY/PN': 'package',
};

function kindOf(name: string): ValueKind {
  if (/^[a-z]+(\|[a-z]+)+$/.test(name)) return name.split('|');
  return kinds[name] ?? 'word';
}

function optionShape(command: Command, name: string, short: string | undefined, isSwitch: boolean): OptionShape {
  const names = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
  const [shown, meaning] = Object.entries(command.help).find(([key]) =>
    key.split(/[\s,]+/).some((word) => names.includes(word)),
  ) ?? ['', ''];
  const value = shown.split(' ').at(-1) ?? '';
  return { names, value: isSwitch ? null : { name: value, kind: kindOf(value) }, meaning };
}

/** Arguments by the usage line: `plan FILE|NAME [--fix]` takes files and prefixes, `trees [add … | remove …]` these words. */
function argumentKinds({ usage, words: known = {} }: Command): readonly ValueKind[] {
  const kindOfArgument = (word: string): ValueKind => known[word.replace('…', '')] ?? kindOf(word);
  const words = usage
    .replace(/\[-[^\]]*\]/g, '')
    .split(/[\s[\]|]+/)
    .slice(1)
    .filter((word) => word !== '');
  const verbs = words.filter((word) => /^[a-z]/.test(word));
  const names = words.filter((word) => !verbs.includes(word));
  // after a verb a name is new, or one of few
  const isStored = verbs.length === 0 || usage.includes('FILE|NAME');
  const kindsOfNames = names.map((word) => (word === 'NAME' && isStored ? 'prefix' : kindOfArgument(word)));
  if (verbs.length === 0) return [...new Set(kindsOfNames)];
  return [verbs, ...new Set(kindsOfNames.filter((kind) => kind !== 'word'))];
}

/** Reads the definition of a command. */
export function commandShape(name: string, summary: string, command: Command): CommandShape {
  const own = Object.entries(command.options).map(([option, { type, short }]) =>
    optionShape(command, option, short, type === 'boolean'),
  );
  return { name, summary, options: [...own, ...common], takes: argumentKinds(command) };
}
