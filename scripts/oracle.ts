import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { type FlatcarPrefix, loadFlatcarPrefix, readHostTable } from '../lib/repo';
import { deriveFailures } from '../lib/resolve/derive';
import { defaultOptions } from '../lib/resolve/options';
import { Package } from '../lib/resolve/package';
import { type Resolution, resolve } from '../lib/resolve/resolver';
import { type Merged, type Recorded, readRecorded } from './recorded-plans';

/**
 * Compares our plans with recorded ones: `npm run -s oracle -- FILE.jsonl... --flatcar DIR --host FILE [--json]`.
 * A plan agrees when it succeeds or fails like the recorded one and merges the same packages, in the same slots and with
 * the same USE flags, on the target.
 */

interface FileReport {
  readonly total: number;
  readonly agree: number;
  readonly failures: readonly { readonly atom: string; readonly expected: string; readonly got: string }[];
}

const usage = 'usage: npm run -s oracle -- FILE.jsonl... --flatcar DIR --host FILE [--only ATOM] [--json]\n';

/** `cpv::repository:slot/subslot use` of everything merged on the target. */
const lineOf = ({ cpv, repo, slot, use }: Omit<Merged, 'root'>): string =>
  `${cpv}::${repo}:${slot} ${[...use].sort().join(',')}`;

function plannedLines({ run }: Resolution): string[] {
  return (run.serialized ?? []).flatMap((task) => {
    if (!(task instanceof Package) || task.operation !== 'merge' || task.root !== run.frozen.target) return [];
    const use = run.useOf(task);
    const enabled = [...task.candidate.iuse.keys()].filter((flag) => use.has(flag));
    return [
      lineOf({ cpv: task.cpv, repo: task.candidate.repository, slot: `${task.slot}/${task.subSlot}`, use: enabled }),
    ];
  });
}

function describeFailure(resolution: Resolution): string {
  const { running } = resolution.run.frozen;
  const [first] = deriveFailures(resolution, (pkg) => (pkg.root === running ? 'host' : 'staging'));
  return first === undefined ? 'failure' : `failure ${JSON.stringify(first.failure).slice(0, 300)}`;
}

const prefixes = new Map<string, FlatcarPrefix>();
let opened: FlatcarPrefix['opened'] | undefined;

function prefixFor({ board, python_targets: python }: Recorded, flatcarDir: string, host: string): FlatcarPrefix {
  const key = `${board} ${python}`;
  let prefix = prefixes.get(key);
  if (prefix === undefined) {
    prefix = loadFlatcarPrefix({
      flatcarDir,
      board,
      hostInstalled: readHostTable(host),
      ...(python === 'default' ? {} : { pythonTargets: python }),
      ...(opened === undefined ? {} : { opened }),
    });
    opened = prefix.opened;
    prefixes.set(key, prefix);
  }
  return prefix;
}

function judge(recorded: Recorded, flatcarDir: string, host: string): FileReport['failures'][number] | null {
  const prefix = prefixFor(recorded, flatcarDir, host);
  const resolution = resolve(
    {
      running: prefix.host,
      target: recorded.kind === 'runtime' ? prefix.runtime : prefix.target,
      targetSysroot: 'target',
    },
    recorded.atom.split(' '),
    defaultOptions,
  );
  if (resolution.success !== recorded.success) {
    return {
      atom: recorded.atom,
      expected: recorded.success ? 'a plan' : `failure ${recorded.failure?.reason} ${recorded.failure?.atom}`,
      got: resolution.success ? 'a plan' : describeFailure(resolution),
    };
  }
  if (!recorded.success) return null;
  const want = new Set((recorded.merge ?? []).filter(({ root }) => root === 'target').map(lineOf));
  const got = new Set(plannedLines(resolution));
  const missing = [...want].filter((line) => !got.has(line));
  const extra = [...got].filter((line) => !want.has(line));
  if (missing.length + extra.length === 0) return null;
  return { atom: recorded.atom, expected: missing.join('; '), got: extra.join('; ') };
}

function option(args: string[], name: string): string | null {
  const at = args.indexOf(name);
  if (at < 0) return null;
  const [, value] = args.splice(at, 2);
  return value ?? null;
}

const args = process.argv.slice(2);
const json = args.includes('--json');
const flatcarDir = option(args, '--flatcar');
const host = option(args, '--host');
const only = option(args, '--only');
const files = args.filter((arg) => !arg.startsWith('--'));
const missing = [flatcarDir, host, ...files].find((path) => path !== null && !existsSync(path));

if (flatcarDir === null || host === null || files.length === 0 || missing !== undefined) {
  process.stderr.write(missing ? `\`${missing}\` does not exist\n${usage}` : usage);
  process.exitCode = 2;
} else {
  const reports: Record<string, FileReport> = {};
  for (const file of files) {
    const recorded = readRecorded(file);
    if (recorded === null) {
      process.stderr.write(`\`${file}\` holds no recorded plans and is left out\n`);
      continue;
    }
    const rows = recorded.filter((row) => only === null || row.atom === only);
    const failures = rows.flatMap((row) => judge(row, flatcarDir, host) ?? []);
    reports[basename(file)] = { total: rows.length, agree: rows.length - failures.length, failures };
  }
  const all = Object.values(reports);
  const total = all.reduce((sum, report) => sum + report.total, 0);
  const agree = all.reduce((sum, report) => sum + report.agree, 0);
  if (json) {
    process.stdout.write(`${JSON.stringify({ files: reports, total, agree }, null, 1)}\n`);
  } else {
    for (const [name, report] of Object.entries(reports)) {
      for (const { atom, expected, got } of report.failures) {
        process.stdout.write(`FAIL ${name}: ${atom}\n  expected ${expected}\n  got      ${got}\n`);
      }
      process.stdout.write(`${name}: ${report.agree} of ${report.total}\n`);
    }
    process.stdout.write(`\n${agree} passed, ${total - agree} failed\n`);
  }
  process.exitCode = agree === total ? 0 : 1;
}
