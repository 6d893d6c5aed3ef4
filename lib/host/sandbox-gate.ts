import type { BuildUser } from './build-user';
import { processCeiling } from './process-limit';
import type { SandboxLimits } from './sandbox-limits';

/** Descriptors of the gate: the sandbox waits at the first; the gate keeper learns at the second whom to limit. */
export const gateDescriptor = 9;
export const gatePidDescriptor = 8;

/**
 * Starts the command line of a sandbox with a keeper beside it, who reads the number of its first process, sets its limit of
 * processes and opens the gate. All of it in one start, because starting a program costs a large server much.
 */
const keeperScript = `processes=$0 ids=$1
shift
exec ${gateDescriptor}< <(
  read -r pid <&${gatePidDescriptor} || exit
  \${ids:+setpriv --reuid "\${ids%:*}" --regid "\${ids#*:}" --clear-groups} \
    prlimit --pid "$pid" --nproc="$processes:$processes" && echo open || kill -9 "$pid"
)
exec "$@" ${gatePidDescriptor}<&-`;

/** Words in front of a sandbox's command line, for one whose limit of processes cannot be set inside; null: none is needed. */
export function gateKeeper(limits: SandboxLimits, user: BuildUser | null): readonly string[] | null {
  const ceiling = processCeiling(limits.processes);
  if (ceiling === null) return null;
  // bash reads ~/.bashrc when its input is a socket, as Node's pipes are
  return ['bash', '--norc', '-c', keeperScript, `${ceiling}`, user === null ? '' : `${user.uid}:${user.gid}`];
}
