// npm test: sets everything up, then runs every check. Ends with totals on a line of their own.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { project } from './bundle.mjs';
import { checkNode, installDependencies, isInPath, providePackages, provideTools } from './set-up.mjs';
import { Tally } from './tally.mjs';
import { readPlaywright, readVitest } from './test-reports.mjs';

const node = process.execPath;
const bin = (name) => join(project, 'node_modules', '.bin', name);
/** Not by `.bin/tsc`, which may be that of the TypeScript whose compiler tests of ours call. */
const typeChecker = join(project, 'node_modules', 'typescript-7', 'bin', 'tsc');

const hasPostgres = () =>
  existsSync('/usr/lib/postgresql') &&
  readdirSync('/usr/lib/postgresql').some((name) => existsSync(`/usr/lib/postgresql/${name}/bin/initdb`));

const everywhere = (name, emerge) => ({
  ...Object.fromEntries(['apt', 'dnf', 'pacman', 'zypper', 'apk'].map((system) => [system, [name]])),
  emerge: [emerge],
});

/** What only the tests need. */
async function provideTestPackages() {
  if (!process.env.CHROMIUM_PATH && !isInPath('chromium')) {
    await providePackages(everywhere('chromium', 'www-client/chromium'));
  }
  if (!hasPostgres()) await providePackages(everywhere('postgresql', 'dev-db/postgresql'));
}

/** Writes the types of routes below the folder into which Next builds, then builds. Answers whether there is a production build. */
async function build(tally) {
  await tally.program('route types', node, [bin('next'), 'typegen']);
  return tally.program('production build', node, ['scripts/build-app.mjs']);
}

/** Two lanes of about the same length; unit tests leave the processor idle now and then. */
async function checkAll(tally) {
  const built = build(tally);
  const browse = async () => {
    if (await built) await journeys(tally);
  };
  const testAndAttack = async () => {
    await unitTests(tally);
    const isBuilt = await built;
    await tally.program('types', node, [typeChecker, '--noEmit']);
    await tally.program('lint', bin('biome'), ['check', '.']);
    if (isBuilt) await drills(tally);
  };
  await Promise.all([browse(), testAndAttack()]);
}

function unitTests(tally) {
  return tally.suite(
    'unit tests',
    node,
    (report) => [bin('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { read: readVitest, isQuiet: true },
  );
}

function journeys(tally) {
  return tally.suite('journeys in a browser', node, () => [bin('playwright'), 'test', '--reporter=line,json'], {
    read: readPlaywright,
    isQuiet: true,
    environment: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: report }),
  });
}

/** The short form of the attacks on the running product; `npm run drills` runs all of them. */
const drills = (tally) =>
  tally.program('drills, short', node, [
    'scripts/run.mjs',
    'scripts/drills/main.ts',
    '--short',
    '--seed',
    '1',
    '--only',
    shortDrills,
  ]);
const shortDrills = 'requests,designs,overlay';

checkNode();
process.env.PREFIX_STUDIO_ROOT ??= project;
const tally = new Tally();
const isReady = await tally.check('dependencies', () => {
  installDependencies();
  return true;
});
if (isReady) {
  await provideTools();
  await provideTestPackages();
  await checkAll(tally);
}
tally.finish();
