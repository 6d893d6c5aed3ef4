import { UsageError } from './command';

/** What the user of `emerge-prefix-NAME-BOARD` wants. */
export interface WrapperRequest {
  readonly action:
    | 'help'
    | 'info'
    /** builds and installs */
    | 'merge'
    /** removes what nothing needs; with packages: these, when nothing else needs them */
    | 'depclean'
    /** removes the packages, whatever needs them */
    | 'unmerge'
    /** the packages are no longer asked for by name; they go when nothing else needs them */
    | 'deselect';
  readonly atoms: readonly string[];
  readonly stages: 'both' | 'staging' | 'final';
  readonly isPretend: boolean;
  readonly asksFirst: boolean;
  /** the packages are not remembered */
  readonly isOneshot: boolean;
  /** the named packages are compiled whatever was built before */
  readonly buildsAgain: boolean;
  /** only from binary packages that are there */
  readonly onlyBinaries: boolean;
  readonly keepsGoing: boolean;
  readonly isJson: boolean;
  readonly jobs: number | undefined;
  readonly loadAverage: number | undefined;
}

type Value = 'none' | 'optional number' | 'yes or no';

interface Option {
  readonly name: string;
  readonly short?: string;
  readonly value?: Value;
  /** what the option does here; absent: it is heeded by its name */
  readonly alwaysSo?: string;
}

/** Options of emerge(1) that do here what they do there, and our own. `alwaysSo`: what is done with and without it. */
const options: readonly Option[] = [
  { name: 'stage' },
  { name: 'install' },
  { name: 'rebuild' },
  { name: 'json' },
  { name: 'help', short: 'h' },
  { name: 'pretend', short: 'p' },
  { name: 'ask', short: 'a', value: 'yes or no' },
  { name: 'oneshot', short: '1', value: 'yes or no' },
  { name: 'jobs', short: 'j', value: 'optional number' },
  { name: 'load-average', short: 'l', value: 'optional number' },
  { name: 'keep-going', value: 'yes or no' },
  { name: 'usepkgonly', short: 'K', value: 'yes or no' },
  { name: 'info' },
  { name: 'depclean', short: 'c' },
  { name: 'unmerge', short: 'C' },
  { name: 'deselect', short: 'W', value: 'yes or no' },
  { name: 'update', short: 'u', alwaysSo: 'the best version that the design allows is taken' },
  { name: 'deep', short: 'D', value: 'optional number', alwaysSo: 'what a package needs is brought up to date too' },
  { name: 'newuse', short: 'N', value: 'yes or no', alwaysSo: 'what was built with other USE flags is built again' },
  {
    name: 'changed-use',
    short: 'U',
    value: 'yes or no',
    alwaysSo: 'what was built with other USE flags is built again',
  },
  { name: 'noreplace', short: 'n', alwaysSo: 'what is there unchanged is not built again, but with --rebuild' },
  { name: 'verbose', short: 'v', value: 'yes or no', alwaysSo: 'USE flags are shown' },
  { name: 'quiet', short: 'q', value: 'yes or no', alwaysSo: 'output of builds goes to their logs' },
  { name: 'buildpkg', short: 'b', value: 'yes or no', alwaysSo: 'each package is packed' },
  { name: 'usepkg', short: 'k', value: 'yes or no', alwaysSo: 'an equal binary package is taken' },
  { name: 'tree', short: 't', alwaysSo: 'the reason is shown behind each package' },
  { name: 'with-bdeps', value: 'yes or no', alwaysSo: 'staging keeps what builds need' },
  { name: 'select', short: 'w', value: 'yes or no', alwaysSo: 'packages are remembered, but for --oneshot' },
  { name: 'complete-graph', value: 'yes or no', alwaysSo: 'the whole prefix is planned' },
  { name: 'nospinner', alwaysSo: 'there is none' },
  { name: 'quiet-build', value: 'yes or no', alwaysSo: 'output of builds goes to their logs' },
  {
    name: 'quiet-fail',
    value: 'yes or no',
    alwaysSo: 'the first error of a failed build is shown, the rest is in its log',
  },
  { name: 'quiet-unmerge-warn', alwaysSo: 'there is no such warning' },
  { name: 'verbose-conflicts', alwaysSo: 'conflicts are told in full' },
  { name: 'misspell-suggestions', value: 'yes or no', alwaysSo: 'similar names are suggested' },
  {
    name: 'backtrack',
    value: 'optional number',
    alwaysSo: 'other choices are tried until there is a plan or none is left',
  },
  { name: 'binpkg-respect-use', value: 'yes or no', alwaysSo: 'a binary package with other USE flags is not taken' },
  { name: 'ignore-default-opts', alwaysSo: 'EMERGE_DEFAULT_OPTS is not read' },
  { name: 'unordered-display', alwaysSo: 'packages are shown by root' },
  { name: 'columns', alwaysSo: 'packages are shown in columns' },
  { name: 'color', value: 'yes or no', alwaysSo: 'there are none' },
];

/** The others of emerge(1) that people use, with what does it here. */
const elsewhere: Readonly<Record<string, string>> = {
  sync: 'trees are brought up to date with `prefix-studio trees`',
  fetchonly: '`prefix-studio fetch NAME` gets the sources',
  f: '`prefix-studio fetch NAME` gets the sources',
  search: 'search on the Packages page of the web app',
  s: 'search on the Packages page of the web app',
  emptytree: '`--rebuild` builds the packages that you name again; `setup_prefix --force` starts over',
  e: '`--rebuild` builds the packages that you name again; `setup_prefix --force` starts over',
  nodeps: 'a package without what it needs does not belong in a prefix',
  O: 'a package without what it needs does not belong in a prefix',
  onlydeps: 'name the packages that you want',
  o: 'name the packages that you want',
  resume: 'the same call continues where the last one stopped',
  r: 'the same call continues where the last one stopped',
  config: '`prefix-studio shell NAME PACKAGE` opens its sandbox',
  exclude: 'leave it out with `package_mask` of the design',
  'autounmask-write': '`prefix-studio plan NAME --fix` shows the change to the design that helps',
  autounmask: '`prefix-studio plan NAME --fix` shows the change to the design that helps',
  root: 'the script knows both roots',
  prefix: 'the script knows the path of the prefix',
};

function notAnOption(word: string): UsageError {
  const instead = elsewhere[word.replace(/^-+/, '').replace(/=.*/, '')];
  return new UsageError(
    `\`${word}\` is not an option of this script${instead === undefined ? '; try --help.' : `: ${instead}.`}`,
  );
}

const isYes = (word: string | undefined): boolean => word === undefined || /^(?:y|yes|true)$/i.test(word);

/** Options by name: a number, or whether it is wanted. */
class Found {
  readonly values = new Map<string, number | boolean>();

  set({ name, value = 'none' }: Option, word: string | undefined, shown: string): void {
    if (value === 'none' && word !== undefined) throw new UsageError(`\`${shown}\` takes no value.`);
    if (value === 'yes or no' && word !== undefined && !/^(?:y|n|yes|no|true|false)$/i.test(word))
      throw new UsageError(`\`${shown}\` wants \`y\` or \`n\`.`);
    if (value !== 'optional number') {
      this.values.set(name, isYes(word));
      return;
    }
    const number = word === undefined ? true : Number(word);
    if (number !== true && !(Number.isFinite(number) && number >= 0))
      throw new UsageError(`\`${shown}\` needs a number.`);
    this.values.set(name, number);
  }

  has = (name: string): boolean => this.values.get(name) !== undefined && this.values.get(name) !== false;

  number(name: string): number | undefined {
    const value = this.values.get(name);
    return typeof value === 'number' ? value : undefined;
  }
}

const takesWord = ({ value = 'none' }: Option, next: string | undefined): next is string => {
  if (next === undefined) return false;
  if (value === 'optional number') return /^\d+(?:\.\d+)?$/.test(next);
  return value === 'yes or no' && /^(?:y|n)$/.test(next);
};

/** Reads what stands behind the name of the script. Throws UsageError. */
export function readWrapperArguments(args: readonly string[]): WrapperRequest {
  const atoms: string[] = [];
  const found = new Found();
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] as string;
    if (!word.startsWith('-') || word === '-') atoms.push(word);
    else if (word.startsWith('--')) {
      const [name = '', ...rest] = word.slice(2).split('=');
      const option = options.find((each) => each.name === name);
      if (option === undefined) throw notAnOption(word);
      const inline = rest.length > 0 ? rest.join('=') : undefined;
      const isNext = inline === undefined && takesWord(option, args[at + 1]);
      found.set(option, isNext ? args[at + 1] : inline, `--${name}`);
      if (isNext) at += 1;
    } else at += readCluster(word.slice(1), args[at + 1], found);
  }
  return requestOf(atoms, found);
}

/** `-uDNav`, `-j4`; answers how many of the next words it took. */
function readCluster(letters: string, next: string | undefined, found: Found): 0 | 1 {
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] as string;
    const option = options.find(({ short }) => short === letter);
    if (option === undefined) throw notAnOption(`-${letter}`);
    const rest = letters.slice(at + 1);
    if (option.value === 'optional number' && /^=?\d+(?:\.\d+)?$/.test(rest)) {
      found.set(option, rest.replace('=', ''), `-${letter}`);
      return 0;
    }
    if (rest === '' && takesWord(option, next)) {
      found.set(option, next, `-${letter}`);
      return 1;
    }
    found.set(option, undefined, `-${letter}`);
  }
  return 0;
}

const actions = ['info', 'depclean', 'unmerge', 'deselect'] as const;

function requestOf(atoms: readonly string[], found: Found): WrapperRequest {
  if (found.has('stage') && found.has('install')) throw new UsageError('`--stage` and `--install` exclude each other.');
  const chosen = actions.filter((name) => found.has(name));
  // `--depclean --deselect=n` and the like: the one that removes counts
  const meant = chosen.length > 1 ? chosen.filter((name) => name !== 'deselect') : chosen;
  if (meant.length > 1)
    throw new UsageError(`${meant.map((name) => `\`--${name}\``).join(' and ')} exclude each other.`);
  const action = found.has('help') ? 'help' : (meant[0] ?? 'merge');
  const jobs = found.number('jobs');
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs > 0)) throw new UsageError('`--jobs` needs a number.');
  if (atoms.length === 0 && ['merge', 'unmerge', 'deselect'].includes(action))
    throw new UsageError('Name at least one package, for instance `app-misc/jq`, or `@world`.');
  return {
    action,
    atoms,
    jobs,
    loadAverage: found.number('load-average'),
    stages: found.has('stage') ? 'staging' : found.has('install') ? 'final' : 'both',
    isPretend: found.has('pretend'),
    asksFirst: found.has('ask'),
    buildsAgain: found.has('rebuild'),
    isOneshot: found.has('oneshot') || found.values.get('select') === false,
    onlyBinaries: found.has('usepkgonly'),
    keepsGoing: found.has('keep-going'),
    isJson: found.has('json'),
  };
}

/** What is done with and without an option, for the help. */
export const alwaysSo = (): readonly (readonly [string, string])[] =>
  options.flatMap(({ name, short, alwaysSo: words }) =>
    words === undefined ? [] : [[`--${name}${short === undefined ? '' : `, -${short}`}`, words] as const],
  );
