import { runShutIn, type ShutInTool } from '../host/shut-in';
import { EngineError } from './errors';
import { toolMissing } from './tool-missing';

/** Like `runShutIn`, but throws TOOL_MISSING, and TOOL_FAILED with the last line that the tool said. */
export async function runShutInOrThrow(request: ShutInTool): Promise<void> {
  const [tool] = request.command;
  const end = await runShutIn(request);
  if (end === null) throw toolMissing(tool);
  const { exitCode, how, hint, output } = end;
  if (exitCode === 0) return;
  const said = output.trim().split('\n').at(-1) ?? '';
  throw new EngineError('TOOL_FAILED', hint ? `\`${tool}\` ${how}` : `\`${tool}\` ${how}: ${said}`, {
    hint,
    details: { tool, exitCode, stderr: output },
  });
}
