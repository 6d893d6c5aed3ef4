import { buildEbuildShell } from '../../engine/build-ebuild-shell';
import { newestShell } from '../../engine/ebuild-shell';
import type { Command } from '../command';

export const command: Command = {
  usage: 'build-bash',
  description: `Builds bash 5.3 for this machine in the data folder. Ebuilds of EAPI 9 are run with it if the machine's own bash is
older; nothing else uses it. Nothing in the system is changed.`,
  help: {},
  options: {},
  arguments: { least: 0, most: 0 },
  async run({ isJson, terminal }) {
    const before = newestShell();
    const isNew = Number(before.version.split('.')[0]) > 5 || /^5\.([3-9]|\d\d)/.test(before.version);
    if (!isNew) {
      if (!isJson) terminal.err('Building bash 5.3, about a minute');
      let tail = '';
      const log = (text: string): void => {
        tail = (tail + text).slice(-4000);
      };
      try {
        await buildEbuildShell({ log });
      } catch (error) {
        if (!isJson) terminal.err(tail.trimEnd());
        throw error;
      }
    }
    const shell = newestShell();
    terminal.out(
      isJson ? JSON.stringify(shell) : `${shell.path}: bash ${shell.version}${isNew ? ', nothing to do' : ''}`,
    );
    return 0;
  },
};
