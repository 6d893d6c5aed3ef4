import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { programRoot } from '../lib/home';

/**
 * How long until the first answer on a checkout of flatcar/scripts of which nothing was read before, and how much of it is read?
 * `node scripts/run.mjs bench/first-plan.ts --flatcar DIR [--atom ATOM]… [--toolchain host|sdk] [--rounds N] [--ahead] [--json]`
 *
 * Each round has a data folder of its own. Wall and processor time are those of `prefix-studio plan` with every process that
 * it starts, sandboxes too, as perf counts them, of the round with the least; `again` is the same command once more, when what it asks for is read.
 * `--ahead` runs it before everything else that the machine does (`chrt`, as root), which comes close to a quiet machine.
 */
const { values } = parseArgs({
  options: {
    flatcar: { type: 'string' },
    atom: { type: 'string', multiple: true, default: ['virtual/zlib', 'net-misc/curl', 'dev-lang/python'] },
    toolchain: { type: 'string', default: 'host' },
    rounds: { type: 'string', default: '3' },
    ahead: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

interface Times {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const program = [process.execPath, join(programRoot(), 'bin/prefix-studio.mjs')];

/**
 * Times of a command with everything that it starts. Counted by perf: the time of a sandbox that is killed reaches nobody who
 * waits. A plan that does not exist is an answer, too.
 */
function timeCommand(command: readonly string[], env: NodeJS.ProcessEnv): Times {
  const counted = ['perf', 'stat', '-x,', '-e', 'task-clock', '--'];
  const [file = '', ...rest] = [...(values.ahead ? ['chrt', '-r', '1'] : []), ...counted, ...command];
  const start = performance.now();
  const { stderr, status } = spawnSync(file, rest, { env, encoding: 'utf8' });
  const wallMs = Math.round(performance.now() - start);
  const cpuMs = Number(/^([\d.]+),msec,task-clock/m.exec(stderr)?.[1] ?? Number.NaN);
  if (Number.isNaN(cpuMs)) throw new Error(`\`${command.join(' ')}\` ended with ${status}: ${stderr}`);
  return { wallMs, cpuMs: Math.round(cpuMs) };
}

/** Ebuilds whose metadata was written below a data folder. */
function ebuildsRead(home: string): number {
  const folder = join(home, 'cache/metadata');
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files.filter((entry) => entry.isFile() && !entry.name.endsWith('.json')).length;
}

function firstPlan(flatcar: string, atom: string): { first: Times; again: Times; ebuilds: number } {
  const base = mkdtempSync(join(tmpdir(), 'prefix-studio-bench-'));
  try {
    const home = join(base, 'home');
    const env = { ...process.env, PREFIX_STUDIO_HOME: home };
    const design = join(base, 'prefix.yaml');
    writeFileSync(
      design,
      `name: demo\nboard: amd64-usr\npath: /opt/demo\ntree: flat\ntoolchain: ${values.toolchain}\npackages: [${atom}]\n`,
    );
    spawnSync(program[0] ?? '', [program[1] ?? '', 'trees', 'add', 'flat', flatcar], { env });
    const first = timeCommand([...program, 'plan', design], env);
    const ebuilds = ebuildsRead(home);
    return { first, again: timeCommand([...program, 'plan', design], env), ebuilds };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

if (!values.flatcar) {
  process.stderr.write(
    'usage: bench/first-plan.ts --flatcar DIR [--atom ATOM]… [--toolchain host|sdk] [--ahead] [--json]\n',
  );
  process.exitCode = 2;
} else {
  const flatcar = resolve(values.flatcar);
  const rows = values.atom.map((atom) => {
    const rounds = Array.from({ length: Number(values.rounds) }, () => firstPlan(flatcar, atom));
    const [least] = rounds.sort((a, b) => a.first.cpuMs - b.first.cpuMs);
    return { atom, ...least };
  });
  if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else {
    for (const { atom, first, again, ebuilds } of rows) {
      const times = ({ wallMs = 0, cpuMs = 0 }: Partial<Times> = {}): string =>
        `${(wallMs / 1000).toFixed(2)} s, ${(cpuMs / 1000).toFixed(2)} s of processors`;
      process.stdout.write(`${atom}: ${times(first)}, ${ebuilds} ebuilds read; again ${times(again)}\n`);
    }
  }
}
