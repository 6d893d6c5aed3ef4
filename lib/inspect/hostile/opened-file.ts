/** A file that a program opened or started, or a socket that it called. */
export interface OpenedFile {
  /** absolute, without `..` and double slashes */
  readonly path: string;
  readonly call: 'open' | 'execute' | 'connect';
  /** it was there and could be opened */
  readonly isThere: boolean;
}
