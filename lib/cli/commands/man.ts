import { programRelease } from '../../runner/program-version';
import type { Command, CommandList } from '../command';
import { manualPage } from '../shell/manual';

/** The manual of these commands. */
export const manOf = (list: CommandList): Command => ({
  usage: 'man',
  description: 'Prints the manual page prefix-studio(1), to be read with: prefix-studio man | man -l -',
  help: {},
  options: {},
  arguments: { least: 0, most: 0 },
  async run({ isJson, terminal }) {
    const commands = await Promise.all(
      list.map(async ([name, { load }]) => ({ name, command: (await load()).command })),
    );
    const page = manualPage(commands, programRelease());
    terminal.out(isJson ? JSON.stringify({ page }) : page);
    return 0;
  },
});
