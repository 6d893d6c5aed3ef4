/**
 * Writes the Manifest of every package of a repository: size, BLAKE2B and SHA512 of each distfile of SRC_URI.
 * A file that is already listed is not read again unless `--check` is given, which only compares and writes nothing.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { digestFile, formatManifest, type ManifestEntry, parseManifest } from '../lib/engine/manifest';
import { openMetadataPhase } from '../lib/engine/metadata';
import { evaluateSourceUri } from '../lib/engine/source-uri';

const usage = 'usage: npm run -s manifest -- REPOSITORY --distfiles FOLDER [--check]\n';

const [repositoryArgument, ...options] = process.argv.slice(2);
const at = options.indexOf('--distfiles');
const distfiles = at < 0 ? undefined : options[at + 1];
if (!repositoryArgument || !distfiles) {
  process.stderr.write(usage);
  process.exit(2);
}
const check = options.includes('--check');
const repository = resolve(repositoryArgument);

const folders = (path: string): string[] =>
  readdirSync(path)
    .filter((name) => !name.startsWith('.') && statSync(join(path, name)).isDirectory())
    .sort();

const phase = openMetadataPhase({ repositories: [repository], workers: 2 });
let problems = 0;

async function namesOf(category: string, folder: string): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ebuild'))) {
    const path = join(folder, file);
    const answer = await phase.read({ path, category, eclassDirs: [join(repository, 'eclass')] });
    if (answer.kind === 'failed') throw new Error(`${category}/${file}: ${answer.message}`);
    for (const { name } of evaluateSourceUri(answer.keys.SRC_URI ?? '', null)) names.add(name);
  }
  return [...names].sort();
}

async function entryOf(name: string, listed: readonly ManifestEntry[]): Promise<ManifestEntry | undefined> {
  const known = listed.find((entry) => entry.kind === 'DIST' && entry.name === name);
  const path = join(resolve(distfiles as string), name);
  if (known && !check) return known;
  if (!existsSync(path)) {
    if (!known) process.stderr.write(`no \`${name}\` in ${distfiles}\n`);
    if (!known) problems += 1;
    return known;
  }
  return { kind: 'DIST', name, ...(await digestFile(path)) };
}

try {
  for (const category of readFileSync(join(repository, 'profiles/categories'), 'utf8').split('\n').filter(Boolean)) {
    if (!existsSync(join(repository, category))) continue;
    for (const packageName of folders(join(repository, category))) {
      const folder = join(repository, category, packageName);
      const path = join(folder, 'Manifest');
      const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
      const listed = parseManifest(before);
      const entries = await Promise.all((await namesOf(category, folder)).map((name) => entryOf(name, listed)));
      const after = formatManifest(entries.filter((entry) => entry !== undefined));
      if (after === before) continue;
      process.stdout.write(`${category}/${packageName}/Manifest ${check ? 'differs' : 'written'}\n`);
      if (check) problems += 1;
      else if (after !== '') writeFileSync(path, after);
    }
  }
} finally {
  phase.close();
}
process.exitCode = problems === 0 ? 0 : 1;
