import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programRoot } from '../lib/home';
import { openFlatcarTree } from '../lib/repo';

/**
 * How long until there is an answer? `node scripts/run.mjs bench/start.ts --flatcar DIR [--atom ATOM] [--count N] [--host FILE --portage CHECKOUT] [--json]`
 *
 * Measures in fresh processes, wall and processor time as medians of N (default 7): loading the indexes of the overlays
 * from their files and what memory that takes, the same after the metadata of one package changed, and the whole command
 * `prefix-studio plan FILE`, warm. `startMs` is a Node.js that does nothing, for comparison: it shows how busy the machine
 * is. With `--portage` a real Portage plans the same atom in the same run, on an index that it has read already. The
 * overlays are copied to a temporary folder first; nothing is fetched.
 */
interface Times {
  readonly wallMs: number;
  readonly cpuMs: number;
}

interface Loaded {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly heapMb: number;
  readonly reread: number;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 10) / 10;
};

const medianTimes = (times: readonly Times[]): Times => ({
  wallMs: median(times.map(({ wallMs }) => wallMs)),
  cpuMs: median(times.map(({ cpuMs }) => cpuMs)),
});

/** Wall, user and system time of a command, as the shell counts them. */
function timeCommand(command: readonly string[], env: NodeJS.ProcessEnv): Times {
  const { stderr, status } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null', 'time', ...command],
    {
      env,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`\`${command.join(' ')}\` stopped with ${status}: ${stderr}`);
  const [wall = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000 };
}

/** Heap and buffers that live, in MB. */
function memory(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

/** What the child does: loads the indexes once. */
function loadOnce(folder: string, cache: string): Loaded {
  const before = memory();
  const start = performance.now();
  const cpu = process.cpuUsage();
  const tree = openFlatcarTree(folder, cache);
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = performance.now() - start;
  const reread = tree.indexes.reduce((sum, index) => sum + index.reread, 0);
  return { wallMs, cpuMs: (user + system) / 1000, heapMb: memory() - before, reread };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    flatcar: { type: 'string' },
    atom: { type: 'string', default: 'prefix/prefix-final' },
    count: { type: 'string', default: '7' },
    host: { type: 'string' },
    portage: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const count = Number(values.count);

function times<Result>(work: () => Result): Result[] {
  return Array.from({ length: count }, work);
}

/** Runs this file again in a process of its own. */
function loadInChild(folder: string, cache: string): Loaded {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', process.argv[1] ?? '', 'load', folder, cache],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Loaded;
}

/** A file of the metadata cache of the first package there is. */
function anyEntry(folder: string): string {
  const cache = join(folder, 'portage-stable/metadata/md5-cache');
  const category = readdirSync(cache).find((name) => name.includes('-')) ?? '';
  return join(cache, category, readdirSync(join(cache, category))[0] ?? '');
}

function summary(loads: readonly Loaded[]) {
  return { ...medianTimes(loads), heapMb: median(loads.map(({ heapMb }) => heapMb)), reread: loads[0]?.reread };
}

function measure(flatcar: string): Record<string, unknown> {
  const base = mkdtempSync(join(tmpdir(), 'prefix-studio-bench-'));
  try {
    const folder = join(base, 'flatcar');
    const home = join(base, 'home');
    const cache = join(home, 'cache');
    cpSync(flatcar, folder, { recursive: true, dereference: false });
    const env = { ...process.env, PREFIX_STUDIO_HOME: home };
    const program = [process.execPath, join(programRoot(), 'bin/prefix-studio.mjs')];
    const design = join(base, 'prefix.yaml');
    writeFileSync(design, `name: demo\nboard: amd64-usr\npath: /opt/demo\ntree: flat\npackages: [${values.atom}]\n`);
    spawnSync(program[0] ?? '', [program[1] ?? '', 'trees', 'add', 'flat', folder], { env });
    const first = timeCommand([...program, 'plan', design], env);
    const plan = medianTimes(times(() => timeCommand([...program, 'plan', design], env)));
    const start = medianTimes(times(() => timeCommand([process.execPath, '-e', '0'], env)));
    const load = summary(times(() => loadInChild(folder, cache)));
    const entry = anyEntry(folder);
    const changed = summary(
      times(() => {
        appendFileSync(entry, '\n');
        return loadInChild(folder, cache);
      }),
    );
    const afterChange = times(() => {
      appendFileSync(entry, '\n');
      return timeCommand([...program, 'plan', design], env);
    });
    return {
      startMs: start,
      index: load,
      indexAfterOneChange: changed,
      command: { first, warm: plan, afterOneChange: medianTimes(afterChange) },
    };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function besidePortage(flatcar: string, host: string, checkout: string): Times {
  const rows = times(() => ({ atom: values.atom }));
  const { stdout, stderr, status } = spawnSync(
    'python3',
    [join(programRoot(), 'scripts/fidelity/plan_portage.py'), checkout],
    {
      input: JSON.stringify({ flatcar, host, board: 'amd64-usr', rows }),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  if (status !== 0) throw new Error(`Portage stopped: ${stderr.slice(-2000)}`);
  const found = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => (JSON.parse(line) as { ms: number }).ms);
  return { wallMs: median(found), cpuMs: median(found) };
}

const [task, folder, cache] = positionals;
if (task === 'load' && folder !== undefined && cache !== undefined) {
  process.stdout.write(JSON.stringify(loadOnce(folder, cache)));
} else if (!values.flatcar || !existsSync(values.flatcar)) {
  process.stderr.write(
    'usage: bench/start.ts --flatcar DIR [--atom ATOM] [--count N] [--host FILE --portage CHECKOUT] [--json]\n',
  );
  process.exitCode = 2;
} else {
  const report = measure(values.flatcar);
  if (values.portage && values.host) {
    const portage = besidePortage(values.flatcar, values.host, values.portage);
    const { command } = report as { command: { warm: Times } };
    report.portage = portage;
    report.portageToCommand = Math.round((portage.cpuMs / command.warm.cpuMs) * 10) / 10;
  }
  process.stdout.write(`${JSON.stringify(report, null, values.json ? 0 : 1)}\n`);
}
