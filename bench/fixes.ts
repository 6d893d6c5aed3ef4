import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { applyEdits, type Design, designSchema } from '../lib/design';
import { programRoot } from '../lib/home';
import type { Board } from '../lib/layout/names';
import { type FlatcarPrefix, loadFlatcarPrefix, readHostTable } from '../lib/repo';
import { deriveFailures } from '../lib/resolve/derive';
import { editedHost, providedVersion } from '../lib/resolve/edited-view';
import { explainDerivations, storyText } from '../lib/resolve/explain';
import { explainNoFix } from '../lib/resolve/explain-no-fix';
import { defaultLimits, searchFixes } from '../lib/resolve/fixes';
import { defaultOptions } from '../lib/resolve/options';
import { Package } from '../lib/resolve/package';
import type { DesignEdit, Fix, NoFixReason } from '../lib/resolve/plan';
import { type Resolution, resolve } from '../lib/resolve/resolver';
import { portageFiles } from '../scripts/fidelity/portage-files';
import { type Recorded, readRecorded } from '../scripts/recorded-plans';

/**
 * For how many atoms that cannot be planned is a change of the design offered, and does a real Portage take it?
 * `node scripts/run.mjs bench/fixes.ts FILE.jsonl... --flatcar DIR --host FILE [--portage CHECKOUT] [--sample N] [--others N] [--only ATOM] [--verbose] [--json]`
 *
 * The files are recorded plans, of which the failed ones count. Every fix is proven on the real configuration first.
 * `--portage`: a checkout of Portage that plans with the first fix of N atoms (`--sample`, default all) and with N of the
 * second and third ones (`--others`, default 0), spread evenly. Nothing is fetched. Times are milliseconds of processor time.
 */
interface Outcome {
  readonly file: string;
  readonly row: Recorded;
  readonly fixes: readonly Fix[];
  readonly noFix: readonly NoFixReason[];
  readonly resolution: Resolution;
  readonly ms: number;
}

interface Verdict {
  readonly atom: string;
  readonly success: boolean;
  readonly problem?: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    flatcar: { type: 'string' },
    host: { type: 'string' },
    portage: { type: 'string' },
    sample: { type: 'string' },
    others: { type: 'string', default: '0' },
    only: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

const flatcarDir = values.flatcar ?? fail('--flatcar DIR: a folder with the Flatcar overlays');
const hostFile = values.host ?? fail('--host FILE: a table of what the host has');
for (const path of [flatcarDir, hostFile, ...positionals]) if (!existsSync(path)) fail(`\`${path}\` does not exist`);
const hostInstalled = readHostTable(hostFile);

function designOf({ board, python_targets: python, atom }: Recorded): Design {
  const targets = python === 'default' ? {} : { PYTHON_TARGETS: python, PYTHON_SINGLE_TARGET: python };
  return designSchema.parse({ name: 'demo', board, path: '/opt/demo', packages: [atom], make_conf: targets });
}

let opened: FlatcarPrefix['opened'] | undefined;
const prefixes = new Map<string, FlatcarPrefix>();

function prefixOf(design: Design, isKept: boolean): FlatcarPrefix {
  const key = JSON.stringify({ ...design, packages: [], host_provides: [] });
  const known = prefixes.get(key);
  if (known !== undefined) return known;
  const prefix = loadFlatcarPrefix({
    flatcarDir,
    board: design.board,
    hostInstalled,
    settings: design,
    ...(opened === undefined ? {} : { opened }),
  });
  opened = prefix.opened;
  if (isKept) prefixes.set(key, prefix);
  return prefix;
}

function planned({ success, run }: Resolution): boolean {
  const tasks = run.serialized ?? [];
  return (
    success &&
    !tasks.some((task) => task instanceof Package && task.operation === 'merge' && task.root === run.frozen.running)
  );
}

function search(file: string, row: Recorded): Outcome {
  const design = designOf(row);
  const prefix = prefixOf(design, true);
  const targetOf = (each: FlatcarPrefix) => (row.kind === 'runtime' ? each.runtime : each.target);
  const plan = (host: FlatcarPrefix['host'], target: FlatcarPrefix['target'], atoms: readonly string[]): Resolution =>
    resolve({ running: host, target, targetSysroot: 'target' }, atoms, defaultOptions);
  const prove = (edits: readonly DesignEdit[]): boolean => {
    const changed = applyEdits(design, edits);
    const real = prefixOf(changed, false);
    const host = editedHost(real.host, edits);
    return planned(
      resolve({ running: host, target: targetOf(real), targetSysroot: 'target' }, changed.packages, defaultOptions),
    );
  };
  const first = plan(prefix.host, targetOf(prefix), [row.atom]);
  const names = (pkg: Package) => (pkg.root === first.run.frozen.running ? 'host' : 'staging');
  const derivations = deriveFailures(first, names);
  const problem = { host: prefix.host, target: targetOf(prefix), atoms: [row.atom], requests: [row.atom] };
  const start = process.cpuUsage();
  const { fixes, noFix } = searchFixes(problem, derivations, defaultLimits, prove);
  const { user, system } = process.cpuUsage(start);
  return { file, row, fixes, noFix, resolution: first, ms: (user + system) / 1000 };
}

/** The files below etc/portage that say the same as the edits: of the target and of the host. */
function portageJob({ row }: Outcome, { edits }: Fix): object {
  const design = applyEdits(designOf(row), edits);
  const base = prefixOf(designOf(row), true).host;
  const provided = design.host_provides.map(
    (atom) => `${providedVersion(base, atom) ?? fail(`\`${atom}\` names no version`)}\n`,
  );
  const host = provided.length > 0 ? { 'profile/package.provided': provided.join('') } : {};
  return { atom: design.packages[0], kind: row.kind, config: portageFiles(design), host };
}

/** Asks a real Portage; one process for each board, because it plans for one. */
async function askPortage(checkout: string, board: Board, rows: readonly object[]): Promise<Verdict[]> {
  const script = join(programRoot(), 'scripts/fidelity/plan_portage.py');
  const child = spawn('python3', [script, checkout], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ flatcar: flatcarDir, host: hostFile, board, rows }));
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Verdict);
}

/** `count` of the items, spread evenly. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (count >= items.length) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)] as Item);
}

interface Asked {
  readonly outcome: Outcome;
  readonly fix: Fix;
}

async function judgeAll(checkout: string, asked: readonly Asked[]) {
  const rejected: { file: string; atom: string; title: string; problem: string }[] = [];
  let accepted = 0;
  for (const board of ['amd64-usr', 'arm64-usr'] as const) {
    const own = asked.filter(({ outcome }) => outcome.row.board === board);
    if (own.length === 0) continue;
    const jobs = own.map(({ outcome, fix }) => portageJob(outcome, fix));
    const verdicts = await askPortage(checkout, board, jobs);
    own.forEach(({ outcome, fix }, index) => {
      const verdict = verdicts[index];
      if (verdict?.success === true) accepted += 1;
      else {
        rejected.push({
          file: outcome.file,
          atom: outcome.row.atom,
          title: fix.title,
          problem: verdict?.problem ?? 'no answer',
        });
      }
    });
  }
  return { asked: asked.length, accepted, rejected };
}

const outcomes = positionals.flatMap((file) =>
  (readRecorded(file) ?? fail(`\`${file}\` holds no recorded plans`))
    .filter((row) => !row.success && (values.only === undefined || row.atom === values.only))
    .map((row) => search(basename(file), row)),
);

const times = outcomes.map(({ ms }) => ms).sort((a, b) => a - b);
const timeAt = (part: number): number => Math.round(times[Math.floor(part * (times.length - 1))] ?? 0);
const files = [...new Set(outcomes.map(({ file }) => file))].map((file) => {
  const own = outcomes.filter((outcome) => outcome.file === file);
  const fixed = own.filter(({ fixes }) => fixes.length > 0).length;
  return { file, failing: own.length, fixed, share: Math.round((1000 * fixed) / own.length) / 1000 };
});
const fixed = outcomes.filter(({ fixes }) => fixes.length > 0);
const others = fixed.flatMap((outcome) => outcome.fixes.slice(1).map((fix) => ({ outcome, fix })));
const first = fixed.flatMap((outcome) => outcome.fixes.slice(0, 1).map((fix) => ({ outcome, fix })));
const portage =
  values.portage === undefined
    ? {}
    : {
        portage: await judgeAll(values.portage, [
          ...spread(first, Number(values.sample ?? first.length)),
          ...spread(others, Number(values.others)),
        ]),
      };
const report = {
  files,
  failing: outcomes.length,
  fixed: fixed.length,
  offered: first.length + others.length,
  longestTitle: Math.max(0, ...fixed.flatMap(({ fixes }) => fixes.map(({ title }) => title.length))),
  milliseconds: { median: timeAt(0.5), p95: timeAt(0.95), most: timeAt(1) },
  ...portage,
};

if (values.verbose) {
  for (const { file, row, fixes, noFix, resolution, ms } of outcomes) {
    process.stdout.write(`${row.atom} (${file}, ${Math.round(ms)} ms)\n`);
    for (const fix of fixes) process.stdout.write(`  ${fix.title} — ${fix.cost}\n    ${JSON.stringify(fix.edits)}\n`);
    if (fixes.length > 0) continue;
    const { running } = resolution.run.frozen;
    const derivations = deriveFailures(resolution, (pkg) => (pkg.root === running ? 'host' : 'staging'));
    for (const story of explainDerivations(derivations).slice(0, 1)) {
      process.stdout.write(`${storyText(story, 'staging')}\n`);
    }
    for (const sentence of explainNoFix(noFix)) process.stdout.write(`  NO FIX: ${sentence}\n`);
  }
}
process.stdout.write(`${JSON.stringify(report, null, values.json ? 0 : 1)}\n`);
