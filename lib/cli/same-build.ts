import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ApiError } from '../api/errors';

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Answers with `handler` for as long as the build below `folder` is the one of now. Next reads its files when somebody asks
 * for them: of a build that was replaced or is just made, pages would be half of one and half of the other. `warn` gets
 * one line, once.
 */
export function ofSameBuild(folder: string, handler: Handler, warn: (text: string) => void): Handler {
  const file = join(folder, '.next', 'BUILD_ID');
  const build = idOf(file);
  let isTold = false;
  return async (request, response) => {
    if (idOf(file) === build) return handler(request, response);
    const error = new ApiError('REBUILT', 'The web app was rebuilt while this server was running.', {
      hint: 'End `prefix-studio serve` and start it again; builds that ran resume by themselves.',
    });
    if (!isTold) warn(`${error.message} ${error.hint}`);
    isTold = true;
    throw error;
  };
}

function idOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
