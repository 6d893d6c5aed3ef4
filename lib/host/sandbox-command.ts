import type { BuildUser } from './build-user';
import { findProgram } from './find-program';
import { plainEnvironment } from './plain-environment';
import { processCeiling, sharedCeiling } from './process-limit';
import type { SandboxLimits } from './sandbox-limits';
import { type SandboxMount, viewArguments } from './sandbox-mounts';

/** What the command line of a sandbox depends on. */
export interface SandboxShape {
  readonly mounts: readonly SandboxMount[];
  /** `programs`: the build machine's programs and libraries, read-only; `bare`: nothing but `mounts` */
  readonly view: 'programs' | 'bare';
  readonly command: readonly string[];
  /** the whole environment; nothing of the caller's is passed on */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly limits: SandboxLimits;
  /** null: the command runs as the user who started it */
  readonly user: BuildUser | null;
  /** it believes to be an ordinary user, not root; default: root */
  readonly isOrdinary?: boolean;
  /** descriptor from which bubblewrap reads the system-call filter; null: no filter for this processor */
  readonly filterDescriptor: number | null;
  /** descriptor to which the innermost bubblewrap writes how far it came (`SandboxStatus`); null: to none */
  readonly statusDescriptor: number | null;
  /** descriptor for which the sandbox waits before its command begins (`LimiterGate`); null: it does not wait */
  readonly gateDescriptor: number | null;
}

/** Files in a memory file system count as memory, so one of these holds at most an eighth of it. */
const memoryFolderShare = 8;

/**
 * bubblewrap's arguments. Own user, process, network, IPC, UTS and control-group namespaces; private /tmp, /dev and /proc;
 * nothing writable but what `mounts` says. The command is user 0 of a user namespace that maps to an ordinary user, without
 * any capability, so files look root-owned and a build has no more rights than anybody's. A tool that knows what those rights
 * are not enough for had better know it (`isOrdinary`).
 */
function bubblewrapArguments(shape: SandboxShape): readonly string[] {
  const memoryFolder = `${Math.floor(shape.limits.memory / memoryFolderShare)}`;
  return [
    ...['--unshare-user', '--uid', shape.isOrdinary ? '1000' : '0', '--gid', '0'],
    ...['--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-cgroup-try'],
    ...['--unshare-uts', '--hostname', 'localhost'],
    ...['--cap-drop', 'ALL', '--die-with-parent', '--new-session', '--clearenv'],
    ...Object.entries(shape.environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--perms', '1777', '--size', memoryFolder, '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...['--perms', '1777', '--size', memoryFolder, '--tmpfs', '/tmp'],
    ...viewArguments(shape.mounts, shape.view),
    ...['--remount-ro', '/', '--chdir', shape.workingDirectory],
    ...descriptor('--seccomp', shape.filterDescriptor),
    ...descriptor('--json-status-fd', shape.statusDescriptor),
    ...descriptor('--block-fd', shape.gateDescriptor),
    '--',
    ...ownLimit(shape),
    ...shape.command,
  ];
}

const descriptor = (option: string, number: number | null): readonly string[] =>
  number === null ? [] : [option, `${number}`];

/**
 * Words that start the command with its own limit of processes. Only below the sandbox's user namespace does the kernel count
 * its processes apart from those of other sandboxes (see process-limit.ts). Where no program of this machine is to be seen
 * (`bare`), the gate keeper sets it from outside. The path is absolute: PATH may find a program of the prefix first.
 */
function ownLimit({ view, limits }: SandboxShape): readonly string[] {
  const ceiling = processCeiling(limits.processes);
  const prlimit = findProgram('prlimit', plainEnvironment.PATH);
  if (view === 'bare' || ceiling === null || prlimit === null) return [];
  return [prlimit, `--nproc=${ceiling}`, '--'];
}

/** The limits that the kernel enforces for each process; sums over processes are watched from outside. */
function limitArguments({ file, memory, processor }: SandboxLimits): readonly string[] {
  return [
    // when the machine runs out of memory, the kernel ends a build before anything else
    ...['choom', '-n', '1000', '--'],
    'prlimit',
    '--core=0',
    `--fsize=${file}`,
    `--data=${memory}`,
    `--nproc=${sharedCeiling()}`,
    `--cpu=${Number.isFinite(processor) ? processor : 'unlimited'}`,
    '--',
  ];
}

/** A folder that every user may enter. */
const reachable = '/tmp';

/**
 * Words of a trusted program that starts a sandbox with its last arguments: it ends with whoever starts it, as the sandbox ends
 * with it. Without setpriv it would outlive a starter that is killed.
 */
export const launchedBy = (launcher: readonly string[]): readonly string[] => {
  const setpriv = launcher.length === 0 ? null : findProgram('setpriv', plainEnvironment.PATH);
  return setpriv === null ? launcher : [setpriv, '--pdeathsig', 'KILL', '--', ...launcher];
};

/**
 * The command line of a sandbox, program first. For root it has an outer half, which runs as root but nothing of a stranger's:
 * it makes the mounts reachable for the build user, whose way to them root's folders would bar, and becomes that user.
 *
 * Between them stands a process of root's own (`unshare --fork`, which unshares nothing). The kernel asks of who dies whether
 * it might signal its child: bubblewrap has given up that right, so its death would never reach the build user's process.
 */
export function sandboxCommandLine(shape: SandboxShape): readonly string[] {
  const limits = limitArguments(shape.limits);
  if (shape.user === null) return [...limits, 'bwrap', ...bubblewrapArguments(shape)];
  const { uid, gid } = shape.user;
  const mounts = shape.mounts.map((mount, index) => ({ ...mount, source: `${reachable}/${index}` }));
  const reach = shape.mounts.flatMap(({ source, access }, index) => {
    if (access === 'hidden') return [];
    return [access === 'read-only' ? '--ro-bind' : '--bind', source, `${reachable}/${index}`];
  });
  const ids = ['--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups'];
  const rights = ['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all'];
  return [
    ...['bwrap', '--die-with-parent', '--dev-bind', '/', '/', '--perms', '0755', '--tmpfs', reachable, ...reach, '--'],
    ...['unshare', '--fork', '--'],
    ...['setpriv', ...ids, ...rights, '--pdeathsig', 'KILL', '--'],
    ...limits,
    ...['bwrap', ...bubblewrapArguments({ ...shape, mounts })],
  ];
}
