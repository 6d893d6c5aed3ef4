/** What is wrong with a root whose merge was interrupted, and what mends it. */
export const unfinishedSentence = (packages: readonly string[]): string =>
  `The merge of ${packages.join(', ')} is unfinished; the next build completes it.`;
