import type { ToolResult } from './run-tool';

/** How tools end what they said of a failure, or begin what they say of anything. */
const saysNoReason =
  /^$|Exiting with failure status due to previous errors$|Error is not recoverable: exiting now$|Child returned status \d+$|^tar: Removing leading /;

/** The first line of a tool that says why it failed: others follow from it, and the last often sums up. '' for none. */
export function firstReason(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => !saysNoReason.test(line)) ?? lines.find((line) => line !== '') ?? '';
}

/** The first thing that apt-get found wrong; what it says last only sums up. */
export function firstComplaint({ stderr, exitCode }: Pick<ToolResult, 'stderr' | 'exitCode'>): string {
  const lines = stderr.split('\n');
  const found = lines.find((line) => line.startsWith('E:')) ?? lines.find((line) => line.startsWith('W:'));
  return found?.slice(2).trim().replace(/\s+/g, ' ') ?? `apt-get ended with status ${exitCode}`;
}
