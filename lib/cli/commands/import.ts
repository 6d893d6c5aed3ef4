import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { archiveTexts, isArchiveName, mostArchiveBytes } from '../../api/archive-texts';
import { importKinds } from '../../api/bodies';
import { isStudioError } from '../../errors';
import { boards } from '../../layout/names';
import type { ImportNote } from '../../plan/import/notes';
import { type ReadImport, readImport } from '../../plan/import/read-import';
import { type Command, textOf, UsageError } from '../command';
import { readDesignSource } from '../design-source';
import { isTypedFile, readTypedFile, type TypedFileKind } from '../typed-file';
import { unpackArchive } from '../unpack-archive';
import { withStudio } from '../with-studio';

export const command: Command = {
  usage:
    'import FILE|FOLDER|"emerge …"|- [--name NAME] [--path PATH] [--board BOARD] [--tree TREE] [--kind KIND] [-o FILE]',
  description: `Makes a design from what you have for Portage: an emerge call, a world file, files of etc/portage or the whole folder,
also packed (.tar, .tar.gz, .tar.xz, .tar.zst, .tar.bz2, .zip), the root of a prefix, an emerge-prefix wrapper of the SDK. The
design goes to standard output, or into FILE; it also says what was taken, what was not, and why. Where nothing could be taken
there is no design, and the status is 1.`,
  help: {
    '--name NAME': 'name of the prefix; default: of the wrapper, or `imported`',
    '--path PATH': 'where the application runs; default: of the wrapper or root, or /opt/NAME',
    '--board BOARD': 'amd64-usr or arm64-usr; default: as ACCEPT_KEYWORDS, the wrapper or the profile says',
    '--tree TREE': 'package tree of the design; default: the tree it was made with, else starter',
    '--kind KIND': `what a text is whose name does not tell: ${importKinds.join(', ')}`,
    '-o FILE': 'write the design to FILE, which must not be there yet',
  },
  options: {
    name: { type: 'string' },
    path: { type: 'string' },
    board: { type: 'string' },
    tree: { type: 'string' },
    kind: { type: 'string' },
    output: { type: 'string', short: 'o' },
  },
  arguments: { least: 1, most: 1000 },
  async run(invocation) {
    const { values, positionals, isJson, terminal } = invocation;
    const kind = importKinds.find((known) => known === values.kind);
    if (values.kind !== undefined && kind === undefined) {
      throw new UsageError(`\`${String(values.kind)}\` is not a known kind of file. Known: ${importKinds.join(', ')}.`);
    }
    const board = textOf(values, 'board');
    if (board !== undefined && !Object.hasOwn(boards, board)) {
      throw new UsageError(`\`${board}\` is not a known board. Known: ${Object.keys(boards).join(', ')}.`);
    }
    const file = textOf(values, 'output');
    if (file !== undefined && existsSync(resolve(file))) {
      throw new UsageError(`\`${file}\` is there already. Name a file that is not, or remove it first.`);
    }
    const { files, left, path: found, name: foundName } = await readAll(positionals);
    const chosen = (name: string): string | undefined => textOf(values, name);
    const path = chosen('path') ?? found;
    const choices = {
      name: chosen('name') ?? (chosen('path') === undefined ? foundName : undefined),
      board,
      tree: chosen('tree'),
      path,
      kind,
    };
    const body = { files, ...Object.fromEntries(Object.entries(choices).filter(([, value]) => value)) };
    // in this process: files of this machine may be more than a server takes
    const made = await withStudio(invocation, async ({ here }) => (await here()).planner.run({ kind: 'import', body }));
    const imported = { ...made, left: [...left, ...made.left] };
    const hasDesign = imported.text !== '' && imported.taken.length > 0;
    if (file !== undefined && hasDesign) writeFileSync(resolve(file), imported.text, { flag: 'wx' });
    if (isJson) {
      terminal.out(JSON.stringify(imported));
      return hasDesign ? 0 : 1;
    }
    if (hasDesign) terminal.out(file === undefined ? imported.text.trimEnd() : `Wrote ${file}.`);
    tell('Taken', imported.taken, terminal.err);
    tell('Not taken', imported.left, terminal.err);
    for (const problem of imported.problems) terminal.err(`This is not a valid design: ${problem}`);
    if (imported.problems.length === 0 && !hasDesign) terminal.err('Nothing was taken, so there is no design.');
    return hasDesign ? 0 : 1;
  },
};

/** A call of emerge, one word or many, standard input, or places of this machine. */
async function readAll(words: readonly string[]): Promise<ReadImport> {
  const [first = ''] = words;
  if (/(?:^|\s)emerge(?:\s|$)/.test(first)) return { files: [{ path: 'emerge', text: words.join(' ') }], left: [] };
  if (first === '-') return { files: [{ path: 'standard input', text: (await readDesignSource('-')).text }], left: [] };
  const read = await Promise.all(
    words.map((place) => readPlace(resolve(place)).catch((error: unknown) => leaveOut(error, place, words.length))),
  );
  const { path, name } = read.find((each) => each.path !== undefined) ?? {};
  return {
    files: read.flatMap(({ files }) => files),
    left: read.flatMap(({ left }) => left),
    ...(path !== undefined && { path }),
    ...(name !== undefined && { name }),
  };
}

/** One of several that cannot be read is told and left; one alone is an error, and so is a name that is nowhere. */
function leaveOut(error: unknown, place: string, count: number): ReadImport {
  if (count === 1 || !isStudioError(error) || !existsSync(resolve(place))) throw error;
  return { files: [], left: [{ from: place, text: 'not read', note: error.message }] };
}

const archiveKind: TypedFileKind = { name: 'archive of etc/portage', mostBytes: mostArchiveBytes };

/** A file, folder, root or archive of this machine. Throws UsageError, IMPORT_UNREADABLE, ARCHIVE_UNREADABLE. */
async function readPlace(place: string): Promise<ReadImport> {
  if (!isArchiveName(place) || !(await isTypedFile(place))) return readImport(place);
  const { files, left } = await archiveTexts(await readTypedFile(place, archiveKind), unpackArchive);
  return { files, left: left.map(({ path, reason }) => ({ from: path, text: 'not read', note: reason })) };
}

function tell(title: string, notes: readonly ImportNote[], say: (line: string) => void): void {
  if (notes.length === 0) return;
  say(`${title}:`);
  for (const { from, text, note } of notes) say(`  ${from}: ${text} - ${note.replaceAll('`', '')}`);
}
