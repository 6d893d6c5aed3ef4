import { visibleText } from '../layout/visible-text';

/** More of a word that was typed is not repeated; characters. */
const longest = 200;

/** A word as it may stand in a sentence: one line, and not the whole of what is very long. */
function shown(word: string): string {
  const visible = visibleText(word);
  return visible.length <= longest ? visible : `${visible.slice(0, longest)}… (${word.length} characters)`;
}

/** A message in which words of the command line that are very long or have line ends are written in a way that can be read. */
export function withTypedWords(message: string, words: readonly string[]): string {
  return words
    .flatMap((word) => [word, word.slice(word.indexOf('=') + 1)])
    .filter((word) => shown(word) !== word)
    .sort((a, b) => b.length - a.length)
    .reduce((text, word) => text.replaceAll(word, () => shown(word)), message);
}
