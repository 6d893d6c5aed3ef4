// npm test: sets everything up, then runs every check. Ends with totals on a line of their own.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from './build-app.mjs';
import { project } from './bundle.mjs';
import { checkNode, installDependencies, installSystemPackages, isInPath, missingPackages, say } from './set-up.mjs';

checkNode();
process.env.PREFIX_STUDIO_ROOT ??= project;
const work = mkdtempSync(join(tmpdir(), 'prefix-studio-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };

const bin = (name) => join(project, 'node_modules', '.bin', name);

function run(program, args, environment = {}) {
  return spawnSync(program, args, { cwd: project, stdio: ['ignore', 1, 2], env: { ...process.env, ...environment } })
    .status;
}

/** A check that passes or fails as a whole. */
function check(title, action) {
  say(`\n== ${title}`);
  const startedMs = Date.now();
  let isGood = false;
  try {
    isGood = action();
  } catch (error) {
    say(error.message);
  }
  totals[isGood ? 'passed' : 'failed'] += 1;
  say(`== ${title}: ${isGood ? 'passed' : 'FAILED'} (${Math.round((Date.now() - startedMs) / 1000)} s)`);
  return isGood;
}

/** A runner that counts its own tests and writes a JSON report. */
function suite(title, program, args, report, count, environment) {
  say(`\n== ${title}`);
  const startedMs = Date.now();
  const status = run(program, args, environment);
  const counts = existsSync(report)
    ? count(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 };
  // a runner may fail without a failing test: nothing found, or a crash
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  for (const name of Object.keys(totals)) totals[name] += counts[name];
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  say(`== ${title}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)`);
}

const hasPostgres = () =>
  existsSync('/usr/lib/postgresql') &&
  readdirSync('/usr/lib/postgresql').some((name) => existsSync(`/usr/lib/postgresql/${name}/bin/initdb`));

/** What only the tests need. */
function testPackages() {
  const packages = [];
  if (!process.env.CHROMIUM_PATH && !isInPath('chromium')) packages.push('chromium');
  if (!hasPostgres()) packages.push('postgresql');
  return packages;
}

const vitestCount = (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests,
  skipped: report.numPendingTests + report.numTodoTests,
});

const playwrightCount = ({ stats }) => ({
  passed: stats.expected + stats.flaky,
  failed: stats.unexpected,
  skipped: stats.skipped,
});

check('dependencies', () => {
  installDependencies();
  return true;
});
if (totals.failed === 0) {
  installSystemPackages(await missingPackages());
  installSystemPackages(testPackages());
  const node = process.execPath;
  // the types of routes are written by Next
  check('route types', () => run(node, [bin('next'), 'typegen']) === 0);
  check('types', () => run(node, [bin('tsc'), '--noEmit']) === 0);
  check('lint', () => run(bin('biome'), ['check', '.']) === 0);
  const unit = join(work, 'unit.json');
  suite(
    'unit tests',
    node,
    [bin('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${unit}`],
    unit,
    vitestCount,
  );
  const isBuilt = check('production build', () => {
    buildApp();
    return true;
  });
  const e2e = join(work, 'e2e.json');
  if (isBuilt) {
    suite('end-to-end tests', node, [bin('playwright'), 'test', '--reporter=line,json'], e2e, playwrightCount, {
      PLAYWRIGHT_JSON_OUTPUT_NAME: e2e,
    });
  }
}
rmSync(work, { recursive: true, force: true });
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
process.exitCode = totals.failed === 0 ? 0 : 1;
