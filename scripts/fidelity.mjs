// npm run fidelity: is what we plan what Portage plans? Against recorded data, against a real Portage, or both.
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { project } from './bundle.mjs';
import { checkNode, installDependencies, say } from './set-up.mjs';
import { Tally } from './tally.mjs';
import { readPlaywright, readVitest } from './test-reports.mjs';

const node = process.execPath;
const bin = (name) => join(project, 'node_modules', '.bin', name);
const script = (path, ...args) => ['scripts/run.mjs', path, ...args];

const needs =
  'npm run fidelity needs recorded data (`-- DIR`, or PREFIX_STUDIO_FIDELITY_DATA) or a real Portage to ask ' +
  '(`-- --portage CHECKOUT --flatcar CHECKOUT [--seed N] [--count N] [--only ID] [--record FILE]`); scripts/fidelity/README.md says more.';

const liveOptions = ['portage', 'flatcar', 'seed', 'count', 'only', 'record'];

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: Object.fromEntries(['data', ...liveOptions].map((name) => [name, { type: 'string' }])),
    });
  } catch (error) {
    say(`${error.message}\n${needs}`);
    process.exit(2);
  }
}

/** The parts of a folder of recorded data that are there. */
async function againstData(tally, data) {
  const environment = () => ({ PREFIX_STUDIO_FIDELITY_DATA: data });
  const part = (name) => join(data, name);
  const has = (...names) => names.every((name) => existsSync(part(name)));
  if (has('vectors')) await tally.suite('vectors', node, () => script('scripts/vectors.ts', part('vectors')));
  if (has('oracle', 'flatcar')) {
    const plans = readdirSync(part('oracle')).filter((name) => /^(staging|runtime)\..*\.jsonl$/.test(name));
    const place = ['--flatcar', part('flatcar'), '--host', part('oracle/host-installed.jsonl')];
    const files = plans.map((name) => part(`oracle/${name}`));
    await tally.suite('recorded plans of Portage', node, () => script('scripts/oracle.ts', ...files, ...place));
  }
  if (has('oracle', 'flatcar', 'emerge-transcripts')) {
    const run = ['run', '--config', 'scripts/fidelity/vitest.config.mjs', '--reporter=default', '--reporter=json'];
    await tally.suite('recorded details', node, (report) => [bin('vitest'), ...run, `--outputFile.json=${report}`], {
      read: readVitest,
      environment,
    });
  }
  if (has('flatcar')) await journeys(tally, environment);
}

async function journeys(tally, environment) {
  if (!(await tally.program('production build', node, ['scripts/build-app.mjs']))) return;
  const run = ['test', '--config', 'playwright.fidelity.config.ts', '--reporter=line,json'];
  await tally.suite('journeys on the Flatcar overlays', node, () => [bin('playwright'), ...run], {
    read: readPlaywright,
    environment: (report) => ({ ...environment(), PLAYWRIGHT_JSON_OUTPUT_NAME: report }),
  });
}

function againstPortage(tally, values) {
  const given = liveOptions.filter((name) => values[name] !== undefined);
  const args = given.flatMap((name) => [
    `--${name}`,
    ['portage', 'flatcar', 'record'].includes(name) ? resolve(values[name]) : values[name],
  ]);
  return tally.suite('plans of a real Portage', node, () => script('scripts/fidelity/live.ts', ...args));
}

checkNode();
const { values, positionals } = readArguments();
const data = positionals[0] ?? values.data ?? process.env.PREFIX_STUDIO_FIDELITY_DATA;
if (data && !existsSync(data)) {
  say(`\`${data}\` does not exist\n${needs}`);
  process.exit(2);
}
if (data || values.portage || values.flatcar) {
  process.env.PREFIX_STUDIO_ROOT ??= project;
  installDependencies();
  const tally = new Tally();
  if (data) await againstData(tally, resolve(data));
  if (values.portage || values.flatcar) await againstPortage(tally, values);
  tally.finish();
} else {
  say(needs);
}
