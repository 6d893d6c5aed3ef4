import {
  findWork,
  type OpenedShell,
  openPackageShell,
  openStagingShell,
  type PrefixPlace,
  type ShellCommand,
  type ShellRequest,
  stagingShellFolder,
  toolMissing,
  type WorkRecord,
} from '../../engine/index';
import { dataHome } from '../../home';
import { endText, type SandboxResult } from '../../host/sandbox';
import { hasTerminal, missingForTerminal, runOnStreams, runOnTerminal } from '../../host/session';
import { type Command, type ExitStatus, type Invocation, textOf, UsageError } from '../command';
import { storedPlace } from '../stored-place';

export const command: Command = {
  usage: 'shell NAME [PACKAGE] [-c COMMANDS] [--writable] [-- COMMAND…]',
  description: `Opens a shell in the sandbox of a package whose work folder is there: one whose build failed, or that "phase" worked on. It
has what the build had: mounts, environment, user, limits, no network. Functions of the ebuild, its eclasses and helpers such
as emake can be called, variables are as the phases left them, and it begins in S. "die" leads back to the prompt. PACKAGE is
category/name, with or without version, or the name alone. While somebody is in it, a build of that package is refused.

Without PACKAGE the shell is in staging, where the programs and the compiler of the prefix can be tried.

Without a terminal, commands come from the standard input. The exit status is that of the shell.`,
  help: {
    '-c, --command COMMANDS': 'run these commands of bash in place of a shell for a person',
    '--writable': 'the prefix may be written: a copy of it, thrown away at the end',
  },
  options: { command: { type: 'string', short: 'c' }, writable: { type: 'boolean' } },
  arguments: { least: 1, most: 2 },
  takesRest: true,
  async run({ values, positionals: [name = '', packageName], rest, terminal }) {
    const place = await storedPlace(name, dataHome());
    const record = packageName === undefined ? null : findWork(place, packageName);
    const command = commandOf(values, rest);
    const isOnTerminal = hasTerminal() && command.kind !== 'input';
    const missing = isOnTerminal ? missingForTerminal() : null;
    if (missing !== null) throw toolMissing(missing);
    const request: ShellRequest = {
      place,
      command,
      isWritable: values.writable === true,
      terminal: isOnTerminal ? (process.env.TERM ?? 'xterm') : null,
      greeting: greeting(place, record),
    };
    const shell = record ? await openPackageShell(record, request) : await openStagingShell(request);
    const result = await run(shell, isOnTerminal);
    if (result.exceeded) terminal.err(`prefix-studio: the shell ${endText(result)}`);
    return statusOf(result);
  },
};

function commandOf(values: Invocation['values'], rest: readonly string[] | null): ShellCommand {
  const text = textOf(values, 'command');
  if (text !== undefined && rest !== null) throw new UsageError('`-c` and `--` exclude each other.');
  if (text !== undefined) return { kind: 'text', text };
  if (rest !== null && rest.length === 0) throw new UsageError('A command is missing after `--`.');
  if (rest !== null) return { kind: 'words', words: rest };
  return { kind: hasTerminal() ? 'interactive' : 'input' };
}

/** Runs it; a signal to this process ends it. */
async function run(shell: OpenedShell, isOnTerminal: boolean): Promise<SandboxResult & { readonly by: number | null }> {
  const abort = new AbortController();
  let by: number | null = null;
  const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
  const end = (name: string): void => {
    by ??= numbers[name as keyof typeof numbers];
    abort.abort();
  };
  const names = Object.keys(numbers) as (keyof typeof numbers)[];
  for (const name of names) process.on(name, end);
  try {
    const start = { ...shell.start, signal: abort.signal };
    return { ...(await (isOnTerminal ? runOnTerminal(start) : runOnStreams(start))), by };
  } finally {
    for (const name of names) process.off(name, end);
    await shell.close();
  }
}

function statusOf({ exitCode, signal, by }: SandboxResult & { readonly by: number | null }): ExitStatus {
  if (by !== null) return { program: 128 + by };
  return { program: exitCode ?? (signal === 'SIGKILL' ? 137 : 1) };
}

function greeting(place: PrefixPlace, record: WorkRecord | null): string {
  const path = record?.request.roots.eprefix ?? place.path;
  const tail = `No network; \`${path}\` is read-only, unless with --writable. Ctrl-D leaves.`;
  if (record === null) {
    return [
      `Staging of the prefix ${place.name}: its programs and compiler come first in PATH.`,
      `Files made here stand in ${stagingShellFolder(place)} on this machine.`,
      tail,
    ].join('\n');
  }
  const { done, failed, request } = record;
  const state = failed ? `${failed} failed` : `${done.at(-1) ?? 'nothing'} was the last to be done`;
  return [
    `${request.cpv} in the prefix ${place.name}, as in its build; ${state}.`,
    'Functions of the ebuild and helpers work: src_compile, emake, econf, eapply …; "phase compile" runs one as a build does.',
    `On this machine the work folder is ${request.buildDir}`,
    ...(path === place.path
      ? []
      : [
          `It was being built for any path, so EPREFIX is a long one; ${place.path} takes its place when it is packed.`,
        ]),
    `${tail} Then "prefix-studio phase ${place.name} ${request.cpv} ${failed ?? 'install'}" goes on.`,
  ].join('\n');
}
