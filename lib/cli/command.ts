import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Where a command writes. */
export interface Terminal {
  /** a line for people or programs on standard output */
  out(text: string): void;
  /** a line on standard error */
  err(text: string): void;
  /** a person watches standard output */
  readonly isInteractive: boolean;
  readonly hasColor: boolean;
  readonly columns: number;
}

export type OptionTable = NonNullable<ParseArgsConfig['options']>;
export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export interface Invocation {
  readonly values: Values;
  readonly positionals: readonly string[];
  /** the words behind `--` of a command that takes them; null: there is no `--` */
  readonly rest: readonly string[] | null;
  readonly isJson: boolean;
  readonly terminal: Terminal;
}

/** 0: success; 1: the answer is no; 2: incorrect use. `program`: what a program that ran for the caller ended with. */
export type ExitStatus = 0 | 1 | 2 | { readonly program: number };

export interface Command {
  /** `build FILE|NAME [--jobs N]` */
  readonly usage: string;
  /** what it does, what it prints and when it says no; paragraphs */
  readonly description: string;
  /** option as shown → what it means */
  readonly help: Readonly<Record<string, string>>;
  readonly options: OptionTable;
  /** what may stand for a placeholder of the usage line, when that is a few words */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  /** how many arguments besides options */
  readonly arguments: { readonly least: number; readonly most: number };
  /** what stands behind `--` is a command of its own, handed on as `rest` */
  readonly takesRest?: true;
  run(invocation: Invocation): Promise<ExitStatus>;
}

/** A command as the overview lists it. It is loaded only when it is called. */
export interface CommandEntry {
  readonly summary: string;
  /** called by scripts; not in the overview */
  readonly isHidden?: true;
  load(): Promise<{ readonly command: Command }>;
}

/** Entries with their names. */
export type CommandList = readonly (readonly [string, CommandEntry])[];

/** The command was called wrongly. */
export class UsageError extends Error {}

const common: OptionTable = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } };

/** Reads the arguments of a command. Throws UsageError. */
export function readArguments(
  command: Command,
  args: readonly string[],
): Omit<Invocation, 'terminal'> & { readonly wantsHelp: boolean } {
  const end = command.takesRest ? args.indexOf('--') : -1;
  const own = end < 0 ? args : args.slice(0, end);
  const rest = end < 0 ? null : args.slice(end + 1);
  let parsed: { values: Values; positionals: string[] };
  try {
    const options = { ...command.options, ...common };
    parsed = parseArgs({ args: [...own], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0]?.replace(/\. To specify a positional.*/, '.'));
  }
  const { values, positionals } = parsed;
  const wantsHelp = values.help === true;
  const { least, most } = command.arguments;
  if (!wantsHelp && positionals.length < least) throw new UsageError(`An argument is missing: ${command.usage}`);
  if (!wantsHelp && positionals.length > most)
    throw new UsageError(`\`${positionals[most]}\` is one argument too many.`);
  return { values, positionals, rest, isJson: values.json === true, wantsHelp };
}

/** The value of a text option, or the fallback. */
export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** The value of a number option. Throws UsageError. */
export function numberOf(
  values: Values,
  name: string,
  bounds: { readonly least: number; readonly most: number },
): number | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= bounds.least && value <= bounds.most) return value;
  throw new UsageError(`\`--${name} ${text}\` must be a whole number from ${bounds.least} to ${bounds.most}.`);
}

/** One of several words. Throws UsageError. */
export function choiceOf<T extends string>(values: Values, name: string, choices: readonly T[], fallback: T): T {
  const text = textOf(values, name);
  if (text === undefined) return fallback;
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new UsageError(`\`--${name} ${text}\`: choose ${choices.join(' or ')}.`);
}

/** The help of one command. */
export function helpText(command: Command): string {
  const rows = { ...command.help, '--json': 'print JSON for programs', '-h, --help': 'show this text' };
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  const options = Object.entries(rows).map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
  return [`Usage: prefix-studio ${command.usage}`, '', command.description.trim(), '', 'Options:', ...options].join(
    '\n',
  );
}
