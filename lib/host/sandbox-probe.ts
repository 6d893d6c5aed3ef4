import { isStudioError } from '../errors';
import { buildUser } from './build-user';
import { delegation } from './control-group';
import { findProgram } from './find-program';
import { howToGetCommand } from './install-advice';
import { runSandboxed } from './sandbox';
import { sandboxAdvice } from './sandbox-advice';
import type { SandboxMount } from './sandbox-mounts';
import { syscallFilter } from './syscall-filter';

export type SandboxProbe =
  | { readonly kind: 'usable'; readonly facts: string }
  | { readonly kind: 'unusable'; readonly reason: string; readonly hint: string };

/** How the sandbox stands here, in words: which user, filter, and who enforces the limits. */
function factsOf(user: ReturnType<typeof buildUser>): string {
  const who = user === null ? 'as this user' : `as user ${user.uid}`;
  const filter =
    syscallFilter() === null ? 'without a system-call filter on this processor' : 'with a system-call filter';
  const groups = delegation();
  const by = groups ? `a control group each (${groups.controllers.join(', ')}), by rlimits` : 'rlimits';
  return `bubblewrap starts ${who}, without capabilities or network and ${filter}; limits are enforced by ${by} and by watching`;
}

/** Can ebuilds run here? Starts a real sandbox of a build with `mounts`, and opens `files` in it. */
export async function probeSandbox(
  mounts: readonly SandboxMount[] = [],
  files: readonly string[] = [],
): Promise<SandboxProbe> {
  if (findProgram('bwrap') === null) {
    return { kind: 'unusable', reason: 'bubblewrap is missing', hint: howToGetCommand('bwrap') ?? '' };
  }
  let output = '';
  try {
    const user = buildUser();
    const result = await runSandboxed({
      profile: 'build',
      mounts,
      command: ['/bin/bash', '-ec', 'for file; do : < "$file"; done', 'probe', ...files],
      environment: {},
      workingDirectory: '/',
      onOutput: (text) => {
        output += text;
      },
    });
    if (result.exitCode === 0) return { kind: 'usable', facts: factsOf(user) };
    if (/^probe: .*Permission denied/m.test(output) && user !== null) {
      const hint = `Root's builds run as user ${user.uid}: let it read the program, for instance with \`chmod -R go+rX\`.`;
      return { kind: 'unusable', reason: output.trim(), hint };
    }
    const reason = output.trim() || `bwrap ended with ${result.signal ?? `status ${result.exitCode}`}`;
    return { kind: 'unusable', reason, hint: sandboxAdvice() };
  } catch (error) {
    if (isStudioError(error)) return { kind: 'unusable', reason: error.message, hint: error.hint ?? '' };
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'unusable', reason, hint: howToGetCommand('setpriv') ?? '' };
  }
}
