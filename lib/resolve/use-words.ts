/** `PYTHON_TARGETS:` of a line of package.use: the words behind it are values of that variable. */
export const isGroupWord = (word: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*:$/.test(word);

/**
 * Words of a package.use line behind the atom as plain flags: `NAME:` puts `name_` before the words that follow it.
 * `PYTHON_TARGETS: -* python3_12` becomes `-python_targets_* python_targets_python3_12`. Source: portage(5), package.use
 */
export function plainUseWords(words: readonly string[]): string[] {
  let prefix = '';
  const flags: string[] = [];
  for (const word of words) {
    if (isGroupWord(word)) prefix = `${word.slice(0, -1).toLowerCase()}_`;
    else if (word.startsWith('-')) flags.push(`-${prefix}${word.slice(1)}`);
    else flags.push(prefix + word);
  }
  return flags;
}
