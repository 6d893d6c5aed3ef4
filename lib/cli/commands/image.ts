import { copyFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { failedChecks } from '../../api/proof-story';
import { openDatabase } from '../../db/index';
import { formatBytes } from '../../host/units';
import { makeNamedFolder } from '../../host/writable-folder';
import { readImage, readMatches } from '../../runner/prefix-image';
import { type Command, textOf, UsageError } from '../command';
import { matchListing } from '../match-listing';
import { readSystem } from '../system-file';

export const command: Command = {
  usage: 'image NAME [-o DIR] [--accept-failed-checks] | image NAME --matches [--os-release PATH]',
  description: `Copies the image of the last successful build into a directory, with its checksum beside it, and says how to deploy it. Without
-o it only says where the image is.

With --matches it says on which systems the image merges and which key of os-release decides: the newest image, or what the
design would give before there is one. Status 1: it merges on none of them.`,
  help: {
    '-o, --output DIR': 'directory to copy to; made when missing',
    '--accept-failed-checks': 'take the newest image although its proof failed',
    '--matches': 'compare the image with Flatcar’s channels and other current systems',
    '--os-release PATH': 'compare it with the system of this os-release file too; `-`: standard input',
  },
  options: {
    output: { type: 'string', short: 'o' },
    'accept-failed-checks': { type: 'boolean' },
    matches: { type: 'boolean' },
    'os-release': { type: 'string' },
  },
  arguments: { least: 1, most: 1 },
  async run({ values, positionals: [name = ''], isJson, terminal }) {
    const ownSystem = textOf(values, 'os-release');
    if (ownSystem !== undefined && values.matches !== true)
      throw new UsageError('`--os-release` goes with `--matches`.');
    const own = ownSystem === undefined ? [] : [await readSystem(ownSystem)];
    const studio = await openDatabase({ onlyReads: true });
    try {
      if (values.matches === true) {
        const answer = await readMatches(studio, name, own);
        if (isJson) terminal.out(JSON.stringify(answer));
        else for (const line of matchListing(answer)) terminal.out(line);
        return answer.systems.some(({ merges }) => merges) ? 0 : 1;
      }
      const answer = await readImage(studio, name, { mayHaveFailed: values['accept-failed-checks'] === true });
      const output = textOf(values, 'output');
      const path = output === undefined ? answer.image.path : await copyImage(answer.image, resolve(output));
      if (isJson) {
        terminal.out(JSON.stringify({ ...answer, path, image: { ...answer.image, path } }));
        return 0;
      }
      terminal.out(`${path}  ${formatBytes(answer.image.sizeBytes)}`);
      terminal.out(`SHA256 ${answer.image.sha256}\n`);
      for (const check of failedChecks(answer.proof)) {
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
