const words: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  // a path with a NUL names nothing
  ERR_INVALID_ARG_VALUE: 'is not there',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
  ELOOP: 'is a link that leads to itself',
  ENAMETOOLONG: 'is too long for the name of a file',
  EIO: 'cannot be read: the disk has an error',
};

/** Does the error say that there is no such file? */
export const saysMissing = (error: unknown): boolean => fileErrorWords(error) === words.ENOENT;

/** What an error of the file system means for one file, a clause behind its path; null: it is about more than that file. */
export const fileErrorWords = (error: unknown): string | null =>
  words[(error as NodeJS.ErrnoException | null)?.code ?? ''] ?? null;
