import type { Design } from '../../lib/design';
import {
  type FlatcarPrefix,
  type HostEntry,
  loadFlatcarPrefix,
  type PackageTree,
  type PrefixSettings,
} from '../../lib/repo';
import { deriveFailures } from '../../lib/resolve/derive';
import { defaultOptions } from '../../lib/resolve/options';
import { Package } from '../../lib/resolve/package';
import { type Resolution, resolve } from '../../lib/resolve/resolver';
import type { Merged, Recorded } from '../recorded-plans';

/** Where a plan of ours is not the recorded one. */
export interface Difference {
  /** what Portage has and we lack, or why it has no plan */
  readonly expected: string;
  /** what we have and Portage lacks, or why we have no plan */
  readonly got: string;
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
}

/** `cpv::repository:slot/subslot use` */
const lineOf = ({ cpv, repo, slot, use }: Omit<Merged, 'root'>): string =>
  `${cpv}::${repo}:${slot} ${[...use].sort().join(',')}`.trim();

/** Everything merged on the target. */
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

/**
 * Compares plans with recorded ones, all on the same overlays and host. A plan agrees when it succeeds or fails like the
 * recorded one and merges the same packages, in the same slots and with the same USE flags, on the target.
 */
export class Comparer {
  private readonly prefixes = new Map<string, FlatcarPrefix>();

  constructor(
    private readonly opened: PackageTree,
    private readonly hostInstalled: readonly HostEntry[],
  ) {}

  /** The configurations for a board and settings; those without settings of a user are kept. */
  prefix(board: Design['board'], settings: Partial<PrefixSettings> = {}): FlatcarPrefix {
    const key = `${board} ${JSON.stringify(settings.make_conf ?? {})}`;
    const isPlain = Object.keys(settings).every((name) => name === 'make_conf');
    const known = isPlain ? this.prefixes.get(key) : undefined;
    if (known) return known;
    const { opened, hostInstalled } = this;
    const prefix = loadFlatcarPrefix({ flatcarDir: '', opened, board, hostInstalled, settings });
    if (isPlain) this.prefixes.set(key, prefix);
    return prefix;
  }

  /** null: no difference. */
  difference(recorded: Recorded): Difference | null {
    const resolution = this.plan(recorded);
    const theirs = (recorded.merge ?? []).filter(({ root }) => root === 'target').map(lineOf);
    const ours = resolution.success ? plannedLines(resolution) : [];
    const expected = recorded.success ? 'a plan' : `failure ${recorded.failure?.reason} ${recorded.failure?.atom}`;
    if (resolution.success !== recorded.success) {
      const got = resolution.success ? 'a plan' : describeFailure(resolution);
      return { expected, got, theirs, ours };
    }
    const missing = theirs.filter((line) => !ours.includes(line));
    const extra = ours.filter((line) => !theirs.includes(line));
    if (missing.length + extra.length === 0) return null;
    return { expected: missing.join('; '), got: extra.join('; '), theirs, ours };
  }

  private plan({ board, python_targets: python, kind, atom, settings }: Recorded): Resolution {
    const targets: Record<string, string> =
      python === 'default' ? {} : { PYTHON_TARGETS: python, PYTHON_SINGLE_TARGET: python };
    const prefix = this.prefix(board, { make_conf: targets, ...settings });
    const roots = {
      running: prefix.host,
      target: kind === 'runtime' ? prefix.runtime : prefix.target,
      targetSysroot: 'target',
    } as const;
    return resolve(roots, atom.split(' '), defaultOptions);
  }
}
