/** Exit status of a program whose output nobody reads any more: 128 and the number of SIGPIPE. Source: POSIX, Shell Command Language, 2.8.2 */
export const lostReaderStatus = 141;

let isLost = false;

/** Has whoever read the output of this program, such as `head`, closed the pipe? */
export const isReaderLost = (): boolean => isLost;

/**
 * Ends this program when whoever reads its output has enough: at once, as SIGPIPE ends others, or in the way in which a command that
 * listens for SIGTERM ends its work. It never goes on in secret, and its status is no success.
 */
export function endWithReader(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (isLost) return;
      isLost = true;
      if (process.listenerCount('SIGTERM') === 0) process.exit(lostReaderStatus);
      process.emit('SIGTERM', 'SIGTERM');
    });
  }
}
