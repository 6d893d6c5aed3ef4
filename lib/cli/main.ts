import { isStudioError, StudioError } from '../errors';
import { dataHome } from '../home';
import { diskErrorOf } from '../host/disk-error';
import { type Command, type ExitStatus, helpText, readArguments, type Terminal, UsageError } from './command';

interface Entry {
  readonly summary: string;
  /** called by scripts; not in the overview */
  readonly isHidden?: true;
  load(): Promise<{ readonly command: Command }>;
}

/** In the order of the help text. Each is loaded only when it is called. */
const commands: Readonly<Record<string, Entry>> = {
  start: { summary: 'get the tools that are missing, then serve', load: () => import('./commands/start') },
  serve: { summary: 'serve the web app on this machine', load: () => import('./commands/serve') },
  starters: { summary: 'list the starter designs, or print one', load: () => import('./commands/starters') },
  check: { summary: 'say what is wrong with a design', load: () => import('./commands/check') },
  plan: { summary: 'show what would be built, why, and why not', load: () => import('./commands/plan') },
  bootstrap: {
    summary: 'show how staging begins, and what of it rests on the host',
    load: () => import('./commands/bootstrap'),
  },
  build: { summary: 'build a design into a final root and an image', load: () => import('./commands/build') },
  list: { summary: 'list the prefixes', load: () => import('./commands/list') },
  files: { summary: 'list the files of a built prefix', load: () => import('./commands/files') },
  image: { summary: 'copy the image of a prefix, say how to deploy it', load: () => import('./commands/image') },
  remove: { summary: 'remove a prefix with everything built for it', load: () => import('./commands/remove') },
  roots: { summary: 'decide ROOT, SYSROOT and EPREFIX', load: () => import('./commands/roots') },
  trees: { summary: 'list, add and remove package trees', load: () => import('./commands/trees') },
  doctor: { summary: 'look for tools and say how to get them', load: () => import('./commands/doctor') },
  'setup-prefix': {
    summary: 'what bin/setup_prefix does',
    isHidden: true,
    load: () => import('./commands/setup-prefix'),
  },
  'emerge-prefix': {
    summary: 'what the emerge wrapper of a prefix does',
    isHidden: true,
    load: () => import('./commands/emerge-prefix'),
  },
};

function overview(): string {
  const shown = Object.entries(commands).filter(([, { isHidden }]) => !isHidden);
  const width = Math.max(...shown.map(([name]) => name.length));
  return [
    'Usage: prefix-studio COMMAND [arguments]',
    '',
    'Design, check, build and inspect application prefixes, and ship them as systemd-sysext images.',
    '',
    'Commands:',
    ...shown.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '`prefix-studio COMMAND --help` tells more. Every command takes --json.',
    'Exit status: 0 fine, 1 the answer is no, 2 wrong use.',
    'All state lies in one folder: PREFIX_STUDIO_HOME, else ~/.local/share/prefix-studio.',
  ].join('\n');
}

function openTerminal(): Terminal {
  return {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    isInteractive: process.stdout.isTTY === true,
    hasColor: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    columns: process.stdout.columns ?? 100,
  };
}

async function main(args: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const [name, ...rest] = args;
  if (name === undefined) {
    terminal.err(overview());
    return 2;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    const asked = name === 'help' && rest[0] !== undefined ? commands[rest[0]] : undefined;
    terminal.out(asked ? helpText((await asked.load()).command) : overview());
    return 0;
  }
  if (name === '--version') {
    const { programVersion } = await import('../runner/program-version');
    terminal.out(programVersion());
    return 0;
  }
  const isJson = rest.includes('--json');
  try {
    const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!entry) throw new UsageError(`There is no command \`${name}\`. Commands: ${Object.keys(commands).join(', ')}.`);
    const { command } = await entry.load();
    const { wantsHelp, ...invocation } = readArguments(command, rest);
    if (wantsHelp) {
      terminal.out(helpText(command));
      return 0;
    }
    return await command.run({ ...invocation, terminal });
  } catch (error) {
    return report(error, isJson, terminal);
  }
}

function report(error: unknown, isJson: boolean, terminal: Terminal): ExitStatus {
  if (error instanceof UsageError) {
    if (isJson) terminal.out(JSON.stringify({ error: { code: 'WRONG_USE', message: error.message } }));
    else terminal.err(`prefix-studio: ${error.message}`);
    return 2;
  }
  const told = tellable(error);
  const { code, message, hint, details } = told;
  if (isJson) {
    const problems = 'problems' in told ? { problems: told.problems } : {};
    terminal.out(JSON.stringify({ error: { code, message, hint, details, ...problems } }));
  } else {
    terminal.err(`prefix-studio: ${message}`);
    if (hint) terminal.err(`  ${hint}`);
  }
  return 1;
}

/** The error for people: what the disk refused, what we say ourselves, or a fault of this program. */
function tellable(error: unknown): StudioError {
  const trouble = diskErrorOf(error, { path: dataHome() });
  if (trouble) return trouble;
  if (isStudioError(error)) return error;
  if (process.env.PREFIX_STUDIO_DEBUG) console.error(error);
  const said = error instanceof Error ? error.message : String(error);
  const hint = 'This is a fault of Prefix Studio. PREFIX_STUDIO_DEBUG=1 shows where it is; please report it.';
  return new StudioError('INTERNAL', `unexpected error: ${said}`, { hint, cause: error });
}

// A reader such as `head` that has enough closes the pipe: no reason to complain.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// not awaited here: the bundle is one CommonJS file
void main(process.argv.slice(2), openTerminal()).then((status) => {
  process.exitCode = status;
});
