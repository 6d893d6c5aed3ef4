import { howToGetCommand } from '../host/install-advice';
import { EngineError } from './errors';

/** A program of this machine that is not there; the hint names its package on this system. */
export function toolMissing(tool: string, cause?: Error): EngineError {
  return new EngineError('TOOL_MISSING', `the program \`${tool}\` is not installed`, {
    hint: howToGetCommand(tool) ?? 'Run `prefix-studio doctor` to see what this machine lacks.',
    details: { tool },
    cause,
  });
}
