import { copyFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openDatabase } from '../../db/index';
import { formatBytes } from '../../host/units';
import { makeNamedFolder } from '../../host/writable-folder';
import { readImage } from '../../runner/prefix-image';
import { type Command, textOf } from '../command';

export const command: Command = {
  usage: 'image NAME [-o DIR] [--accept-failed-checks]',
  description: `Copies the image of the last successful build into a directory, with its checksum beside it, and says how to deploy it. Without
-o it only tells where the image is.`,
  help: {
    '-o, --output DIR': 'directory to copy to; made when missing',
    '--accept-failed-checks': 'take the newest image although its proof failed',
  },
  options: { output: { type: 'string', short: 'o' }, 'accept-failed-checks': { type: 'boolean' } },
  arguments: { least: 1, most: 1 },
  async run({ values, positionals: [name = ''], isJson, terminal }) {
    const studio = await openDatabase({ onlyReads: true });
    try {
      const answer = await readImage(studio, name, { mayHaveFailed: values['accept-failed-checks'] === true });
      const output = textOf(values, 'output');
      const path = output === undefined ? answer.image.path : await copyImage(answer.image, resolve(output));
      if (isJson) {
        terminal.out(JSON.stringify({ ...answer, path, image: { ...answer.image, path } }));
        return 0;
      }
      terminal.out(`${path}  ${formatBytes(answer.image.sizeBytes)}`);
      terminal.out(`SHA256 ${answer.image.sha256}\n`);
      for (const check of answer.proof.filter(({ ok, skipped }) => !ok && skipped === undefined)) {
        terminal.out(`FAILED: ${check.summary}\n`);
      }
      for (const warning of answer.warnings) terminal.out(`Note: ${warning}\n`);
      terminal.out('On the target:');
      for (const line of answer.commands) terminal.out(`  ${line}`);
      terminal.out(`\nOr with Butane (change the address):\n\n${answer.butane.trimEnd()}`);
      return 0;
    } finally {
      await studio.close();
    }
  },
};

async function copyImage(
  image: { readonly path: string; readonly fileName: string; readonly sha256: string },
  folder: string,
): Promise<string> {
  makeNamedFolder(folder, 'the image was to be put there');
  const path = join(folder, image.fileName);
  await copyFile(image.path, `${path}.part`);
  await rename(`${path}.part`, path);
  const name = image.fileName.replace(/\.raw$/, '');
  await writeFile(join(folder, `SHA256SUMS.${name}`), `${image.sha256}  ${image.fileName}\n`);
  return path;
}
