import type { Command, ExitStatus } from '../command';
import { formatTable } from '../text';
import { withStudio } from '../with-studio';

export const command: Command = {
  usage: 'starters [ID]',
  description: `Lists the starter designs. With an ID it prints that design, to begin an own one with:

  prefix-studio starters ID > prefix.yaml`,
  help: {},
  options: {},
  arguments: { least: 0, most: 1 },
  async run({ positionals: [id], isJson, terminal }) {
    return withStudio<ExitStatus>({ terminal, isJson }, async ({ ask }) => {
      if (id !== undefined) {
        const starter = await ask('GET /api/starters/{id}', { params: { id } });
        terminal.out(isJson ? JSON.stringify(starter) : starter.text.trimEnd());
        return 0;
      }
      const starters = await ask('GET /api/starters');
      if (isJson) terminal.out(JSON.stringify(starters));
      else terminal.out(formatTable(starters.map((starter) => [starter.id, starter.title, starter.summary])));
      return 0;
    });
  },
};
