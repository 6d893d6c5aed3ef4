import { formatBytes } from '../../host/units';
import type { Command } from '../command';
import { formatTable } from '../text';
import { withStudio } from '../with-studio';

export const command: Command = {
  usage: 'list',
  description: 'Lists the prefixes with their last build and image.',
  help: {},
  options: {},
  arguments: { least: 0, most: 0 },
  async run({ isJson, terminal }) {
    const prefixes = await withStudio({ terminal, isJson }, ({ ask }) => ask('GET /api/prefixes'));
    if (isJson) terminal.out(JSON.stringify(prefixes));
    else if (prefixes.length === 0) terminal.out('No prefix yet. Start with a starter: prefix-studio starters');
    else {
      const rows = prefixes.map((prefix) => [
        prefix.name,
        prefix.board,
        prefix.path,
        [prefix.lastRun?.state ?? 'not built', ...(prefix.unfinished.length > 0 ? ['unfinished'] : [])].join(', '),
        prefix.image ? formatBytes(prefix.image.sizeBytes) : '',
      ]);
      terminal.out(formatTable([['name', 'board', 'path', 'last build', 'image'], ...rows], [4]));
      for (const { name, unfinished } of prefixes) {
        if (unfinished.length === 0) continue;
        terminal.out(`${name}: the merge of ${unfinished.join(', ')} is unfinished; the next build completes it.`);
      }
    }
    return 0;
  },
};
