import type { ImportNotes } from './notes';

/** A call of emerge: variables before it, and what it is asked for. */
export interface EmergeLine {
  readonly variables: Readonly<Record<string, string>>;
  readonly targets: readonly string[];
}

/** Options of emerge that take a value as the next word. Source: emerge(1) */
const withValue = new Set(
  '--accept-properties --accept-restrict --backtrack --binpkg-changed-deps --buildpkg-exclude --color --complete-graph --complete-graph-if-new-use --complete-graph-if-new-ver --config-root --deep --depclean-lib-check --dynamic-deps --exclude --getbinpkg-exclude --jobs -j --load-average --misspell-suggestions --nousepkg-exclude --prefix --quiet-build --quiet-fail --rebuild-exclude --rebuild-ignore --rebuilt-binaries --reinstall --reinstall-atoms --root --search-index --search-similarity --select --selective --sysroot --use-ebuild-visibility --useoldpkg-atoms --usepkg-exclude --usepkg-include --verbose-conflicts --with-bdeps --with-bdeps-auto --with-test-deps'.split(
    ' ',
  ),
);

/** Options whose value may be left out: a word behind them is a value only when it looks like one. */
const optionalValue = /^(?:y|n|\d+(?:\.\d+)?|True|False)$/;
const always = new Set([
  '--exclude',
  '--config-root',
  '--root',
  '--sysroot',
  '--prefix',
  '--reinstall-atoms',
  '--color',
]);

/** Words as a shell splits them: quotes and backslashes are taken, nothing is expanded. */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"' && /["\\$`\n]/.test(text[at + 1] ?? '')) word += text[++at] ?? '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\') {
      const next = text[++at] ?? '';
      if (next !== '\n') word = (word ?? '') + next;
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  if (word !== null) words.push(word);
  return words;
}

/** Reads a call of emerge or of a prefix's wrapper, as it is typed. What only says how emerge runs is left. */
export function readEmergeLine(text: string, from: string, notes: ImportNotes): EmergeLine {
  const words = shellWords(text.replace(/^\s*[$#]\s+/, ''));
  const start = words.findIndex((word) => /^(?:.*\/)?emerge(?:-prefix-.*)?$/.test(word));
  const variables: Record<string, string> = {};
  for (const word of words.slice(0, start)) {
    const match = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word);
    if (match) variables[match[1] as string] = match[2] as string;
  }
  const targets: string[] = [];
  let isOver = false;
  for (let at = start + 1; at < words.length; at++) {
    const word = words[at] as string;
    if (isOver || !word.startsWith('-')) targets.push(word);
    else if (word === '--') isOver = true;
    else {
      const next = words[at + 1] ?? '';
      const takes = withValue.has(word) && (always.has(word) || optionalValue.test(next));
      if (takes) at++;
      notes.leave(from, takes ? `${word} ${next}` : word, 'says how emerge runs, which is not a matter for a design');
    }
  }
  return { variables, targets };
}
