import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Design, validateDesign } from '../lib/design';
import { programRoot } from '../lib/home';
import { addTree, openDesign, planBootstrap } from '../lib/plan';
import type { BootstrapPlan } from '../lib/plan/bootstrap-report';

/**
 * Does a bootstrap hold what Portage would merge? Every stage of the cross way is asked of a real Portage too, with what
 * its earlier stages merged installed in staging:
 * `node scripts/run.mjs bench/bootstrap.ts --flatcar DIR --host FILE --portage DIR [--board B] [--python T] [--without ATOM]...`
 * Prints each stage with what only one side has. 0: no difference.
 */
interface Answer {
  readonly id: string;
  readonly success: boolean;
  readonly merge: readonly string[];
  readonly problem: string;
}

function designOf(board: string, python: string | undefined): Design {
  const make_conf = python === undefined ? {} : { PYTHON_TARGETS: python, PYTHON_SINGLE_TARGET: python };
  const fields = {
    name: 'demo',
    board,
    path: '/opt/demo',
    tree: 'flatcar',
    packages: ['prefix/prefix-final'],
    make_conf,
  };
  const result = validateDesign(fields);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.design;
}

function askPortage(checkout: string, job: object): Map<string, Answer> {
  const { stdout, stderr, status } = spawnSync(
    'python3',
    [join(programRoot(), 'scripts/fidelity/plan_portage.py'), checkout],
    {
      input: JSON.stringify(job),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  if (status !== 0) throw new Error(`Portage stopped: ${stderr.slice(-2000)}`);
  const answers = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Answer]));
  return new Map(answers.map((answer) => [answer.id, answer]));
}

function rowsOf(outcome: BootstrapPlan['stages'][number]['outcome']): string[] {
  if (outcome.kind !== 'planned') return [];
  return outcome.packages
    .filter(({ root }) => root === 'staging')
    .map(({ cpv, repository, use }) => `${cpv} ${repository} ${use.join(' ')}`.trim());
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      flatcar: { type: 'string' },
      host: { type: 'string' },
      portage: { type: 'string' },
      board: { type: 'string', default: 'amd64-usr' },
      python: { type: 'string' },
      without: { type: 'string', multiple: true, default: [] },
    },
  });
  const { flatcar, host, portage, board, python, without } = values;
  if (!flatcar || !host || !portage) throw new Error('--flatcar, --host and --portage are needed');
  const home = mkdtempSync(join(tmpdir(), 'bench-bootstrap-'));
  try {
    addTree('flatcar', resolve(flatcar), home);
    const design = designOf(board, python);
    const opened = await openDesign(design, { home, host: { kind: 'table', path: resolve(host) } });
    const plan = planBootstrap(opened, 'cross', { without, wantsFixes: false });
    const stages = plan.stages.map(({ id, requests, use, update, changedUse, root }) => ({
      id,
      atoms: requests,
      use,
      // the wrapper of the prefix passes no options
      options:
        root === 'final' ? {} : { ...(update && { '--update': true }), ...(changedUse && { '--changed-use': true }) },
    }));
    const makeConf = Object.entries(design.make_conf).map(([name, value]) => `${name}="${value}"\n`);
    const config = {
      'make.conf': makeConf.join(''),
      ...(without.length > 0 && { 'profile/packages': without.map((atom) => `-*${atom}\n`).join('') }),
    };
    const rows = [{ stages, config }];
    const answers = askPortage(portage, { flatcar, host, board, prefix: design.path, rows });
    return plan.stages.filter(({ id, outcome }) => !tell(id, outcome, answers.get(id))).length;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Is it the same? */
function tell(id: string, outcome: BootstrapPlan['stages'][number]['outcome'], answer: Answer | undefined): boolean {
  const ours = rowsOf(outcome);
  const theirs = answer?.merge ?? [];
  const onlyOurs = ours.filter((row) => !theirs.includes(row));
  const onlyTheirs = theirs.filter((row) => !ours.includes(row));
  const isSame =
    (outcome.kind === 'planned') === (answer?.success ?? false) && onlyOurs.length + onlyTheirs.length === 0;
  console.log(`${id}: ${outcome.kind}, ${ours.length} packages; Portage ${answer?.success ? theirs.length : 'none'}`);
  for (const row of onlyOurs) console.log(`  only ours: ${row}`);
  for (const row of onlyTheirs) console.log(`  only Portage: ${row}`);
  return isSame;
}

process.exitCode = (await main()) === 0 ? 0 : 1;
