import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { programRoot } from '../../lib/home';
import { removeTree } from '../../lib/host/remove-tree';
import { drills } from './all-drills';
import type { Drill, DrillContext, DrillResult } from './drill';
import { endedProcesses } from './processes';

/** Attacks the real product and measures what holds: `npm run drills -- [--only NAME] [--seed N] [--short] [--list] [--json FILE] [--flatcar CHECKOUT [--sources DIR]]`. */

interface Report extends DrillResult {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
}

const usage =
  'usage: npm run drills -- [--only NAME[/PART][,NAME]] [--seed N] [--short] [--list] [--json FILE]\n           [--flatcar CHECKOUT [--sources DIR]]\n' +
  '  --only NAME  run one drill, or several with commas between them; NAME/PART runs one part of it\n' +
  '  --seed N     repeat a run: every random choice follows from it\n' +
  '  --short      the shortened form that `npm test` runs\n' +
  '  --list       name the drills\n' +
  '  --json FILE  write the figures as JSON\n' +
  '  --flatcar CHECKOUT  `kills` builds packages of this checkout of flatcar/scripts instead\n' +
  '  --sources DIR       source files that are there already\n';

function readArguments() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
      flatcar: { type: 'string' },
      sources: { type: 'string' },
      short: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
  });
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`\`--seed ${values.seed}\`: a whole number is wanted.`);
  const flatcar =
    values.flatcar === undefined
      ? null
      : { checkout: resolve(values.flatcar), sources: values.sources === undefined ? null : resolve(values.sources) };
  return { ...values, seed, flatcar, chosen: choose(values.only) };
}

interface Chosen {
  readonly drill: Drill;
  readonly part: string | null;
}

function choose(only: string | undefined): readonly Chosen[] {
  if (only === undefined) return drills.map((drill) => ({ drill, part: null }));
  return only.split(',').map((word) => {
    const [name = '', part = null] = word.split('/');
    const drill = drills.find((candidate) => candidate.name === name);
    if (drill) return { drill, part };
    throw new Error(`\`--only ${name}\`: choose ${drills.map((known) => known.name).join(' or ')}.`);
  });
}

/** What all drills of a run share. */
type Shared = Pick<DrillContext, 'seed' | 'short' | 'flatcar'>;

async function runDrill({ drill, part }: Chosen, base: string, shared: Shared): Promise<Report> {
  const work = join(base, drill.name);
  mkdirSync(work);
  const started = performance.now();
  const say = (text: string): void => void process.stderr.write(`  ${text}\n`);
  let result: DrillResult;
  try {
    result = await drill.run({ ...shared, work, part, say, root: programRoot() });
  } catch (error) {
    result = { figures: {}, failures: [`the drill itself broke: ${(error as Error).stack ?? error}`] };
  }
  return { name: drill.name, title: drill.title, seconds: Math.round((performance.now() - started) / 1000), ...result };
}

function print(report: Report): void {
  const line = (text: string): boolean => process.stdout.write(`${text}\n`);
  line(`\n${report.name}: ${report.title} (${report.seconds} s)`);
  const width = Math.max(0, ...Object.keys(report.figures).map((name) => name.length));
  for (const [name, value] of Object.entries(report.figures)) line(`  ${name.padEnd(width)}  ${value}`);
  for (const failure of report.failures) line(`  MISSED ${failure}`);
  line(report.failures.length === 0 ? '  passed' : `  ${report.failures.length} goals missed`);
}

/** The production build and the bundles, which the first start would make: no drill is about them. */
async function prepareProduct(): Promise<void> {
  const load = (name: string) => import(pathToFileURL(join(programRoot(), 'scripts', name)).href);
  const { buildApp } = (await load('build-app.mjs')) as { buildApp(): boolean };
  const { bundle } = (await load('bundle.mjs')) as { bundle(entry: string, name: string, shape?: string): unknown };
  buildApp();
  await bundle('lib/cli/main.ts', 'cli');
  await bundle('lib/cli/main.ts', 'command', 'whole');
  await bundle('lib/runner/worker-main.ts', 'worker');
  await bundle('lib/runner/planning-main.ts', 'planning');
}

async function runAll(chosen: readonly Chosen[], shared: Shared): Promise<readonly Report[]> {
  const base = mkdtempSync(join(tmpdir(), 'prefix-studio-drills-'));
  // an ordinary user works below it too
  chmodSync(base, 0o755);
  const reports: Report[] = [];
  try {
    for (const one of chosen) {
      process.stderr.write(`== ${one.drill.name}: ${one.drill.title}\n`);
      const report = await runDrill(one, base, shared);
      print(report);
      reports.push(report);
    }
  } finally {
    await endedProcesses(base, 0);
    await removeTree(base);
  }
  return reports;
}

try {
  const { chosen, seed, short, flatcar, list, json } = readArguments();
  if (list) {
    for (const { name, title } of drills) process.stdout.write(`${name.padEnd(12)}  ${title}\n`);
  } else {
    await prepareProduct();
    process.stdout.write(`seed ${seed}\n`);
    const reports = await runAll(chosen, { seed, short, flatcar });
    if (json !== undefined) writeFileSync(json, `${JSON.stringify({ seed, short, drills: reports }, null, 1)}\n`);
    const missed = reports.filter(({ failures }) => failures.length > 0).map(({ name }) => name);
    process.stdout.write(missed.length === 0 ? '\nall drills passed\n' : `\nmissed: ${missed.join(', ')}\n`);
    process.exitCode = missed.length === 0 ? 0 : 1;
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}`);
  process.exitCode = 2;
}
// a drill that broke may have left something open
process.exit();
