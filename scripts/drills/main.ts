import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programRoot } from '../../lib/home';
import { drills } from './all-drills';
import type { Drill, DrillResult } from './drill';

/** Attacks the real product and measures what holds: `npm run drills -- [--only NAME] [--seed N] [--short] [--list] [--json FILE]`. */

interface Report extends DrillResult {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
}

const usage =
  'usage: npm run drills -- [--only NAME[,NAME]] [--seed N] [--short] [--list] [--json FILE]\n' +
  '  --only NAME  run one drill, or several with commas between them\n' +
  '  --seed N     repeat a run: every random choice follows from it\n' +
  '  --short      the shortened form that `npm test` runs\n' +
  '  --list       name the drills\n' +
  '  --json FILE  write the figures as JSON\n';

function readArguments() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
      short: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
  });
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`\`--seed ${values.seed}\`: a whole number is wanted.`);
  return { ...values, seed, chosen: choose(values.only) };
}

function choose(only: string | undefined): readonly Drill[] {
  if (only === undefined) return drills;
  return only.split(',').map((name) => {
    const found = drills.find((drill) => drill.name === name);
    if (!found) throw new Error(`\`--only ${name}\`: choose ${drills.map((drill) => drill.name).join(' or ')}.`);
    return found;
  });
}

async function runDrill(drill: Drill, base: string, seed: number, short: boolean): Promise<Report> {
  const work = join(base, drill.name);
  mkdirSync(work);
  const started = performance.now();
  const say = (text: string): void => void process.stderr.write(`  ${text}\n`);
  let result: DrillResult;
  try {
    result = await drill.run({ seed, work, short, say, root: programRoot() });
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

async function runAll(chosen: readonly Drill[], seed: number, short: boolean): Promise<readonly Report[]> {
  const base = mkdtempSync(join(tmpdir(), 'prefix-studio-drills-'));
  const reports: Report[] = [];
  try {
    for (const drill of chosen) {
      process.stderr.write(`== ${drill.name}: ${drill.title}\n`);
      const report = await runDrill(drill, base, seed, short);
      print(report);
      reports.push(report);
    }
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
  return reports;
}

try {
  const { chosen, seed, short, list, json } = readArguments();
  if (list) {
    for (const { name, title } of drills) process.stdout.write(`${name.padEnd(12)}  ${title}\n`);
  } else {
    process.stdout.write(`seed ${seed}\n`);
    const reports = await runAll(chosen, seed, short);
    if (json !== undefined) writeFileSync(json, `${JSON.stringify({ seed, short, drills: reports }, null, 1)}\n`);
    const missed = reports.filter(({ failures }) => failures.length > 0).map(({ name }) => name);
    process.stdout.write(missed.length === 0 ? '\nall drills passed\n' : `\nmissed: ${missed.join(', ')}\n`);
    process.exitCode = missed.length === 0 ? 0 : 1;
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}`);
  process.exitCode = 2;
}
