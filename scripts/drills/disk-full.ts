import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoggedEvent } from '../../lib/api/events';
import { checkTree, openMerges, prefixPlace } from '../../lib/engine/index';
import { type CommandRun, runBuildCommand } from './command-run';
import type { Drill, DrillContext, DrillResult } from './drill';
import { SmallDisk } from './small-disk';

/** A moment of a build at which its disk becomes full. */
interface Stage {
  readonly name: string;
  readonly comes: (event: LoggedEvent) => boolean;
}

const isPhase =
  (phase: string, root: string) =>
  (event: LoggedEvent): boolean =>
    event.kind === 'package_phase' &&
    event.phase === phase &&
    event.id.startsWith(root) &&
    event.id.includes('app-text/tree');
const isStage =
  (stage: string) =>
  (event: LoggedEvent): boolean =>
    event.kind === 'stage' && event.stage === stage;

/** In the order of a build, so that each resumes what the one before left. */
const stages: readonly Stage[] = [
  { name: 'fetch', comes: isStage('staging') },
  ...['unpack', 'configure', 'compile', 'install', 'package'].map((phase) => ({
    name: phase,
    comes: isPhase(phase, 'staging'),
  })),
  { name: 'merge staging', comes: isPhase('merge', 'staging') },
  { name: 'unpack final', comes: isStage('final') },
  { name: 'merge final', comes: isPhase('merge', 'final') },
  { name: 'proof', comes: isStage('proof') },
  { name: 'image', comes: isStage('image') },
];

const inodeStages = ['unpack', 'install', 'merge staging', 'merge final', 'image'];

const design = { name: 'tree', board: 'amd64-usr', path: '/opt/tree' } as const;
const roomBytes = 96e6;
const roomInodes = 12_000;
const mostSeconds = 60;

class DiskFull {
  private readonly failures: string[] = [];
  private readonly figures: Record<string, number | string> = {};
  private readonly home: string;
  private readonly starter: string;
  private readonly prepared: string;
  private reference = '';
  private waits = 0;

  constructor(private readonly context: DrillContext) {
    this.home = join(context.work, 'home');
    this.prepared = join(context.work, 'prepared');
    this.starter = join(context.root, 'public/starters/tree.yaml');
  }

  async run(): Promise<DrillResult> {
    await this.prepare();
    await this.chain('bytes', stages);
    await this.chain(
      'inodes',
      stages.filter(({ name }) => inodeStages.includes(name)),
    );
    await this.fullDatabase();
    return { figures: this.figures, failures: this.failures };
  }

  /** Builds once with room for all, and keeps the home as it was when the package itself began. */
  private async prepare(): Promise<void> {
    const { context, home } = this;
    context.say('building once with room for all');
    const run = await runBuildCommand(this.starter, {
      root: context.root,
      home,
      onEvent: (event) => {
        if (event.kind === 'package_started' && event.id.startsWith('staging|app-text/tree')) this.keepHome();
      },
    });
    if (!run.last.ok) throw new Error(`the build with room for all failed: ${run.last.message}`);
    this.reference = sha256(join(home, 'images/tree/tree.raw'));
    renameSync(home, join(context.work, 'reference'));
    this.figures['seconds of the build with room for all'] = Math.round(run.seconds);
  }

  private keepHome(): void {
    cpSync(this.home, this.prepared, {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
      // a build leaves the pipes of its job slots, and makes them anew
      filter: (path) => !lstatSync(path).isFIFO(),
    });
    for (const name of ['studio.db', 'studio.db-wal', 'studio.db-shm', 'distfiles', 'runs', 'images']) {
      rmSync(join(this.prepared, name), { recursive: true, force: true });
    }
  }

  /** A home on a small disk, with a little room. */
  private smallHome(): SmallDisk {
    const disk = new SmallDisk(this.home);
    const usedBytes = Number(execFileSync('du', ['-sB1', this.prepared], { encoding: 'utf8' }).split('\t')[0]);
    const usedInodes = Number(
      execFileSync('du', ['--inodes', '-s', this.prepared], { encoding: 'utf8' }).split('\t')[0],
    );
    disk.mount(usedBytes + roomBytes, usedInodes + roomInodes);
    execFileSync('cp', ['-a', `${this.prepared}/.`, this.home]);
    return disk;
  }

  /** One stage after the other in the same home; at the end it is resumed with room and compared. */
  private async chain(what: 'bytes' | 'inodes', chosen: readonly Stage[]): Promise<void> {
    const disk = this.smallHome();
    // with room for the database, so that the stage itself meets the end of the disk
    if (what === 'bytes') this.databaseAt(this.context.work);
    const take = what === 'bytes' ? () => disk.takeBytes() : () => disk.takeInodes();
    try {
      for (const stage of chosen) {
        const label = `${what}, ${stage.name}`;
        const run = await this.fillAt(stage, take);
        disk.free();
        await this.judge(label, run, what);
      }
      await this.resume(what);
    } finally {
      disk.unmount();
    }
  }

  private databaseAt(folder: string): void {
    const path = join(folder, 'elsewhere.db');
    writeFileSync(path, '');
    symlinkSync(path, join(this.home, 'studio.db'));
  }

  private async fillAt(stage: Stage, take: () => void): Promise<CommandRun & { readonly came: boolean }> {
    let came = false;
    // what the build deletes on its way out is taken too, so that the disk stays full to the end
    const again = setInterval(() => came && take(), 100);
    try {
      const run = await runBuildCommand(this.starter, {
        root: this.context.root,
        home: this.home,
        onEvent: (event) => {
          if (came || !stage.comes(event)) return;
          came = true;
          take();
        },
      });
      return { ...run, came };
    } finally {
      clearInterval(again);
    }
  }

  private async judge(
    label: string,
    run: CommandRun & { readonly came: boolean },
    what: 'bytes' | 'inodes',
  ): Promise<void> {
    const { message } = run.last;
    this.context.say(`${label}: ${message}`);
    this.figures[label] =
      `${run.seconds.toFixed(1)} s, ${run.last.ok ? 'built' : `refused ${/while (.*?):/.exec(message)?.[1] ?? ''}`}`;
    const miss = (text: string): void => void this.failures.push(`${label}: ${text}`);
    if (!run.came) miss('the stage never came');
    if (run.status !== (run.last.ok ? 0 : 1)) miss(`exit status ${run.status}`);
    if (/^\s+at .*[:(]\d+:\d+/m.test(run.output)) miss(`a stack trace: ${run.output.slice(-600)}`);
    if (!run.last.ok && !message.includes(`he disk at \`${this.home}\` (drill, tmpfs)`))
      miss(`no word of the disk: ${message}`);
    if (!run.last.ok && !message.includes(what === 'bytes' ? 'full' : 'inodes'))
      miss(`not what is used up: ${message}`);
    if (!run.last.ok && !run.output.includes('prefix-studio clean')) miss('no word of what can go');
    if (run.output.includes('already being built')) miss('it says that it is already being built');
    if (run.seconds > mostSeconds) miss(`${Math.round(run.seconds)} s until it ended`);
    await this.checkTrees(label, true);
    await this.checkTold(label);
  }

  /** A merge that waits to be completed is told by `list`, and only then. */
  private async checkTold(label: string): Promise<void> {
    const place = prefixPlace(design, this.home);
    const waiting = (await Promise.all([place.staging, place.final].map(openMerges))).flat();
    if (waiting.length > 0) this.figures['merges that waited for room'] = ++this.waits;
    const command = [join(this.context.root, 'bin/prefix-studio.mjs'), 'list', '--json'];
    const env = { ...process.env, PREFIX_STUDIO_HOME: this.home, DATABASE_URL: '' };
    const said = execFileSync(process.execPath, command, { env, encoding: 'utf8' });
    const [told] = JSON.parse(said) as readonly { readonly unfinished: readonly string[] }[];
    if (`${told?.unfinished}` !== `${waiting}`)
      this.failures.push(`${label}: \`list\` says \`${told?.unfinished}\` is unfinished, and it is \`${waiting}\``);
  }

  /** Whole packages only; a change that is written down and waits to be completed may stand in one root. */
  private async checkTrees(label: string, mayWait: boolean): Promise<void> {
    const place = prefixPlace(design, this.home);
    for (const target of [place.staging, place.final]) {
      const faults = await checkTree(target, [`${design.path}/etc/portage`]).catch(() => []);
      const waits = mayWait && faults.some(({ detail }) => detail === 'left over from a merge');
      if (faults.length > 0 && !waits) {
        this.failures.push(
          `${label}: ${faults.length} faults in ${target.root}, first ${faults[0]?.detail} ${faults[0]?.path}`,
        );
      }
    }
  }

  private async resume(label: string): Promise<void> {
    const run = await runBuildCommand(this.starter, { root: this.context.root, home: this.home });
    this.figures[`${label}, resumed with room`] = `${run.seconds.toFixed(1)} s`;
    if (!run.last.ok) return void this.failures.push(`${label}: it does not go on: ${run.last.message}`);
    await this.checkTrees(`${label}, resumed`, false);
    await this.checkTold(`${label}, resumed`);
    const isSame = sha256(join(this.home, 'images/tree/tree.raw')) === this.reference;
    if (!isSame) this.failures.push(`${label}: the image differs from the one that was built with room for all`);
    this.figures[`${label}, final image`] = isSame ? 'same bytes' : 'different';
  }

  /** The database alone on a full disk. */
  private async fullDatabase(): Promise<void> {
    const small = new SmallDisk(join(this.context.work, 'database'));
    small.mount(1e6, 100);
    try {
      execFileSync('cp', ['-a', `${this.prepared}/.`, this.home]);
      this.databaseAt(small.mountPoint);
      const run = await this.fillAt({ name: 'database', comes: isStage('setup') }, () => small.takeBytes());
      small.free();
      this.context.say(`database: ${run.last.message}`);
      this.figures.database = `${run.seconds.toFixed(1)} s, ${run.last.ok ? 'built' : 'refused'}`;
      const told = `the disk at \`${small.mountPoint}\``;
      if (!run.last.message.includes(told))
        this.failures.push(`database: no word of the disk: ${run.output.slice(-600)}`);
      if (/^\s+at .*[:(]\d+:\d+/m.test(run.output))
        this.failures.push(`database: a stack trace: ${run.output.slice(-600)}`);
      await this.resume('database');
    } finally {
      small.unmount();
    }
  }
}

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** An ordinary user may mount in a user namespace of his own, as its root. */
function runInNamespace({ root, seed, work }: DrillContext): DrillResult {
  const report = join(work, 'report.json');
  const drill = [join(root, 'scripts/run.mjs'), 'scripts/drills/main.ts', '--only', 'disk-full', '--seed', `${seed}`];
  spawnSync('unshare', ['-rm', process.execPath, ...drill, '--json', report], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { drills } = JSON.parse(readFileSync(report, 'utf8')) as { drills: readonly DrillResult[] };
  return drills[0] as DrillResult;
}

export const diskFull: Drill = {
  name: 'disk-full',
  title: 'the disk becomes full, or its inodes, at each stage of a build',
  async run(context) {
    mkdirSync(context.work, { recursive: true });
    return process.getuid?.() === 0 ? new DiskFull(context).run() : runInNamespace(context);
  },
};
