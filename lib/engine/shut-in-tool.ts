import { runShutIn, type ShutInTool } from '../host/shut-in';
import { EngineError } from './errors';
import { toolMissing } from './tool-missing';
import { firstReason } from './tool-reason';

/** Like `runShutIn`, but throws TOOL_MISSING, and TOOL_FAILED with the first line that says why. */
export async function runShutInOrThrow(request: ShutInTool): Promise<void> {
  const [tool] = request.command;
  const end = await runShutIn(request);
  if (end === null) throw toolMissing(tool);
  const { exitCode, how, hint, begin, output } = end;
  if (exitCode === 0) return;
  const said = firstReason(begin);
  throw new EngineError('TOOL_FAILED', hint ? `\`${tool}\` ${how}` : `\`${tool}\` ${how}: ${said}`, {
    hint,
    details: { tool, exitCode, stderr: output },
  });
}
