import { getPrefix, openDatabase } from '../../db/index';
import { diffLines, formatDiff } from '../../design/index';
import { dataHome } from '../../home';
import { changePrefix } from '../../runner/prefix-documents';
import type { Command } from '../command';
import { readDesignSource } from '../design-source';

export const command: Command = {
  usage: 'design NAME [FILE]',
  description: `Prints the design that is stored for a prefix, with what was added to it since it came from its file: overlays, masks and
fixes. With FILE ("-": standard input) that text replaces it if it is sound, and the changes are shown. Nothing is built.`,
  help: {},
  options: {},
  arguments: { least: 1, most: 2 },
  async run({ positionals: [name = '', file], isJson, terminal }) {
    const studio = await openDatabase(file === undefined ? { onlyReads: true } : {});
    try {
      const { text, revision } = await getPrefix(studio, name);
      if (file === undefined) {
        terminal.out(isJson ? JSON.stringify({ name, revision, text }) : text.trimEnd());
        return 0;
      }
      const next = (await readDesignSource(file)).text;
      const stored = await changePrefix(studio, { name, text: next, revision }, dataHome(), new Date());
      const diff = formatDiff(diffLines(text.trimEnd(), next.trimEnd()));
      if (isJson) terminal.out(JSON.stringify({ name, revision: stored.revision, diff }));
      else terminal.out(diff === '' ? 'Nothing changed.' : diff);
      return 0;
    } finally {
      await studio.close();
    }
  },
};
