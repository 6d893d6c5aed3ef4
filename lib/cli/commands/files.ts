import { openDatabase } from '../../db/index';
import { dataHome } from '../../home';
import { formatBytes } from '../../host/units';
import { visibleText } from '../../layout/visible-text';
import { readStoredDesign } from '../../runner/prefix-documents';
import { RootFiles } from '../../runner/root-files';
import { type Command, choiceOf } from '../command';
import { formatTable } from '../text';

export const command: Command = {
  usage: 'files NAME [--root final|image|staging]',
  description: `Lists every file of a built prefix with size, mode and the package that owns it; as JSON also with link targets and what is
known of programs and libraries. The last column shows users other than root, and capabilities, that a file has in the image.`,
  help: {
    '--root final|image|staging':
      'what is installed (final), what of it is packed (image), or where it was built (staging)',
  },
  options: { root: { type: 'string' } },
  arguments: { least: 1, most: 1 },
  async run({ values, positionals: [name = ''], isJson, terminal }) {
    const root = choiceOf(values, 'root', ['final', 'image', 'staging'], 'final');
    const studio = await openDatabase({ onlyReads: true });
    try {
      const design = await readStoredDesign(studio, name);
      const files = await new RootFiles(dataHome()).all(design, root);
      if (isJson) terminal.out(JSON.stringify({ name, root, path: design.path, files }));
      else {
        const rows = files.map((file) => [
          file.mode,
          file.kind === 'directory' ? '' : formatBytes(file.sizeBytes),
          visibleText(file.target === null ? file.path : `${file.path} -> ${file.target}`),
          file.owner ?? '',
          [file.givenTo, file.capabilities].filter(Boolean).join(' '),
        ]);
        terminal.out(formatTable(rows, [1]));
      }
      return 0;
    } finally {
      await studio.close();
    }
  },
};
