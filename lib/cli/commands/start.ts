import { firstBuildNote } from '../../drivers/embedded/prebuilt-settings';
import { dataHome } from '../../home';
import { provideTools } from '../../host/install-tools';
import type { Command } from '../command';
import { command as serve } from './serve';

export const command: Command = {
  ...serve,
  usage: serve.usage.replace('serve', 'start'),
  description: `Gets the tools that this machine lacks, then serves the web app. As root, or where sudo asks nothing, they are installed by the
package manager of this system; otherwise one line says what to run, and the web app is served all the same.

The rest is as \`prefix-studio serve\` tells.`,
  async run(invocation) {
    provideTools(invocation.terminal.err);
    const note = firstBuildNote(dataHome());
    if (note !== null) invocation.terminal.err(note);
    return serve.run(invocation);
  },
};
