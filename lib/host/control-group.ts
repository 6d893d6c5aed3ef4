import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { LimitName, SandboxLimits } from './sandbox-limits';

/** Controllers of cgroup v2 that hold a sandbox to its limits. */
export type Controller = 'memory' | 'pids';

/** A part of the tree of control groups that was handed to us, and what it can do. */
export interface Delegation {
  /** folder below which groups can be made */
  readonly folder: string;
  readonly controllers: readonly Controller[];
}

/** The group of our own processes: a group that has groups of its own with controllers may hold no process itself. */
const ownGroup = 'prefix-studio';

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** Where the tree of cgroup v2 is mounted and which group this process is in; null: there is none. Source: cgroups(7). */
function whereWeAre(): string | null {
  const mount = /^\S+ \S+ \S+ (\S+) (\S+) .* - cgroup2 /m.exec(read('/proc/self/mountinfo') ?? '');
  const path = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1];
  if (!mount || path === undefined) return null;
  const [, root = '/', point = ''] = mount;
  const below = root !== '/' && path.startsWith(root) ? path.slice(root.length) : path;
  return join(point, below);
}

/**
 * Was this group handed to us? It must belong to our user and be that of a systemd service (`Delegate=`), or the root of a
 * container's own tree; a session of a person holds processes that are not ours to move. The root of the machine has no type.
 */
function isDelegated(folder: string): boolean {
  try {
    accessSync(join(folder, 'cgroup.subtree_control'), constants.W_OK);
    const isRoot = read('/proc/self/cgroup')?.includes('0::/\n') ?? false;
    const isService = folder.endsWith('.service') && process.env.INVOCATION_ID !== undefined;
    return (
      statSync(folder).uid === process.getuid?.() && existsSync(join(folder, 'cgroup.type')) && (isService || isRoot)
    );
  } catch {
    return false;
  }
}

const words = (path: string): readonly string[] => (read(path) ?? '').split(/\s+/).filter((word) => word !== '');

/** Moves what runs in the group into one below, and hands the controllers on. Source: kernel, cgroup-v2, "No Internal Process". */
function prepare(folder: string): Delegation | null {
  const offered = words(join(folder, 'cgroup.controllers'));
  const controllers = (['memory', 'pids'] as const).filter((name) => offered.includes(name));
  if (controllers.length === 0) return null;
  const own = join(folder, ownGroup);
  mkdirSync(own, { recursive: true });
  for (const pid of words(join(folder, 'cgroup.procs'))) {
    try {
      writeFileSync(join(own, 'cgroup.procs'), pid);
    } catch {
      // it ended meanwhile
    }
  }
  writeFileSync(join(folder, 'cgroup.subtree_control'), controllers.map((name) => `+${name}`).join(' '));
  return { folder, controllers };
}

let known: Delegation | null | undefined;

/** The part of the tree of control groups that sandboxes may use; null: rlimits and watching have to do. Found once. */
export function delegation(): Delegation | null {
  if (known !== undefined) return known;
  const here = whereWeAre();
  try {
    if (here === null) known = null;
    else if (basename(here) === ownGroup) known = prepare(dirname(here));
    else known = isDelegated(here) ? prepare(here) : null;
  } catch {
    known = null;
  }
  return known;
}

let count = 0;

/** A control group for one sandbox. */
export class ControlGroup {
  private constructor(
    private readonly folder: string,
    readonly controllers: readonly Controller[],
  ) {}

  /** null: groups cannot be made here. */
  static open({ memory, processes }: SandboxLimits, place: Delegation | null = delegation()): ControlGroup | null {
    if (place === null) return null;
    count += 1;
    const folder = join(place.folder, `sandbox-${process.pid}-${count}`);
    try {
      mkdirSync(folder);
      if (place.controllers.includes('memory')) {
        writeFileSync(join(folder, 'memory.max'), `${Math.floor(memory)}`);
        writeFileSync(join(folder, 'memory.oom.group'), '1');
      }
      if (place.controllers.includes('pids')) writeFileSync(join(folder, 'pids.max'), `${processes}`);
    } catch {
      return null;
    }
    return new ControlGroup(folder, place.controllers);
  }

  /** Words in front of a command line that start it in this group. */
  get entrance(): readonly string[] {
    const enter = 'echo "$$" > "$0/cgroup.procs" && exec "$@"';
    // bash reads ~/.bashrc when its input is a socket, as Node's pipes are
    return ['bash', '--norc', '-c', enter, this.folder];
  }

  /** The limit that the kernel enforced here, if any. */
  get exceeded(): LimitName | null {
    if (this.count('memory.events', 'oom_kill') > 0) return 'memory';
    return this.count('pids.events', 'max') > 0 ? 'processes' : null;
  }

  /** Ends everything in it. */
  kill(): void {
    try {
      writeFileSync(join(this.folder, 'cgroup.kill'), '1');
    } catch {
      // the kernel is older than 5.14, or the group is gone
    }
  }

  remove(): void {
    try {
      rmdirSync(this.folder);
    } catch {
      // the last of its processes is still ending
      setTimeout(() => this.removeLate(), 1000).unref();
    }
  }

  private removeLate(): void {
    try {
      rmdirSync(this.folder);
    } catch {
      // an empty group costs nothing
    }
  }

  private count(file: string, name: string): number {
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(read(join(this.folder, file)) ?? '')?.[1] ?? 0);
  }
}
