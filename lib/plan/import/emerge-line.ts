import type { ImportNotes } from './notes';

/** A call of emerge: variables before it, and what it is asked for. */
export interface EmergeLine {
  readonly variables: Readonly<Record<string, string>>;
  readonly targets: readonly string[];
}

/** A word that is the value of any option before it: no package has such a name. Source: emerge(1) */
const optionalValue = /^(?:y|n|\d+(?:\.\d+)?|True|False|rdeps|auto)$/;

/** Options of emerge whose next word is their value, whatever it looks like. Source: emerge(1) */
const withValue = new Set(
  '--accept-properties --accept-restrict --buildpkg-exclude --color --config-root --exclude -X --getbinpkg-exclude --nousepkg-exclude --prefix --quickpkg-direct-root --rebuild-exclude --rebuild-ignore --reinstall --reinstall-atoms --root --search-similarity --sync-submodule --sysroot --useoldpkg-atoms --usepkg-exclude --usepkg-exclude-live --usepkg-include'.split(
    ' ',
  ),
);

const removes = 'removes packages';
const fetches = 'only fetches sources, and installs nothing';
const asks = 'only asks, and installs nothing';
const keeps = 'keeps a machine in order, and installs nothing';

/** What emerge does instead of installing, by its long option and its letter. Source: emerge(1) */
const otherActions: readonly (readonly [option: string, letter: string, reason: string])[] = [
  ['--unmerge', 'C', removes],
  ['--depclean', 'c', removes],
  ['--prune', 'P', removes],
  ['--rage-clean', '', removes],
  ['--clean', '', removes],
  ['--deselect', 'W', removes],
  ['--fetchonly', 'f', fetches],
  ['--fetch-all-uri', 'F', fetches],
  ['--onlydeps', 'o', 'installs what the packages need, but not the packages'],
  ['--buildpkgonly', 'B', 'only packs binary packages, and installs nothing'],
  ['--search', 's', asks],
  ['--searchdesc', 'S', asks],
  ['--info', '', asks],
  ['--help', 'h', asks],
  ['--version', 'V', asks],
  ['--check-news', '', asks],
  ['--list-sets', '', asks],
  ['--moo', '', asks],
  ['--sync', '', keeps],
  ['--metadata', '', keeps],
  ['--regen', '', keeps],
  ['--config', '', keeps],
  ['--resume', 'r', keeps],
];

const howItRuns = 'says how emerge runs, which does not concern a design';
const pretends = 'only shows what emerge would install; the design asks for it all the same';
const isPretend = (word: string): boolean => word === '--pretend' || /^-[a-zA-Z]*p[a-zA-Z]*$/.test(word);

/** Why a call installs nothing; null: it installs. An option with `=n` or a word `n` behind it is off. */
function otherAction(words: readonly string[]): string | null {
  for (const [at, word] of words.entries()) {
    if (word === '--') return null;
    const isOff = words[at + 1] === 'n';
    const found = otherActions.find(
      ([option, letter]) =>
        (word === option && !isOff) ||
        word === `${option}=y` ||
        (letter !== '' && /^-[a-zA-Z]+$/.test(word) && word.includes(letter)),
    );
    if (found !== undefined) return found[2];
  }
  return null;
}

/** Takes a prompt away that was pasted with the call: `$`, `#`, `host ~ #`. */
export const withoutPrompt = (text: string): string =>
  text.replace(/^\s*(?:(?!\S*emerge)[^\s='"]+\s+){0,3}[$#%]\s+(?=.*\bemerge\b)/, '');

/**
 * The commands of a line with their words, as a shell splits them at `;`, `&` and `|`: quotes and backslashes are taken,
 * a comment is left, nothing is expanded. `<` and `>` begin versions here.
 */
export function shellCommands(text: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | null = null;
  let quote = '';
  const end = (): void => {
    if (word !== null) commands.at(-1)?.push(word);
    word = null;
  };
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
    } else if (/\s/.test(character)) end();
    else if (character === '#' && word === null) {
      const line = text.indexOf('\n', at);
      at = line < 0 ? text.length : line - 1;
    } else if (/[;|&]/.test(character) && text[at - 1] !== '>') {
      end();
      commands.push([]);
    } else word = (word ?? '') + character;
  }
  end();
  return commands.filter((words) => words.length > 0);
}

/** Is a word where output goes, as `2>&1` or `>/dev/null`? */
const isRedirection = (word: string): boolean => /^(?:\d+[<>]|>>|[<>]\/|>&)/.test(word);

const isEmerge = (word: string): boolean => /^(?:.*\/)?emerge(?:-prefix-.*)?$/.test(word);

/** Reads the calls of emerge or of a prefix's wrapper in a line, as it is typed. What only says how emerge runs is left. */
export function readEmergeLine(text: string, from: string, notes: ImportNotes): EmergeLine[] {
  return shellCommands(withoutPrompt(text)).flatMap((words) => {
    if (words.some(isEmerge)) return readCall(words, from, notes);
    notes.leave(from, words.join(' '), 'is not a call of emerge');
    return [];
  });
}

function readCall(words: readonly string[], from: string, notes: ImportNotes): EmergeLine[] {
  const start = words.findIndex(isEmerge);
  const other = otherAction(words.slice(start + 1));
  if (other !== null) {
    notes.leave(from, words.slice(start).join(' '), other);
    return [];
  }
  const variables: Record<string, string> = {};
  for (const word of words.slice(0, start)) {
    const match = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word);
    if (match) variables[match[1] as string] = match[2] as string;
  }
  const targets: string[] = [];
  let isOver = false;
  for (let at = start + 1; at < words.length; at++) {
    const word = words[at] as string;
    if (isRedirection(word)) continue;
    if (word === '>' || word === '<') {
      at++;
      continue;
    }
    if (isOver || !word.startsWith('-')) targets.push(word);
    else if (word === '--') isOver = true;
    else {
      const next = words[at + 1] ?? '';
      const takes = next !== '' && (withValue.has(word) || (!word.includes('=') && optionalValue.test(next)));
      if (takes) at++;
      notes.leave(from, takes ? `${word} ${next}` : word, isPretend(word) ? pretends : howItRuns);
    }
  }
  return [{ variables, targets }];
}
