import { exitStatus } from '../api/http-status';
import { type FieldError, problemOf } from '../api/problem';
import type { DesignProblem } from '../design/errors';
import { type StudioError, tellable } from '../errors';
import { dataHome } from '../home';
import { diskErrorOf } from '../host/disk-error';
import { settleFileModes } from '../host/file-modes';
import { ownerBesidesRoot } from '../host/folder-of-another';
import { terminalText } from '../layout/visible-text';
import { type ExitStatus, helpText, readArguments, type Terminal, UsageError } from './command';
import { entryOf, shownCommands } from './command-table';
import { endWithReader, isReaderLost, lostReaderStatus } from './lost-reader';
import { withTypedWords } from './typed-words';

function overview(): string {
  const width = Math.max(...shownCommands.map(([name]) => name.length));
  return [
    'Usage: prefix-studio COMMAND [arguments]',
    '',
    'Design, check, build and inspect application prefixes, and ship them as systemd-sysext images.',
    '',
    'Commands:',
    ...shownCommands.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '`prefix-studio COMMAND --help` tells more. Every command takes --json.',
    'Exit status: 0 success, 1 the answer is no, 2 incorrect use, 141 nobody reads the output any more.',
    'All state lies in one folder: PREFIX_STUDIO_HOME, else ~/.local/share/prefix-studio.',
  ].join('\n');
}

function openTerminal(): Terminal {
  return {
    out: (text) => process.stdout.write(`${terminalText(text)}\n`),
    err: (text) => process.stderr.write(`${terminalText(text)}\n`),
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
  if (name === '--help' || name === '-h') {
    terminal.out(overview());
    return 0;
  }
  if (name === '--version') {
    const { programVersion } = await import('../runner/program-version');
    terminal.out(programVersion());
    return 0;
  }
  const isJson = rest.includes('--json');
  try {
    if (name === 'help') {
      const topic = rest.find((word) => !word.startsWith('-'));
      terminal.out(topic === undefined ? overview() : helpText((await entryOf(topic).load()).command));
      return 0;
    }
    const { command } = await entryOf(name).load();
    const { wantsHelp, ...invocation } = readArguments(command, rest);
    if (wantsHelp) {
      terminal.out(helpText(command));
      return 0;
    }
    if (name !== 'completion') warnOfOwner(terminal);
    return await command.run({ ...invocation, terminal });
  } catch (error) {
    return await report(error, args, isJson, terminal);
  }
}

/** Root in the folder of somebody else leaves files there which that person cannot change. */
function warnOfOwner(terminal: Terminal): void {
  const home = dataHome();
  const owner = ownerBesidesRoot(home);
  if (owner === null) return;
  terminal.err(
    `prefix-studio: root works in \`${home}\`, a folder of ${owner}, who cannot change what root makes there.`,
  );
  terminal.err("  Run it as that user, or name a folder of root's own in PREFIX_STUDIO_HOME.");
}

/** Tells people, or a program as the server would tell it: a problem of RFC 9457, of which the command is the instance. */
async function report(
  error: unknown,
  args: readonly string[],
  isJson: boolean,
  terminal: Terminal,
): Promise<ExitStatus> {
  const words = isJson ? null : args;
  const command = `prefix-studio:${encodeURIComponent(args[0] ?? '')}`;
  if (error instanceof UsageError) {
    if (words) terminal.err(`prefix-studio: ${withTypedWords(error.message, words)}`);
    else terminal.out(JSON.stringify(problemOf({ code: 'WRONG_USE', message: error.message }, command)));
    return exitStatus('WRONG_USE');
  }
  const told = diskErrorOf(error, { path: dataHome() }) ?? tellable(error);
  if (told.code === 'INTERNAL' && process.env.PREFIX_STUDIO_DEBUG) console.error(error);
  const { code, message, details } = told;
  const hint = told.name === 'DiskError' ? await hintOfDisk(told) : told.hint;
  if (words) {
    terminal.err(`prefix-studio: ${withTypedWords(message, words)}`);
    if (hint) terminal.err(`  ${withTypedWords(hint, words)}`);
  } else {
    const { errors, problems } = told as { errors?: readonly FieldError[]; problems?: readonly DesignProblem[] };
    terminal.out(JSON.stringify(problemOf({ code, message, hint, details, errors, problems }, command)));
  }
  return exitStatus(code);
}

/** Loaded for them only: it brings the engine with it. */
async function hintOfDisk(error: StudioError): Promise<string | undefined> {
  const { hintWithSizes } = await import('../runner/what-can-go');
  return hintWithSizes(error, dataHome());
}

endWithReader([process.stdout, process.stderr]);

settleFileModes();
// not awaited here: the bundle is one CommonJS file
void main(process.argv.slice(2), openTerminal()).then((status) => {
  if (isReaderLost()) process.exitCode = lostReaderStatus;
  else process.exitCode = typeof status === 'object' ? status.program : status;
});
