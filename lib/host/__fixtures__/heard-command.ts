import { runSandboxed, type SandboxRequest, type SandboxResult } from '../sandbox';

/** How a command in the sandbox ended, and all that it said. */
export type HeardResult = SandboxResult & { readonly output: string };

/** Runs a command in the sandbox to its end. `onOutput` hears what it says while it says it. */
export async function runHeard(
  request: Omit<SandboxRequest, 'onOutput'> & Partial<Pick<SandboxRequest, 'onOutput'>>,
): Promise<HeardResult> {
  let output = '';
  const result = await runSandboxed({
    ...request,
    onOutput: (text) => {
      output += text;
      return request.onOutput?.(text);
    },
  });
  return { ...result, output };
}

/** Runs a script of bash in the sandbox, as a build that sees nothing but programs unless `change` says something else. */
export const runScript = (script: string, change: Partial<SandboxRequest> = {}): Promise<HeardResult> =>
  runHeard({
    profile: 'build',
    mounts: [],
    command: ['/bin/bash', '-c', script],
    environment: { PATH: '/usr/bin:/bin' },
    workingDirectory: '/tmp',
    ...change,
  });
