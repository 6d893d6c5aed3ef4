/**
 * Writes `data/debian-sources.tsv`: where Debian's archive has the distfiles of a checkout of flatcar/scripts, found by size
 * and name in the indices of its suites.
 *
 *   npm run -s distfile-index -- CHECKOUT [--suites "bookworm trixie forky"] [--distfiles FOLDER] [--report FILE]
 *
 * Needs a Debian with apt; the indices are fetched into the cache of the data folder. Files in FOLDER are compared with the
 * Manifests by size and SHA512, and marked as checked. With `--report` it tells which versions of packages have all of their
 * sources in the archive, as JSON, and how many packages have one.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatIndex, type IndexedFile, indexFile, parseIndex } from '../lib/engine/archive-index';
import { laterSuites, releasedSuites } from '../lib/engine/archive-suites';
import { HostArchive } from '../lib/engine/host-archive';
import { type ManifestEntry, parseManifest, verifyFile } from '../lib/engine/manifest';
import { openMetadataPhase } from '../lib/engine/metadata';
import { evaluateSourceUri } from '../lib/engine/source-uri';
import { dataHome, homeLayout, programRoot } from '../lib/home';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suites: { type: 'string', default: [...releasedSuites, ...laterSuites].join(' ') },
    distfiles: { type: 'string' },
    report: { type: 'string' },
  },
});
const [checkout] = positionals;
if (!checkout) {
  process.stderr.write(
    'usage: npm run -s distfile-index -- CHECKOUT [--suites "…"] [--distfiles FOLDER] [--report FILE]\n',
  );
  process.exit(2);
}
const trees = ['portage-stable', 'coreos-overlay', 'prefix-overlay']
  .map((name) => join(resolve(checkout), 'sdk_container/src/third_party', name))
  .filter((folder) => existsSync(folder));

const folders = (path: string): string[] =>
  readdirSync(path)
    .filter((name) => !name.startsWith('.') && statSync(join(path, name)).isDirectory())
    .sort();

interface PackageFolder {
  readonly tree: string;
  readonly category: string;
  readonly pn: string;
  readonly folder: string;
  readonly entries: ReadonlyMap<string, ManifestEntry>;
}

function packageFolders(): readonly PackageFolder[] {
  return trees.flatMap((tree) =>
    folders(tree).flatMap((category) =>
      folders(join(tree, category)).flatMap((pn): PackageFolder[] => {
        const folder = join(tree, category, pn);
        if (!readdirSync(folder).some((file) => file.endsWith('.ebuild'))) return [];
        const path = join(folder, 'Manifest');
        const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
        const entries = parseManifest(text, path).filter(({ kind }) => kind === 'DIST');
        return [{ tree, category, pn, folder, entries: new Map(entries.map((entry) => [entry.name, entry])) }];
      }),
    ),
  );
}

/** Which distfiles are in FOLDER as their Manifest says. */
async function checkedNames(entries: Iterable<ManifestEntry>): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const folder = values.distfiles;
  if (folder === undefined) return names;
  for (const entry of entries) {
    if ((await verifyFile(join(folder, entry.name), entry)).kind === 'matches') names.add(entry.name);
  }
  return names;
}

const packages = packageFolders();
const entries = new Map(packages.flatMap(({ entries: own }) => [...own]));
const cache = join(homeLayout(dataHome()).cache, 'host-archive', 'index');
const archive = new HostArchive(cache, values.suites.split(/\s+/));
const checked = await checkedNames(entries.values());
const path = join(programRoot(), indexFile);
const before = existsSync(path) ? parseIndex(readFileSync(path, 'utf8')) : new Map<string, readonly IndexedFile[]>();
const rows: IndexedFile[] = [];
for (const entry of entries.values()) {
  const { name } = entry;
  const known = before.get(name) ?? [];
  const isKnownChecked = known.some((file) => file.isChecked && file.sizeBytes === entry.sizeBytes);
  const isChecked = checked.has(name) || isKnownChecked;
  // one place is enough: the archive's own index is asked when it is gone
  const [file] = await archive.whereIs(null, entry);
  if (file) rows.push({ ...file, name, isChecked });
}
const index = formatIndex(rows);
writeFileSync(path, index);
process.stdout.write(
  `${entries.size} distfiles; ${rows.length} of them in the archive by size and name, ${rows.filter((row) => row.isChecked).length} checked by SHA512; ${index.length} bytes\n`,
);
if (values.report !== undefined) await report(values.report);

/** Every version with its sources: USE flags as the ebuild itself has them, for amd64. */
async function report(target: string): Promise<void> {
  const found = parseIndex(index);
  const phase = openMetadataPhase({ repositories: trees });
  const versions: object[] = [];
  const complete = new Map<string, Set<string>>();
  try {
    for (const { tree, category, pn, folder, entries: own } of packages) {
      const ebuilds = readdirSync(folder).filter((file) => file.endsWith('.ebuild'));
      const eclassDirs = [join(tree, 'eclass'), ...trees.map((each) => join(each, 'eclass'))];
      const answers = await Promise.all(
        ebuilds.map((file) => phase.read({ path: join(folder, file), category, eclassDirs })),
      );
      for (const [at, answer] of answers.entries()) {
        if (answer.kind !== 'ok') continue;
        const defaults = (answer.keys.IUSE ?? '').split(/\s+/).flatMap((word) => /^\+(.*)$/.exec(word)?.[1] ?? []);
        const use = new Set(
          [...defaults, 'amd64', 'elibc_glibc', 'kernel_linux'].filter((flag) => flag !== 'verify-sig'),
        );
        const files = evaluateSourceUri(answer.keys.SRC_URI ?? '', use).map(
          ({ name }) => (found.get(name) ?? []).find(({ sizeBytes }) => sizeBytes === own.get(name)?.sizeBytes) ?? null,
        );
        if (files.length === 0 || files.includes(null)) continue;
        const all = files.filter((file) => file !== null);
        const cp = `${category}/${pn}`;
        const isStable = (answer.keys.KEYWORDS ?? '').split(/\s+/).includes('amd64');
        const isChecked = all.every((file) => file.isChecked);
        const isReleased = all.every(
          ({ suite }) => !(laterSuites as readonly string[]).includes(suite.split('-')[0] ?? ''),
        );
        for (const [label, holds] of Object.entries({
          'by size and name': true,
          '  of them in released suites': isReleased,
          'checked by SHA512': isChecked,
          '  of them in released suites, checked': isChecked && isReleased,
          '  of them stable on amd64, checked': isChecked && isStable,
        })) {
          if (holds) complete.set(label, (complete.get(label) ?? new Set()).add(cp));
        }
        const version = (ebuilds[at] as string).slice(pn.length + 1, -'.ebuild'.length);
        versions.push({ cp, version, keywords: answer.keys.KEYWORDS ?? '', isChecked, files: all });
      }
    }
  } finally {
    phase.close();
  }
  writeFileSync(target, `${JSON.stringify(versions, null, 1)}\n`);
  for (const [label, names] of complete)
    process.stdout.write(`${names.size} packages with all sources of a version, ${label}\n`);
}
