import { existsSync } from 'node:fs';
import { dataHome, homeLayout } from '../../home';
import { secretSetting } from '../../host/secret-setting';
import { type Command, type CommandList, choiceOf, type Terminal, UsageError } from '../command';
import { bashCompletion } from '../shell/bash';
import { commandShape, type ListedKind, listedKinds } from '../shell/command-shape';
import { fishCompletion } from '../shell/fish';
import { packagesAtHand } from '../shell/packages-at-hand';
import { zshCompletion } from '../shell/zsh';

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** The completion of these commands. */
export const completionOf = (commands: CommandList): Command => ({
  usage: 'completion [bash|zsh|fish]',
  description: `Prints the completion script for a shell. In ~/.bashrc, in ~/.zshrc after compinit, and in config.fish:

  source <(prefix-studio completion bash)
  source <(prefix-studio completion zsh)
  prefix-studio completion fish | source`,
  help: { [`--words ${listedKinds.join('|')}`]: 'print the names that the completion offers' },
  options: { words: { type: 'string' } },
  arguments: { least: 0, most: 1 },
  async run({ values, positionals: [shell], isJson, terminal }) {
    if (values.words !== undefined) {
      const words = await wordsOf(choiceOf(values, 'words', listedKinds, 'prefix'));
      tell(words.join('\n'), words, isJson, terminal);
      return 0;
    }
    if (shell === undefined || !Object.hasOwn(shells, shell)) {
      throw new UsageError(`Name the shell: ${Object.keys(shells).join(', ')}.`);
    }
    const script = shells[shell as keyof typeof shells](await shapesOf(commands));
    tell(script, { shell, script }, isJson, terminal);
    return 0;
  },
});

function tell(text: string, answer: unknown, isJson: boolean, terminal: Terminal): void {
  terminal.out(isJson ? JSON.stringify(answer) : text);
}

const shapesOf = (commands: CommandList) =>
  Promise.all(commands.map(async ([name, { summary, load }]) => commandShape(name, summary, (await load()).command)));

async function wordsOf(kind: ListedKind): Promise<readonly string[]> {
  if (kind === 'package') return packagesAtHand(dataHome());
  if (kind === 'tree') return ['starter', ...(await import('../../plan/trees')).treeNames()];
  if (kind === 'starter') return (await (await import('../../runner/starters')).listStarters()).map(({ id }) => id);
  // a press of the Tab key makes no data folder
  if (secretSetting('DATABASE_URL') === undefined && !existsSync(homeLayout(dataHome()).database)) return [];
  const { openDatabase, listPrefixes } = await import('../../db/index');
  const studio = await openDatabase({ onlyReads: true });
  try {
    return (await listPrefixes(studio)).map(({ name }) => name);
  } finally {
    await studio.close();
  }
}
