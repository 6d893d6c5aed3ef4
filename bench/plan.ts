import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programRoot } from '../lib/home';
import { loadFlatcarPrefix, loadPlayground, type Playground, readHostTable } from '../lib/repo';
import { defaultOptions } from '../lib/resolve/options';
import { Package } from '../lib/resolve/package';
import type { RootConfiguration } from '../lib/resolve/provider';
import { type Resolution, resolve } from '../lib/resolve/resolver';
import { readRecorded } from '../scripts/recorded-plans';

/**
 * How fast is planning? `node scripts/run.mjs bench/plan.ts --flatcar DIR --host FILE --atoms FILE.jsonl [--portage DIR] [--count N] [--synthetic] [--json]`
 * Times are milliseconds of processor time of single plans. `--atoms`: a file of recorded plans, of which board and atoms
 * are taken. `--portage`: a checkout of Portage that plans the first N atoms in the same run. `--synthetic`: a made-up tree
 * of 7,500 to 30,000 ebuilds; time per package should not grow.
 */
interface Times {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

function summary(times: readonly number[]): Times {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): number => Math.round((sorted[Math.floor(part * (sorted.length - 1))] ?? 0) * 100) / 100;
  return { medianMs: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
}

function timed<Value>(work: () => Value): { readonly value: Value; readonly ms: number } {
  const start = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(start);
  return { value, ms: (user + system) / 1000 };
}

const merged = ({ run }: Resolution): string[] =>
  (run.serialized ?? [])
    .filter((task): task is Package => task instanceof Package && task.operation === 'merge')
    .filter((task) => task.root === run.frozen.target)
    .map((task) => task.cpv)
    .sort();

interface Comparison {
  readonly ours: Times;
  readonly portage: Times;
  readonly atoms: number;
  /** atoms for which both succeed or fail alike and merge the same versions */
  readonly agree: number;
}

function besidePortage(checkout: string, job: object, plans: ReadonlyMap<string, Resolution>, ours: Times): Comparison {
  const script = join(programRoot(), 'scripts/fidelity/plan_portage.py');
  const { stdout, status, stderr } = spawnSync('python3', [script, checkout], {
    input: JSON.stringify(job),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`Portage stopped: ${stderr.slice(-2000)}`);
  const rows = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { atom: string; success: boolean; merge: string[]; ms: number });
  const agree = rows.filter((row) => {
    const own = plans.get(row.atom);
    if (own === undefined || own.success !== row.success) return false;
    return !row.success || JSON.stringify(merged(own)) === JSON.stringify(row.merge);
  });
  return { ours, portage: summary(rows.map((row) => row.ms)), atoms: rows.length, agree: agree.length };
}

/** Chains of libraries with a few versions each, an any-of and a USE condition. */
function madeUpTree(ebuilds: number): Playground {
  const names = Math.floor(ebuilds / 3);
  const found: Record<string, Record<string, string>> = {};
  for (let index = 0; index < names; index += 1) {
    const needs = [index - 1, index - 7, index - 31].filter(
      (other) => other >= 0 && Math.floor(other / 60) === Math.floor(index / 60),
    );
    const atoms = needs.map((other) => `dev-libs/lib${other}`);
    const [first, second, third] = atoms;
    const words = [first ?? '', second ? `|| ( ${second} dev-libs/none )` : '', third ? `ssl? ( ${third} )` : ''];
    for (const version of ['1.0', '1.1', '2.0']) {
      found[`dev-libs/lib${index}-${version}`] = {
        EAPI: '8',
        SLOT: '0',
        IUSE: '+ssl',
        RDEPEND: words.join(' ').trim(),
      };
    }
  }
  return { ebuilds: found };
}

function planAll(root: RootConfiguration, names: number): number {
  const atoms = Array.from({ length: Math.floor(names / 60) }, (_, group) => `dev-libs/lib${group * 60 + 59}`);
  return timed(() => resolve({ running: root, target: null, targetSysroot: 'target' }, atoms, defaultOptions)).ms;
}

function synthetic(): { readonly ebuilds: number; readonly ms: number; readonly msPer1000: number }[] {
  return [7_500, 15_000, 30_000].map((ebuilds) => {
    const { root } = loadPlayground(madeUpTree(ebuilds));
    planAll(root, Math.floor(ebuilds / 3));
    const ms = Math.min(planAll(root, Math.floor(ebuilds / 3)), planAll(root, Math.floor(ebuilds / 3)));
    return { ebuilds, ms: Math.round(ms), msPer1000: Math.round((ms / ebuilds) * 1e5) / 100 };
  });
}

const { values } = parseArgs({
  options: {
    flatcar: { type: 'string' },
    host: { type: 'string' },
    atoms: { type: 'string' },
    portage: { type: 'string' },
    count: { type: 'string', default: '20' },
    synthetic: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const report: Record<string, unknown> = {};
const { flatcar, host, atoms: file } = values;
if (flatcar && host && file && existsSync(file)) {
  const rows = readRecorded(file);
  if (rows === null) throw new Error(`\`${file}\` holds no recorded plans`);
  const board = rows[0]?.board ?? 'amd64-usr';
  const load = timed(() => loadFlatcarPrefix({ flatcarDir: flatcar, board, hostInstalled: readHostTable(host) }));
  const prefix = load.value;
  const planOne = (row: (typeof rows)[number]): Resolution =>
    resolve(
      {
        running: prefix.host,
        target: row.kind === 'runtime' ? prefix.runtime : prefix.target,
        targetSysroot: 'target',
      },
      [row.atom],
      defaultOptions,
    );
  const cold = summary(rows.map((row) => timed(() => planOne(row)).ms));
  planOneByOne(rows, planOne);
  const plans = new Map<string, Resolution>();
  const times = rows.map((row) => {
    const { value, ms } = timed(() => planOne(row));
    plans.set(row.atom, value);
    return ms;
  });
  report.load = { ms: Math.round(load.ms) };
  report.first = cold;
  report.warm = summary(times);
  if (values.portage) {
    const few = rows.slice(0, Number(values.count)).map(({ atom }) => ({ atom }));
    const job = { flatcar, host, board, rows: few };
    const own = summary(times.slice(0, few.length));
    report.besidePortage = besidePortage(values.portage, job, plans, own);
  }
}
if (values.synthetic) report.synthetic = synthetic();

/** Warms everything that a long running process has warm. */
function planOneByOne<Row>(rows: readonly Row[], planRow: (row: Row) => Resolution): void {
  for (const row of rows) planRow(row);
}

if (Object.keys(report).length === 0) {
  process.stderr.write(
    'usage: bench/plan.ts --flatcar DIR --host FILE --atoms FILE.jsonl [--portage DIR] [--synthetic] [--json]\n',
  );
  process.exitCode = 2;
} else {
  process.stdout.write(`${JSON.stringify(report, null, values.json ? 0 : 1)}\n`);
}
