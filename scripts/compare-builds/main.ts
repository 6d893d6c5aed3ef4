/**
 * Lets a real Portage build what a prefix has, with the same compiler in the same prefix, and compares the packages: paths,
 * kinds, modes, owners, links, ELF, sizes and the files of the VDB.
 *
 *   node scripts/run.mjs scripts/compare-builds/main.ts PORTAGE-CHECKOUT PREFIX [--out FILE.md] [--work FOLDER] [CATEGORY/PN...]
 *
 * A folder of `--work` keeps what Portage built; the next run builds only what it lacks. PREFIX is a stored prefix that the engine has built from a Flatcar tree with `toolchain: host`. Needs bubblewrap, and what
 * Portage needs of its host: `scanelf` (pax-utils), GNU tar, make and sed. The exit status is 1 when a difference is unexplained.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readDesignSource } from '../../lib/cli/design-source';
import { parseDesign } from '../../lib/design';
import { placeOfOpened } from '../../lib/drivers/embedded/embedded-engine';
import { PackageStore } from '../../lib/engine';
import { listInstalled } from '../../lib/engine/vdb';
import { dataHome, programRoot } from '../../lib/home';
import { findProgram } from '../../lib/host/find-program';
import { hostFacts } from '../../lib/plan/host-facts';
import { openDesign } from '../../lib/plan/open-design';
import { parseCpv } from '../../lib/pms/cpv';
import { readBuilt } from './built-package';
import { differencesOf } from './compare';
import { buildWithPortage } from './portage-build';
import { type Compared, reportOf } from './report';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, work: { type: 'string' } },
});
const [checkout, prefix, ...wanted] = positionals;

const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(2);
};
if (checkout === undefined || prefix === undefined || !existsSync(join(checkout, 'bin/emerge')))
  fail(
    'usage: node scripts/run.mjs scripts/compare-builds/main.ts PORTAGE-CHECKOUT PREFIX [--out FILE] [--work FOLDER] [CATEGORY/PN...]',
  );
for (const tool of ['bwrap', 'scanelf', 'zstd']) if (findProgram(tool) === null) fail(`\`${tool}\` is not installed`);

const parsed = parseDesign((await readDesignSource(prefix as string)).text);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const opened = await openDesign(parsed.design, { home: dataHome() });
const place = placeOfOpened(opened);
const facts = hostFacts(opened);
const target = { root: place.stagingRoot, eprefix: place.path };
const work = values.work ? resolve(values.work) : mkdtempSync(join(tmpdir(), 'compare-builds-'));
const store = new PackageStore(join(place.stagingDir, 'pkgs'));
/** made by our own overlay from the build machine's compiler; Portage would copy the same files */
const isOfToolchain = (cpv: string): boolean => /^(sys-libs\/c-runtime|sys-devel\/c-toolchain)-/.test(cpv);
const nameOf = (cpv: string): string => {
  const { category, pn } = parseCpv(cpv);
  return `${category}/${pn}`;
};

const compared: Compared[] = [];
try {
  for (const cpv of await listInstalled(target)) {
    if (isOfToolchain(cpv) || (wanted.length > 0 && !wanted.includes(nameOf(cpv)))) continue;
    const own = (await store.builds(cpv)).at(-1);
    if (own === undefined) continue;
    process.stdout.write(`${cpv} `);
    try {
      const host = {
        checkout: checkout as string,
        work,
        eroot: place.stagingEroot,
        eprefix: place.path,
        provided: facts.hostProvided,
        names: facts.hostNames,
        hostTools: join(programRoot(), 'lib/engine/runtime/host-tools'),
      };
      const theirs = buildWithPortage(host, cpv);
      const images = join(work, 'images');
      rmSync(images, { recursive: true, force: true });
      mkdirSync(images);
      const ourPackage = readBuilt(own.path, join(place.stagingEroot, 'var/db/pkg', cpv), join(images, 'ours'));
      const differences = differencesOf(
        ourPackage,
        readBuilt(theirs.binaryPackage, theirs.entry, join(images, 'theirs')),
      );
      compared.push({ cpv, entries: ourPackage.entries.size, elfs: ourPackage.elfs.size, differences });
      const open = differences.filter(({ reason }) => reason === null);
      process.stdout.write(`${differences.length} differences, ${open.length} unexplained\n`);
      for (const { aspect, name, ours, theirs: other } of open)
        process.stdout.write(`  ${aspect} ${name}\n    ours:    ${ours}\n    Portage: ${other}\n`);
    } catch (error) {
      process.stdout.write(`not compared: ${(error as Error).message}\n`);
      compared.push({ cpv, entries: 0, elfs: 0, differences: [], failure: (error as Error).message });
    }
  }
} finally {
  if (!values.work) rmSync(work, { recursive: true, force: true });
}
const { summary, markdown } = reportOf(compared);
process.stdout.write(`${summary}\n`);
if (values.out) writeFileSync(values.out, markdown);
const isFine = ({ differences, failure }: Compared): boolean =>
  failure === undefined && differences.every(({ reason }) => reason !== null);
process.exit(compared.length > 0 && compared.every(isFine) ? 0 : 1);
