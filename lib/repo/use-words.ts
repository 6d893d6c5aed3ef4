import type { ConfigLine } from './config-lines';

/**
 * Flags behind the atom of a package.use line. `NAME:` puts `name_` before the flags that follow it on that line.
 * Source: portage(5) package.use.
 */
export function useWords(line: ConfigLine): string[] {
  let prefix = '';
  const flags: string[] = [];
  for (const word of line.words.slice(1)) {
    if (word.endsWith(':')) prefix = `${word.slice(0, -1).toLowerCase()}_`;
    else if (word.startsWith('-')) flags.push(`-${prefix}${word.slice(1)}`);
    else flags.push(prefix + word);
  }
  return flags;
}
