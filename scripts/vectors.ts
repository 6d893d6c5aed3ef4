import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { atoms } from './vectors/atoms';
import { config } from './vectors/config';
import { depstring } from './vectors/depstring';
import { helpers } from './vectors/helpers';
import type { Outcome, Runners, VectorCase } from './vectors/registry';
import { resolver } from './vectors/resolver';
import { roots } from './vectors/roots';
import { util } from './vectors/util';
import { versions } from './vectors/versions';

/** Runs the test vectors of a folder against the project: `npm run -s vectors -- DIR [--json] [--only TEXT]`. */

const folders: Readonly<Record<string, Runners>> = {
  versions,
  atoms,
  depstring,
  util,
  helpers,
  config,
  resolver,
  roots,
};

interface Tally {
  pass: number;
  fail: number;
  na: number;
}

interface Report {
  readonly folders: Record<string, Tally>;
  readonly failures: { readonly folder: string; readonly id: string; readonly detail: string }[];
  readonly notApplicable: Record<string, { reason: string; count: number }>;
}

/** Cases in which we are known to differ, and how. One that no longer differs fails, so that it is struck out here. */
const knownDifferences: Readonly<Record<string, string>> = {
  'resolver/soname__test_skip_update#3':
    'an update of binary packages that a soname forbids is given up, where Portage keeps the installed package',
};

function asKnown(id: string, outcome: Outcome): Outcome {
  const reason = knownDifferences[id];
  if (reason === undefined || outcome.kind === 'na') return outcome;
  return outcome.kind === 'fail'
    ? { kind: 'na', reason: `known difference: ${reason}` }
    : { kind: 'fail', detail: 'agrees by now: strike it out of the known differences' };
}

const usage = 'usage: npm run -s vectors -- DIR [--json] [--only TEXT]\n';

/** `[folder, file]` of every vector file; DIR is the folder of folders, one folder of it, or one file. */
function vectorFiles(dir: string): [string, string][] {
  if (statSync(dir).isFile()) return [[basename(dirname(dir)), dir]];
  return readdirSync(dir, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): [string, string][] => {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) return vectorFiles(path);
      return entry.name.endsWith('.json') ? [[basename(dir), path]] : [];
    });
}

/** Cases of the decision tables have no `fn`; they are named after their folder. */
function casesOf(folder: string, file: string): VectorCase[] {
  const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return Object.entries(content).flatMap(([list, value]) => {
    if (!Array.isArray(value)) return [];
    return (value as VectorCase[]).map((vector) => ({
      ...vector,
      fn: vector.fn ?? list,
      id: vector.id.includes('/') ? vector.id : `${folder}/${vector.id}`,
    }));
  });
}

async function run(folder: string, vector: VectorCase): Promise<Outcome> {
  const runner = folders[folder]?.[vector.fn];
  if (runner === undefined) return { kind: 'na', reason: 'no runner for this kind' };
  try {
    return await runner(vector);
  } catch (error) {
    const detail =
      error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' | ') : String(error);
    return { kind: 'fail', detail };
  }
}

async function runAll(files: readonly [string, string][], only: string | null): Promise<Report> {
  const report: Report = { folders: {}, failures: [], notApplicable: {} };
  for (const [folder, file] of files) {
    report.folders[folder] ??= { pass: 0, fail: 0, na: 0 };
    const tally = report.folders[folder];
    for (const vector of casesOf(folder, file)) {
      if (only !== null && !vector.id.includes(only) && vector.fn !== only) continue;
      const outcome = asKnown(vector.id, await run(folder, vector));
      tally[outcome.kind] += 1;
      if (outcome.kind === 'fail') report.failures.push({ folder, id: vector.id, detail: outcome.detail });
      if (outcome.kind === 'na') {
        const kind = `${folder}/${vector.fn}: ${outcome.reason}`;
        report.notApplicable[kind] ??= { reason: outcome.reason, count: 0 };
        report.notApplicable[kind].count += 1;
      }
    }
  }
  return report;
}

function print(report: Report): void {
  const line = (text: string): boolean => process.stdout.write(`${text}\n`);
  for (const { id, detail } of report.failures) line(`FAIL ${id}\n     ${detail.slice(0, 600)}`);
  for (const [kind, { count }] of Object.entries(report.notApplicable)) line(`n/a  ${kind} (${count})`);
  line('folder          pass   fail    n/a');
  for (const [folder, { pass, fail, na }] of Object.entries(report.folders)) {
    line(`${folder.padEnd(12)} ${String(pass).padStart(7)}${String(fail).padStart(7)}${String(na).padStart(7)}`);
  }
  const sum = (kind: keyof Tally): number =>
    Object.values(report.folders).reduce((total, tally) => total + tally[kind], 0);
  line(`\n${sum('pass')} passed, ${sum('fail')} failed${sum('na') > 0 ? `, ${sum('na')} skipped` : ''}`);
}

const args = process.argv.slice(2);
const json = args.includes('--json');
const onlyAt = args.indexOf('--only');
const only = onlyAt < 0 ? null : (args[onlyAt + 1] ?? null);
const [dir] = args.filter((arg, index) => !arg.startsWith('--') && (onlyAt < 0 || index !== onlyAt + 1));

if (dir === undefined || !existsSync(dir)) {
  process.stderr.write(dir === undefined ? usage : `\`${dir}\` does not exist\n${usage}`);
  process.exitCode = 2;
} else {
  const report = await runAll(vectorFiles(resolve(dir)), only);
  if (json) process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
  else print(report);
  process.exitCode = report.failures.length > 0 ? 1 : 0;
}
