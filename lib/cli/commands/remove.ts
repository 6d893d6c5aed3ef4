import { dataHome } from '../../home';
import { formatBytes } from '../../host/units';
import { removeFromHome } from '../../runner/remove-prefix';
import type { Command } from '../command';

export const command: Command = {
  usage: 'remove NAME',
  description: `Removes a prefix: its design, staging and final, image, builds and logs, and the ebuilds that were
taken home. Distfiles stay. The answer is no while it is being
built.`,
  help: {},
  options: {},
  arguments: { least: 1, most: 1 },
  async run({ positionals: [name = ''], isJson, terminal }) {
    const removed = await removeFromHome(name, dataHome());
    terminal.out(isJson ? JSON.stringify(removed) : `Removed ${name}: ${formatBytes(removed.freedBytes ?? 0)} freed.`);
    return 0;
  },
};
