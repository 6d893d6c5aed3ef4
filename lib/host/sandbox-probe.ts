import { isStudioError } from '../errors';
import { buildUser } from './build-user';
import { runSandboxed } from './sandbox';
import type { SandboxMount } from './sandbox-mounts';

export type SandboxProbe =
  | { readonly kind: 'usable'; readonly facts: string }
  | { readonly kind: 'unusable'; readonly reason: string; readonly hint: string };

const allowHint =
  'Allow unprivileged user namespaces: on Debian and Ubuntu `sysctl kernel.unprivileged_userns_clone=1` or an AppArmor profile for bwrap; in a container run it with user namespaces allowed.';

/** How the sandbox stands here, in words: which user, filter, and who enforces the limits. */
function factsOf(user: ReturnType<typeof buildUser>): string {
  const who = user === null ? 'as this user' : `as user ${user.uid}`;
  return `bubblewrap starts ${who}, without capabilities or network and with a system-call filter; limits are enforced by rlimits and by watching`;
}

/** Can ebuilds run here? Starts a real sandbox of a build. `mounts` are what every build needs to be able to read. */
export async function probeSandbox(mounts: readonly SandboxMount[] = []): Promise<SandboxProbe> {
  let output = '';
  try {
    const user = buildUser();
    const result = await runSandboxed({
      profile: 'build',
      mounts,
      command: [
        '/bin/bash',
        '-c',
        'for folder; do : < "$folder"; done',
        'probe',
        ...mounts.map(({ target }) => target),
      ],
      environment: {},
      workingDirectory: '/',
      onOutput: (text) => {
        output += text;
      },
    });
    if (result.exitCode === 0) return { kind: 'usable', facts: factsOf(user) };
    const reason = output.trim() || `bwrap ended with ${result.signal ?? `status ${result.exitCode}`}`;
    return { kind: 'unusable', reason, hint: allowHint };
  } catch (error) {
    if (isStudioError(error)) return { kind: 'unusable', reason: error.message, hint: error.hint ?? '' };
    return { kind: 'unusable', reason: '`bwrap` cannot be started', hint: 'Install bubblewrap.' };
  }
}
