import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programRoot } from '../lib/home';
import { parseAtom } from '../lib/pms/atom';
import { parseCpv } from '../lib/pms/cpv';
import { evaluateDependency, parseDependency } from '../lib/pms/dependency';
import { matchesAtom } from '../lib/pms/match';
import { compareVersions, parseVersion } from '../lib/pms/version';

/**
 * How fast is lib/pms? `node scripts/run.mjs bench/pms.ts [--tree DIR] [--portage DIR] [--json]`
 * Times are medians of processor time; what counts are the ratios, which do not depend on the machine: twice the input in
 * about twice the time, and ours against a real Portage on the same texts.
 * `--tree`: a package tree with metadata/md5-cache whose texts are used instead of made-up ones.
 * `--portage`: a checkout of Portage.
 */
interface Texts {
  readonly versions: readonly string[];
  readonly atoms: readonly string[];
  readonly dependencies: readonly string[];
}

/** Deterministic numbers, so that every run parses the same texts. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function madeUpTexts(count: number): Texts {
  const next = numbers(count);
  const pick = (items: readonly string[]): string => items[next(items.length)] as string;
  const version = (): string => {
    const dots = Array.from({ length: 1 + next(3) }, () => String(next(40))).join('.');
    return dots + pick(['', '', '', 'a', '_rc1', '_p20240101', '_alpha2_p3']) + pick(['', '', '-r1', '-r12']);
  };
  const name = (): string =>
    `${pick(['dev-libs', 'sys-apps', 'net-misc'])}/pkg${String.fromCharCode(97 + next(26))}-x${next(500)}y`;
  const atom = (): string => {
    const operator = pick(['', '', '>=', '>=', '~', '=', '<']);
    const slot = pick(['', '', '', ':0', ':=', ':0/1=', ':*']);
    const use = pick(['', '', '', '[ssl]', '[ssl?,-static]', '[abi_x86_64(-)?,abi_x86_32(-)?]']);
    return `${operator}${name()}${operator === '' ? '' : `-${version()}`}${slot}${use}`;
  };
  const group = (depth: number): string => {
    const items = Array.from({ length: 2 + next(4) }, () => {
      const kind = depth === 0 ? 9 : next(10);
      if (kind < 2) return `${pick(['', '!'])}${pick(['ssl', 'doc', 'test'])}? ( ${group(depth - 1)} )`;
      return kind < 3 ? `|| ( ${group(depth - 1)} )` : atom();
    });
    return items.join(' ');
  };
  return {
    versions: Array.from({ length: count }, version),
    atoms: Array.from({ length: count }, atom),
    dependencies: Array.from({ length: Math.ceil(count / 8) }, () => group(3)),
  };
}

function treeTexts(tree: string, count: number): Texts {
  const cache = join(tree, 'metadata/md5-cache');
  const versions: string[] = [];
  const dependencies: string[] = [];
  for (const category of readdirSync(cache, { withFileTypes: true })) {
    if (!category.isDirectory()) continue;
    for (const pf of readdirSync(join(cache, category.name))) {
      versions.push(parseCpv(`${category.name}/${pf}`).version.text);
      for (const line of readFileSync(join(cache, category.name, pf), 'utf8').split('\n')) {
        const match = /^[BIPR]?DEPEND=(.+)$/.exec(line);
        if (match?.[1] !== undefined) dependencies.push(match[1]);
      }
    }
  }
  const atoms = dependencies.flatMap((text) => text.split(' ').filter((word) => word.includes('/')));
  const cut = <Item>(items: readonly Item[], most: number): Item[] => items.slice(0, most);
  return { versions: cut(versions, count), atoms: cut(atoms, count), dependencies: cut(dependencies, count) };
}

/** Median of several runs, milliseconds of processor time: other work on the machine does not count. */
function medianMs(run: () => void, runs = 9): number {
  const times = Array.from({ length: runs }, () => {
    const start = process.cpuUsage();
    run();
    return process.cpuUsage(start).user / 1000;
  }).sort((a, b) => a - b);
  return times[runs >> 1] as number;
}

/** A suffix that no text seen before has, so that the caches are of no use. */
let fresh = 0;
const freshName = (text: string): string => text.replace(/\/([A-Za-z0-9])/g, () => `/n${fresh}`);

interface Task {
  readonly name: string;
  readonly items: (texts: Texts) => readonly string[];
  /** texts are new when `isCold` */
  readonly run: (items: readonly string[]) => void;
  readonly isCold: boolean;
}

const flags = new Set(['ssl', 'test']);

const tasks: readonly Task[] = [
  {
    name: 'parse version',
    isCold: true,
    items: ({ versions }) => versions,
    run: (items) => items.forEach(parseVersion),
  },
  {
    name: 'sort versions',
    isCold: false,
    items: ({ versions }) => versions,
    run: (items) => void items.map(parseVersion).sort(compareVersions),
  },
  {
    name: 'parse atom',
    isCold: true,
    items: ({ atoms }) => atoms,
    run: (items) =>
      items.forEach((text) => {
        parseAtom(text);
      }),
  },
  {
    name: 'parse atom again',
    isCold: false,
    items: ({ atoms }) => atoms,
    run: (items) =>
      items.forEach((text) => {
        parseAtom(text);
      }),
  },
  {
    name: 'match atom',
    isCold: false,
    items: ({ atoms }) => atoms,
    run: (items) => {
      const candidate = { ...parseCpv('dev-libs/pkga-x1y-1.2.3'), slot: '0', subSlot: '0', use: flags, iuse: flags };
      for (const text of items) matchesAtom(parseAtom(text), candidate);
    },
  },
  {
    name: 'parse dependency',
    isCold: true,
    items: ({ dependencies }) => dependencies,
    run: (items) =>
      items.forEach((text) => {
        parseDependency(text);
      }),
  },
  {
    name: 'parse and evaluate',
    isCold: false,
    items: ({ dependencies }) => dependencies,
    run: (items) =>
      items.forEach((text) => {
        evaluateDependency(parseDependency(text), flags);
      }),
  },
];

interface Row {
  readonly task: string;
  readonly items: number;
  readonly microsecondsEach: number;
  /** time for the whole input over twice the time for half of it; 1 is linear */
  readonly linearity: number;
  readonly timesFasterThanPortage: number | null;
}

function timeOf(task: Task, texts: readonly string[]): number {
  if (!task.isCold) {
    const times = Math.ceil(100_000 / texts.length);
    const repeat = (): void => {
      for (let done = 0; done < times; done += 1) task.run(texts);
    };
    repeat();
    return medianMs(repeat) / times;
  }
  return medianMs(() => {
    fresh += 1;
    const cold = task.name === 'parse version' ? texts.map((text) => `${fresh}.${text}`) : texts.map(freshName);
    task.run(cold);
  });
}

function portageTimes(portage: string, texts: Texts): Readonly<Record<string, number>> {
  const script = join(programRoot(), 'bench/pms_portage.py');
  const { status, stdout, stderr } = spawnSync('python3', [script, portage], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`Portage did not run: ${stderr}`);
  return JSON.parse(stdout) as Record<string, number>;
}

function measure(texts: Texts, portage: Readonly<Record<string, number>>): Row[] {
  return tasks.map((task) => {
    const items = task.items(texts);
    const half = timeOf(task, items.slice(0, items.length >> 1));
    const whole = timeOf(task, items);
    const theirs = portage[task.name];
    return {
      task: task.name,
      items: items.length,
      microsecondsEach: (whole * 1000) / items.length,
      linearity: whole / (2 * half),
      timesFasterThanPortage: theirs === undefined ? null : theirs / whole,
    };
  });
}

const { values } = parseArgs({
  options: { tree: { type: 'string' }, portage: { type: 'string' }, json: { type: 'boolean' } },
});
const count = 20_000;
if (values.tree !== undefined && !existsSync(join(values.tree, 'metadata/md5-cache'))) {
  process.stderr.write(`\`${values.tree}\` has no metadata/md5-cache\n`);
  process.exitCode = 2;
} else {
  const texts = values.tree === undefined ? madeUpTexts(count) : treeTexts(values.tree, count);
  const rows = measure(texts, values.portage === undefined ? {} : portageTimes(values.portage, texts));
  if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 1)}\n`);
  else {
    process.stdout.write('task                  items    µs each  linearity  against Portage\n');
    for (const { task, items, microsecondsEach, linearity, timesFasterThanPortage } of rows) {
      const against = timesFasterThanPortage === null ? '' : `${timesFasterThanPortage.toFixed(1)} times faster`;
      process.stdout.write(
        `${task.padEnd(20)} ${String(items).padStart(6)} ${microsecondsEach.toFixed(3).padStart(10)} ${linearity.toFixed(2).padStart(10)}  ${against}\n`,
      );
    }
  }
}
