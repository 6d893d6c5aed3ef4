import { formatBytes } from '../../host/units';
import { visibleText } from '../../layout/visible-text';
import { type Command, choiceOf } from '../command';
import { formatTable } from '../text';
import { withStudio } from '../with-studio';

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
    const answer = await withStudio({ terminal, isJson }, ({ ask }) =>
      ask('GET /api/prefixes/{name}/files/all', { params: { name }, query: { root } }),
    );
    if (isJson) terminal.out(JSON.stringify(answer));
    else {
      const rows = answer.files.map((file) => [
        file.mode,
        file.kind === 'directory' ? '' : formatBytes(file.sizeBytes),
        visibleText(file.target === null ? file.path : `${file.path} -> ${file.target}`),
        file.owner ?? '',
        [file.givenTo, file.capabilities].filter(Boolean).join(' '),
      ]);
      terminal.out(formatTable(rows, [1]));
    }
    return 0;
  },
};
