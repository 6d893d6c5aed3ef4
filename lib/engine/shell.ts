import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { programFolders } from '../host/program-folders';
import { removeTree } from '../host/remove-tree';
import type { SandboxMount, SandboxStart } from '../host/sandbox';
import { EngineError } from './errors';
import { PhaseAnswers } from './phase-answers';
import type { PhaseRequest } from './phase-contract';
import { openPhaseSandbox, runtimeFolder } from './phases';
import { chostOf, type PrefixPlace, workFolder } from './prefix-place';
import { runToolOrThrow } from './run-tool';
import { lockWork, type WorkRecord, writeWorkRecord } from './work-record';

/** What a shell is to do. */
export type ShellCommand =
  /** a person types */
  | { readonly kind: 'interactive' }
  /** commands come from the standard input */
  | { readonly kind: 'input' }
  /** commands as one text */
  | { readonly kind: 'text'; readonly text: string }
  /** one command and its arguments; functions of the ebuild are commands too */
  | { readonly kind: 'words'; readonly words: readonly string[] };

export interface ShellRequest {
  readonly place: PrefixPlace;
  readonly command: ShellCommand;
  /** EPREFIX may be written: in a copy of staging that is thrown away at the end */
  readonly isWritable: boolean;
  /** TERM of the terminal; null: there is none */
  readonly terminal: string | null;
  /** said once to a person */
  readonly greeting: string;
}

/** A shell that is ready to be started in the sandbox. */
export interface OpenedShell {
  readonly start: SandboxStart;
  /** Gives back what it holds. */
  close(): Promise<void>;
}

const insideRuntime = '/run/prefix-studio/runtime';
const stagingHome = '/var/tmp/staging';

/** The command line of bash, which begins with `runtime/shell.bash`. */
function bashCommand(command: ShellCommand): readonly string[] {
  const begin = `${insideRuntime}/shell.bash`;
  // only for this bash: others on the way to it would begin with it too
  const bash = ['/usr/bin/env', `BASH_ENV=${begin}`, '/bin/bash'];
  switch (command.kind) {
    case 'interactive':
      return ['/bin/bash', '--rcfile', begin, '-i'];
    case 'input':
      return bash;
    case 'text':
      return [...bash, '-c', command.text];
    case 'words':
      return [...bash, '-c', '"$@"', 'prefix-studio', ...command.words];
  }
}

const terminalName = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/;

function shellEnvironment(request: ShellRequest, label: string): Readonly<Record<string, string>> {
  const { terminal, greeting, place } = request;
  return {
    TERM: terminal !== null && terminalName.test(terminal) ? terminal : 'dumb',
    ...(terminal === null ? {} : { COLORTERM: 'truecolor' }),
    __SHELL_LABEL: `${place.name}: ${label}`,
    __SHELL_GREETING: greeting,
    __SHELL_SETTINGS: '',
    __SHELL_PHASE: '',
    // or bash takes a socket as its input for a login over the network, and does not begin with BASH_ENV
    SHLVL: '1',
  };
}

/** A copy of an EROOT that may be written. Copies share their blocks where the file system can do that. */
async function copyRoot(eroot: string, place: PrefixPlace): Promise<string> {
  const folder = join(workFolder(place.stagingDir), `.writable-${process.pid}`);
  await removeTree(folder);
  await mkdir(join(folder, '..'), { recursive: true });
  await runToolOrThrow('cp', ['-a', '--reflink=auto', eroot, folder]);
  return folder;
}

/** The mounts with EPREFIX replaced by a copy that may be written, and how to throw that away. */
async function withPrefix(
  mounts: readonly SandboxMount[],
  { place, isWritable }: ShellRequest,
  { sysroot, eprefix }: Pick<PhaseRequest['roots'], 'sysroot' | 'eprefix'> = {
    sysroot: place.stagingRoot,
    eprefix: place.path,
  },
): Promise<{ readonly mounts: readonly SandboxMount[]; readonly forget: () => Promise<void> }> {
  if (!isWritable) return { mounts, forget: async () => undefined };
  const copy = await copyRoot(join(sysroot, eprefix), place);
  const target = eprefix;
  return {
    mounts: mounts.map((mount) => (mount.target === target ? { source: copy, target, access: 'read-write' } : mount)),
    forget: () => removeTree(copy),
  };
}

/**
 * A shell in the sandbox of a package: mounts, environment, user and limits of its build, the ebuild's functions and what its
 * phases left in variables. Whoever was in it may have changed anything there, which its record says from then on.
 * Throws PACKAGE_BUSY.
 */
export async function openPackageShell(record: WorkRecord, shell: ShellRequest): Promise<OpenedShell> {
  const { buildDir, cpv } = record.request;
  const lock = await lockWork(buildDir, 'a shell in it');
  try {
    await writeWorkRecord({ ...record, isByHand: true });
    const phase = record.failed ?? record.done.at(-1) ?? 'setup';
    const request: PhaseRequest = {
      ...record.request,
      tokens: undefined,
      phases: [phase],
      continues: true,
      onOutput: () => undefined,
      onPhase: () => undefined,
    };
    const sandbox = await openPhaseSandbox(request);
    const { mounts, forget } = await withPrefix(sandbox.mounts, shell, request.roots);
    const answers = new PhaseAnswers(request);
    return {
      start: {
        profile: sandbox.profile,
        mounts,
        command: bashCommand(shell.command),
        environment: {
          ...sandbox.environment,
          ...shellEnvironment(shell, cpv),
          __SHELL_SETTINGS: sandbox.inside.settings,
          __SHELL_PHASE: phase,
        },
        workingDirectory: sandbox.inside.build,
        onRecord: (fields, answer) => answers.take(fields, answer),
      },
      close: async () => {
        await sandbox.close();
        await forget();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A shell in staging, to try its programs and its compiler. Throws PREFIX_MISSING. */
export async function openStagingShell(shell: ShellRequest): Promise<OpenedShell> {
  const { place } = shell;
  if (!existsSync(place.stagingEroot)) {
    throw new EngineError('PREFIX_MISSING', `nothing of the prefix \`${place.name}\` is in staging yet`, {
      hint: `Build it first: \`prefix-studio build ${place.name}\`.`,
    });
  }
  const home = join(workFolder(place.stagingDir), '.staging');
  await mkdir(join(home, 'tmp'), { recursive: true });
  const readOnly = (source: string, target: string): SandboxMount => ({ source, target, access: 'read-only' });
  const { mounts, forget } = await withPrefix(
    [
      ...['passwd', 'group', 'hosts'].map((name) => readOnly(join(runtimeFolder(), 'etc', name), `/etc/${name}`)),
      readOnly(runtimeFolder(), insideRuntime),
      readOnly(place.stagingEroot, place.path),
      { source: home, target: stagingHome, access: 'read-write' },
    ],
    shell,
  );
  const own = ['usr/libexec/c-toolchain/bin', 'usr/bin', 'bin', 'usr/sbin', 'sbin'];
  return {
    start: {
      profile: 'build',
      mounts,
      command: bashCommand(shell.command),
      environment: {
        PATH: [...own.map((folder) => `${place.path}/${folder}`), ...programFolders].join(':'),
        LC_ALL: 'C.UTF-8',
        TZ: 'UTC',
        HOME: stagingHome,
        TMPDIR: `${stagingHome}/tmp`,
        EPREFIX: place.path,
        CHOST: chostOf(place),
        ...shellEnvironment(shell, 'staging'),
      },
      workingDirectory: stagingHome,
    },
    close: async () => {
      await forget();
      await rm(join(home, 'tmp'), { recursive: true, force: true });
    },
  };
}

/** Where the files of a shell in staging stand on this machine. */
export const stagingShellFolder = (place: PrefixPlace): string => join(workFolder(place.stagingDir), '.staging');
