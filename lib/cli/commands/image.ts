import { join, resolve } from 'node:path';
import { failedChecks } from '../../api/proof-story';
import type { MatchesAnswer } from '../../api/wire';
import { writeFileDurably } from '../../engine/durable-file';
import { placeCopy } from '../../host/place-file';
import { formatBytes } from '../../host/units';
import { makeNamedFolder } from '../../host/writable-folder';
import { RunnerError } from '../../runner/errors';
import { readMatches } from '../../runner/prefix-image';
import type { KnownSystem } from '../../sysext/known-systems';
import { sha256Of } from '../../sysext/pack';
import { type Command, type ExitStatus, textOf, UsageError } from '../command';
import { matchListing } from '../match-listing';
import { readSystem } from '../system-file';
import { type Studio, withStudio } from '../with-studio';

export const command: Command = {
  usage: 'image NAME [-o DIR] [--accept-failed-checks] | image NAME --matches [FILE...]',
  description: `Copies the image of the last successful build into a directory, with its checksum beside it, and says how to deploy it. Without
-o it only says where the image is.

With --matches it says on which systems the image merges and which key of os-release decides: the newest image, or what the
design would produce before there is one. FILE is an os-release file of your own system, the folder where that system is mounted,
or \`-\` for standard input; such systems come first, and the status is 1 if the image does not merge on all of them. Without
FILE the status is 1 if it merges nowhere.`,
  help: {
    '-o, --output DIR': 'directory to copy to; made when missing',
    '--accept-failed-checks': 'take the newest image although its proof failed',
    '--matches': 'compare the image with Flatcar’s channels, other current systems, and those of FILE',
  },
  options: {
    output: { type: 'string', short: 'o' },
    'accept-failed-checks': { type: 'boolean' },
    matches: { type: 'boolean' },
  },
  arguments: { least: 1, most: 20 },
  async run({ values, positionals: [name = '', ...files], isJson, terminal }) {
    if (files.length > 0 && values.matches !== true) {
      throw new UsageError(`\`${files[0]}\` is one argument too many; files of systems go with \`--matches\`.`);
    }
    const own = await Promise.all(files.map(readSystem));
    return withStudio<ExitStatus>({ terminal, isJson }, async (studio) => {
      if (values.matches === true) {
        const answer = await matchesOf(studio, name, own);
        if (isJson) terminal.out(JSON.stringify(answer));
        else for (const line of matchListing(answer)) terminal.out(line);
        const asked = answer.systems.slice(0, own.length);
        if (asked.length > 0) return asked.every(({ merges }) => merges) ? 0 : 1;
        return answer.systems.some(({ merges }) => merges) ? 0 : 1;
      }
      const query = values['accept-failed-checks'] === true ? { accept: 'failed-checks' as const } : {};
      const answer = await studio.ask('GET /api/prefixes/{name}/image', { params: { name }, query });
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
    });
  },
};

/** Systems whose files were named are read here; no route takes them. */
async function matchesOf({ ask, here }: Studio, name: string, own: readonly KnownSystem[]): Promise<MatchesAnswer> {
  if (own.length === 0) return ask('GET /api/prefixes/{name}/matches', { params: { name } });
  return readMatches((await (await here()).withStore()).studio, name, own);
}

async function copyImage(
  image: { readonly path: string; readonly fileName: string; readonly sha256: string },
  folder: string,
): Promise<string> {
  makeNamedFolder(folder, 'the image was to be put there');
  const path = join(folder, image.fileName);
  await placeCopy(image.path, path, async (copy) => {
    if ((await sha256Of(copy)) === image.sha256) return;
    throw new RunnerError(
      'IMAGE_REPLACED',
      `\`${image.path}\` is not the image that was proven: its checksum differs.`,
      { hint: 'Build again to pack a new one.' },
    );
  });
  const name = image.fileName.replace(/\.raw$/, '');
  await writeFileDurably(join(folder, `SHA256SUMS.${name}`), `${image.sha256}  ${image.fileName}\n`);
  return path;
}
