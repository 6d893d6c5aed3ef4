const cleaning = '`prefix-studio clean';

/** A full disk is no fault of the package that met it. */
export const isFullDisk = (hint: string | null): boolean => hint?.includes(cleaning) ?? false;

/**
 * The hint of a failure. For a full disk the end of the run says it again, with how much each of the commands frees, which
 * was not known yet when the package failed.
 */
export function wayOn(hint: string, endMessage: string): string {
  const at = hint.indexOf(cleaning);
  if (at < 0) return hint;
  const told = endMessage.lastIndexOf(hint.slice(0, at) + cleaning);
  return told < 0 ? hint : endMessage.slice(told);
}
