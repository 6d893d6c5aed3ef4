import { isStudioError } from '../errors';
import { isBrokenPipe } from './broken-pipe';

/** How long a cancel may come behind what it did to the tools that we run: it is looked for in the database now and then. */
const momentMs = 1_500;

const endings = /\bSIG(?:INT|TERM|HUP|KILL|PIPE|QUIT)\b/;

/** Does an error tell that a tool was ended by somebody, or went away in the middle of what we gave it? */
export function tellsEndFromOutside(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isBrokenPipe(error) || error.name === 'AbortError') return true;
  return (isStudioError(error) && endings.test(error.message)) || tellsEndFromOutside(error.cause);
}

/**
 * Was something cancelled, whatever `error` says? Ctrl-C, `kill` of a group and the end of a session reach the tools that we
 * run as well, often before we know of the cancel; what they leave behind is no failure. Waits a moment for the cancel then.
 */
export async function isCancelBehind(error: unknown, signal: AbortSignal | undefined): Promise<boolean> {
  if (!signal || signal.aborted || !tellsEndFromOutside(error)) return signal?.aborted === true;
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', settle);
      resolve(signal.aborted);
    };
    const timer = setTimeout(settle, momentMs);
    signal.addEventListener('abort', settle);
  });
}
