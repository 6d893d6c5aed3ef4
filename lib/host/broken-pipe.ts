/** What writing to a program tells, or reading from it, once the program is gone. `ECANCELED`: its writes that waited. */
const codes: ReadonlySet<unknown> = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECANCELED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
]);

/** Does an error say no more than that the program at the other end has ended? The end of the program tells why. */
export const isBrokenPipe = (error: unknown): boolean =>
  error instanceof Error && codes.has((error as NodeJS.ErrnoException).code);
