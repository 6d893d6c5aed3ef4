import { diffLines, formatDiff } from '../../design/index';
import type { Command, ExitStatus } from '../command';
import { readDesignSource } from '../design-source';
import { withStudio } from '../with-studio';

export const command: Command = {
  usage: 'design NAME [FILE]',
  description: `Prints the design that is stored for a prefix, with what was added to it since it came from its file: overlays, masks and
fixes. With FILE ("-": standard input) that text replaces it if it is sound, and the changes are shown. Nothing is built.`,
  help: {},
  options: {},
  arguments: { least: 1, most: 2 },
  async run({ positionals: [name = '', file], isJson, terminal }) {
    const next = file === undefined ? null : (await readDesignSource(file)).text;
    return withStudio<ExitStatus>({ terminal, isJson }, async ({ ask }) => {
      const stored = await ask('GET /api/prefixes/{name}', { params: { name } });
      const { text, revision } = stored;
      if (next === null) {
        terminal.out(isJson ? JSON.stringify(stored) : text.trimEnd());
        return 0;
      }
      const changed = await ask('PUT /api/prefixes/{name}', { params: { name }, body: { text: next, revision } });
      const diff = formatDiff(diffLines(text.trimEnd(), next.trimEnd()));
      if (isJson) terminal.out(JSON.stringify({ ...changed, diff }));
      else terminal.out(diff === '' ? 'Nothing changed.' : diff);
      return 0;
    });
  },
};
