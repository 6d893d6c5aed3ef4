import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { noSourcesWords } from '../../api/no-sources';
import { compiledOnly, originsOf, settledBy } from '../../drivers/embedded/origins-of';
import { writeFileDurably } from '../../engine/durable-file';
import type { PlanOrigins } from '../../engine/index';
import { verifyFile } from '../../engine/manifest';
import { openFetcher, openHostArchive } from '../../engine/open-fetcher';
import { isStudioError } from '../../errors';
import { dataHome, homeLayout } from '../../home';
import { placeCopy } from '../../host/place-file';
import { megabytes } from '../../host/units';
import { makeNamedFolder } from '../../host/writable-folder';
import { noFetchAdvice } from '../../plan/no-fetch';
import { asking, type OpenedDesign, openDesign } from '../../plan/open-design';
import { planOpened } from '../../plan/plan-design';
import { type NeededFile, neededFiles, planSources, SourceFinder } from '../../plan/plan-sources';
import { sourceSettings } from '../../plan/source-settings';
import type { Plan, PlanResult } from '../../resolve/plan';
import { requireDesign } from '../../runner/design-check';
import { type Command, numberOf, type Terminal, textOf, UsageError } from '../command';
import { readDesignSource } from '../design-source';
import { ReadingLine } from '../reading-line';
import { sourceListing, unknownLines } from '../source-listing';
import { storyTexts } from '../stories';

/** What is written beside the files of `--to`. */
const listFile = 'SOURCES.txt';

interface Got {
  readonly name: string;
  readonly ok: boolean;
  readonly source: string | null;
  readonly message: string | null;
}

export const command: Command = {
  usage: 'fetch FILE|NAME [--to FOLDER] [--from-source] [--list] [--jobs N]',
  description: `Gets the source files of everything that a build of the design would compile, each checked by size and hashes of its Manifest.
What is there is not fetched again, and an interrupted download resumes where it stopped. Without --to they are put where builds
look for them; packages that are prebuilt or were built before need none. With --to FOLDER they are copied there with a list, for a
machine without a network, which may have none of these packages, so the sources of all are included. Copy the folder, and name it
there as \`sources: {folders: [FOLDER]}\` in the design or in PREFIX_STUDIO_SOURCES.

The answer is no if a file could not be fetched, or has to be fetched by hand.`,
  help: {
    '--to FOLDER': 'put them into this folder',
    '--from-source': 'also those of packages that are prebuilt or were built before',
    '--list': 'only tell where each file is or comes from',
    '--jobs N': 'downloads at once (4)',
  },
  options: {
    to: { type: 'string' },
    'from-source': { type: 'boolean' },
    list: { type: 'boolean' },
    jobs: { type: 'string' },
  },
  arguments: { least: 1, most: 1 },
  async run({ values, positionals: [argument = ''], isJson, terminal }) {
    if (values.to === '') throw new UsageError('`--to` needs the name of a folder.');
    const jobs = numberOf(values, 'jobs', { least: 1, most: 64 }) ?? 4;
    const design = requireDesign({ text: (await readDesignSource(argument)).text });
    const home = dataHome();
    const reading = new ReadingLine({ terminal, isJson });
    const opened = await openDesign(design, { home, onMetadata: reading.onMetadata, isReadAsAsked: true });
    const wantsAll = values['from-source'] === true || values.to !== undefined;
    const { result, origins } = await planFor(opened, wantsAll ? null : home).finally(() => {
      opened.reading?.close();
      reading.clear();
    });
    if (result.kind === 'unsolved') {
      if (isJson) terminal.out(JSON.stringify(result));
      else for (const text of storyTexts(result.derivations)) terminal.err(text);
      return 1;
    }
    const plan = origins ? compiledOnly(settledBy(result.plan, origins), origins) : result.plan;
    if (values.list === true) {
      const sources = await planSources(opened, plan, new SourceFinder(opened), { withBuilt: wantsAll });
      if (isJson) terminal.out(JSON.stringify(sources));
      else {
        const lines = sourceListing(sources, true);
        for (const line of lines) terminal.out(line);
        if (lines.length === 0) terminal.out(`There is nothing to fetch: ${noSourcesWords(compiledIn(plan))}.`);
        tellAtHand(result.plan, plan, terminal);
      }
      return sources.files.some(({ state }) => state === 'nowhere' || state === 'by-hand') ? 1 : 0;
    }
    const to = textOf(values, 'to');
    // before anything is downloaded in vain
    if (to !== undefined) makeNamedFolder(resolve(to), 'sources were to be put there');
    const { files, unknown } = await neededFiles(opened, plan, { withBuilt: wantsAll });
    const { distfiles: distDir, cache: cacheDir } = homeLayout(home);
    const settings = sourceSettings(opened);
    const locations = opened.tree.repositories.ordered.map(({ location }) => location);
    const fetcher = openFetcher({ distDir, cacheDir }, settings, openHostArchive({ cacheDir }, settings, locations));
    const abort = new AbortController();
    const cancel = (): void => abort.abort();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, cancel);
    const got: Got[] = [];
    const queue = [...files];
    const bytes = files.reduce((sum, { file }) => sum + file.entry.sizeBytes, 0);
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next && !abort.signal.aborted; next = queue.shift()) {
        const { file } = next;
        const { name } = file.entry;
        const log = (line: string): void => {
          if (!isJson) terminal.err(line);
        };
        const options = { log, signal: abort.signal };
        const answer = await fetcher.fetch(file, options).then(
          ({ source }): Got => ({ name, ok: true, source, message: null }),
          (error: unknown): Got => {
            if (!isStudioError(error)) throw error;
            return { name, ok: false, source: null, message: error.message };
          },
        );
        got.push(answer);
        if (isJson) terminal.out(JSON.stringify({ kind: 'file', ...answer, sizeBytes: file.entry.sizeBytes }));
        else
          terminal.out(
            `${got.length} of ${files.length}  ${answer.ok ? 'ok    ' : 'failed'}  ${name} (${answer.source ?? answer.message})`,
          );
      }
    };
    try {
      await Promise.all(Array.from({ length: jobs }, worker));
    } finally {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, cancel);
    }
    if (to !== undefined)
      await copyTo(resolve(to), distDir, files, new Set(got.filter(({ ok }) => ok).map(({ name }) => name)));
    const failed = got.filter(({ ok }) => !ok);
    const advice = await noFetchAdvice(
      opened,
      files.filter(({ file }) => failed.some(({ name }) => name === file.entry.name)),
      to ? resolve(to) : distDir,
    );
    if (isJson) {
      const ok = failed.length === 0 && unknown.length === 0 && !abort.signal.aborted;
      terminal.out(
        JSON.stringify({ kind: 'done', ok, files: files.length, sizeBytes: bytes, failed, unknown, byHand: advice }),
      );
      return ok ? 0 : 1;
    }
    tellAtHand(result.plan, plan, terminal);
    for (const line of unknownLines(unknown)) terminal.err(line);
    for (const { lines } of advice) for (const line of lines) terminal.err(line);
    terminal.out(
      `${got.length - failed.length} of ${files.length} files are there (${megabytes(bytes)} in all): ${to ? resolve(to) : distDir}`,
    );
    return failed.length === 0 && unknown.length === 0 && !abort.signal.aborted ? 0 : 1;
  },
};

/** The plan, and where its packages would come from; `home` null: that does not matter. */
async function planFor(
  opened: OpenedDesign,
  home: string | null,
): Promise<{ readonly result: PlanResult; readonly origins: PlanOrigins | null }> {
  const result = await asking(opened, () => planOpened(opened, false));
  if (result.kind === 'unsolved' || home === null) return { result, origins: null };
  return { result, origins: await asking(opened, () => originsOf(opened, result.plan, home)) };
}

const compiledIn = ({ packages }: Plan): readonly string[] =>
  packages.flatMap(({ root, action, cpv }) => (root === 'staging' && action === 'build' ? [cpv] : []));

/** Says how many packages of the whole plan are not among those to be compiled. */
function tellAtHand(whole: Plan, compiled: Plan, terminal: Terminal): void {
  const count = whole.packages.length - compiled.packages.length;
  if (count === 0) return;
  const subject = count === 1 ? '1 package needs no sources, it is' : `${count} packages need no sources, they are`;
  terminal.out(`${subject} prebuilt or ${count === 1 ? 'was' : 'were'} built before (--from-source gets theirs)`);
}

/** Puts the files into a folder for another machine, with a list of names, sizes and hashes. */
async function copyTo(
  folder: string,
  distDir: string,
  files: readonly NeededFile[],
  names: ReadonlySet<string>,
): Promise<void> {
  const path = join(folder, listFile);
  const before = (await readFile(path, 'utf8').catch(() => '')).split('\n').filter((line) => line.startsWith('DIST '));
  const lines = new Map(before.map((line) => [line.split(' ')[1] ?? '', line]));
  for (const { file } of files) {
    const { entry } = file;
    if (!names.has(entry.name)) continue;
    lines.set(entry.name, ['DIST', entry.name, entry.sizeBytes, ...Object.entries(entry.hashes).flat()].join(' '));
    const target = join(folder, entry.name);
    if ((await verifyFile(target, entry)).kind === 'matches') continue;
    await placeCopy(join(distDir, entry.name), target);
  }
  const head = `# Sources for Prefix Studio. On the other machine: \`sources: {folders: [THIS FOLDER]}\` in the design, or PREFIX_STUDIO_SOURCES.\n`;
  await writeFileDurably(path, `${head}${[...lines.values()].sort().join('\n')}\n`);
}
