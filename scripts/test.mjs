// npm test: sets everything up, then runs every check. Ends with totals on a line of their own.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { project } from './bundle.mjs';
import { checkNode, installDependencies, isInPath, providePackages, provideTools } from './set-up.mjs';
import { Tally } from './tally.mjs';
import { readPlaywright, readVitest } from './test-reports.mjs';

const node = process.execPath;
const bin = (name) => join(project, 'node_modules', '.bin', name);

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

/** Side by side with the unit tests, which leave the processor idle now and then. */
async function checkBuildAndTry(tally) {
  // the types of routes are written by Next, below the folder into which it builds
  await tally.program('route types', node, [bin('next'), 'typegen']);
  await tally.program('types', node, [bin('tsc'), '--noEmit']);
  await tally.program('lint', bin('biome'), ['check', '.']);
  const isBuilt = await tally.program('production build', node, ['scripts/build-app.mjs']);
  if (!isBuilt) return;
  await drills(tally);
  await journeys(tally);
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
  await Promise.all([checkBuildAndTry(tally), unitTests(tally)]);
}
tally.finish();
