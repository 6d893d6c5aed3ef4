import type { Dependency } from '@/lib/resolve/dependency';
import { loadPlayground, type Playground } from '../../lib/repo';
import { AmbiguousName } from '../../lib/resolve/attempt';
import { circularSolutions } from '../../lib/resolve/circular-solutions';
import { brokenDependencies, depclean } from '../../lib/resolve/depclean';
import { defaultOptions, type ResolveOptions } from '../../lib/resolve/options';
import { Package } from '../../lib/resolve/package';
import { type Resolution, resolve } from '../../lib/resolve/resolver';
import type { Blocker, Run } from '../../lib/resolve/run';
import { notApplicable, type Outcome, type Runners, same, type VectorCase } from './registry';

/** Resolver cases: emerge on a small system, as the vectors' README describes it (resolver). */

type Options = Readonly<Record<string, unknown>>;
type Write = (value: unknown, options: { -readonly [Key in keyof ResolveOptions]: ResolveOptions[Key] }) => void;

const isYes = (value: unknown): boolean => value === true || value === 'y';
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const flag =
  <Key extends keyof ResolveOptions>(key: Key): Write =>
  (value, options) => {
    (options as Record<string, unknown>)[key] = isYes(value);
  };
const list =
  (key: keyof ResolveOptions): Write =>
  (value, options) => {
    (options as Record<string, unknown>)[key] = texts(value);
  };
const nothing: Write = () => {};

const writers: Readonly<Record<string, Write>> = {
  '--update': flag('update'),
  '--deep': (value, options) => {
    options.deep = value === true ? true : Number(value);
  },
  '--newuse': flag('newUse'),
  '--reinstall': (value, options) => {
    options.changedUse = value === 'changed-use';
  },
  '--selective': flag('selective'),
  '--noreplace': flag('noReplace'),
  '--emptytree': flag('emptyTree'),
  '--update-if-installed': flag('updateIfInstalled'),
  '--nodeps': flag('noDeps'),
  '--onlydeps': flag('onlyDeps'),
  '--onlydeps-with-rdeps': flag('onlyDepsWithRdeps'),
  '--onlydeps-with-ideps': flag('onlyDepsWithIdeps'),
  '--buildpkgonly': flag('buildPackagesOnly'),
  '--usepkg': (_, options) => {
    if (options.usePackages === 'no') options.usePackages = 'yes';
  },
  '--getbinpkg': (_, options) => {
    options.remotePackages = true;
    if (options.usePackages === 'no') options.usePackages = 'yes';
  },
  '--usepkgonly': (_, options) => {
    options.usePackages = 'only';
  },
  '--getbinpkgonly': (_, options) => {
    options.remotePackages = true;
    options.usePackages = 'only';
  },
  '--buildpkg-exclude': list('buildPackagesExclude'),
  '--usepkg-exclude': list('usePackagesExclude'),
  '--usepkg-include': list('usePackagesInclude'),
  '--nobindeps': flag('noBinaryDependencies'),
  '--use-ebuild-visibility': flag('useEbuildVisibility'),
  '--rebuilt-binaries': flag('rebuiltBinaries'),
  '--binpkg-respect-use': flag('binaryRespectUse'),
  '--binpkg-changed-deps': flag('binaryChangedDeps'),
  '--with-bdeps': flag('withBdeps'),
  '--with-bdeps-auto': (value, options) => {
    options.withBdepsAuto = value !== 'n';
  },
  '--with-test-deps': flag('withTestDeps'),
  '--root-deps': (value, options) => {
    options.rootDeps = value === 'rdeps' ? 'rdeps' : 'yes';
  },
  '--exclude': list('exclude'),
  '--rebuild-if-unbuilt': flag('rebuildIfUnbuilt'),
  '--rebuild-if-new-rev': flag('rebuildIfNewRevision'),
  '--rebuild-if-new-ver': flag('rebuildIfNewVersion'),
  '--rebuild-if-new-slot': flag('rebuildIfNewSlot'),
  '--rebuild-exclude': list('rebuildExclude'),
  '--rebuild-ignore': list('rebuildIgnore'),
  '--complete-graph': flag('completeGraph'),
  '--complete-graph-if-new-use': flag('completeIfNewUse'),
  '--complete-graph-if-new-ver': flag('completeIfNewVersion'),
  '--ignore-world': flag('ignoreWorld'),
  '--implicit-system-deps': flag('implicitSystemDeps'),
  '--dynamic-deps': flag('dynamicDeps'),
  '--ignore-built-slot-operator-deps': flag('ignoreBuiltSlotOperators'),
  '--changed-deps': flag('changedDeps'),
  '--changed-slot': flag('changedSlot'),
  '--newrepo': flag('newRepository'),
  '--autounmask': flag('autounmask'),
  '--autounmask-use': flag('autounmaskUse'),
  '--autounmask-license': flag('autounmaskLicense'),
  '--autounmask-keep-keywords': flag('autounmaskKeepKeywords'),
  '--autounmask-keep-masks': flag('autounmaskKeepMasks'),
  '--autounmask-backtrack': flag('autounmaskBacktrack'),
  '--backtrack': (value, options) => {
    options.backtrack = Number(value);
  },
  '--getbinpkg-exclude': list('remotePackagesExclude'),
  '--getbinpkg-include': list('remotePackagesInclude'),
  '--oneshot': nothing,
  '--verbose': nothing,
  '--ignore-soname-deps': (value, options) => {
    options.ignoreSonames = value !== 'n';
  },
  '--tree': nothing,
  '--unordered-display': nothing,
  '--columns': nothing,
  '--color': nothing,
  '--debug': nothing,
  '--ask': nothing,
  '--pretend': nothing,
  '--quiet': nothing,
  '--depclean': nothing,
  '--prune': nothing,
  '--deselect': (value, options) => {
    options.deselect = value !== 'n';
  },
};

function readOptions(given: Options): ResolveOptions | string {
  const options = { ...defaultOptions };
  for (const [name, value] of Object.entries(given)) {
    const write = writers[name];
    if (write === undefined) return `option ${name} is not known`;
    write(value, options);
  }
  return options;
}

const mainRepository = 'test_repo';

function taskText(run: Run, task: Package | Blocker): string {
  if (!(task instanceof Package)) return task.atom.text;
  let text = task.cpv;
  const build = task.candidate.buildId;
  if (task.kind === 'binary' && build !== null) text += `-${build}`;
  if (task.repository !== mainRepository && task.repository !== '') text += `::${task.repository}`;
  if (task.root !== run.frozen.running) text += '{targetroot}';
  if (task.operation === 'uninstall') return `[uninstall]${text}`;
  if (task.kind === 'binary') return `[${task.candidate.binhost !== null ? 'binary,remote' : 'binary'}]${text}`;
  return text;
}

function mergeList({ run }: Resolution): string[] | null {
  const tasks = run.serialized;
  return tasks === null ? null : tasks.map((task) => taskText(run, task));
}

interface Compare {
  readonly check_repo_names?: boolean;
  readonly ignore_mergelist_order?: boolean;
  readonly ignore_cleanlist_order?: boolean;
  readonly ambiguous_merge_order?: boolean;
  readonly merge_order_assertions?: readonly (readonly [string, string])[];
  readonly ambiguous_slot_collision_solutions?: boolean;
  readonly all_permutations?: boolean;
}

type Expected = Readonly<Record<string, unknown>>;

const withoutRepository = (text: string): string => (text.startsWith('!') ? text : text.replace(/::[^{]*/, ''));

/** A list of lists stands for its members in any order at this place. */
function matchesAmbiguous(got: readonly string[], want: readonly (string | readonly string[])[]): boolean {
  let at = 0;
  for (const item of want) {
    if (typeof item === 'string') {
      if (got[at] !== item) return false;
      at += 1;
      continue;
    }
    const part = got.slice(at, at + item.length);
    if (JSON.stringify([...part].sort()) !== JSON.stringify([...item].sort())) return false;
    at += item.length;
  }
  return at === got.length;
}

function compareMergeList(got: string[] | null, want: unknown, compare: Compare): Outcome {
  if (want === null || got === null) return same(got, want);
  const clean = compare.check_repo_names ? (text: string) => text : withoutRepository;
  const own = got.map(clean);
  const wanted = (want as (string | string[])[]).map((item) =>
    typeof item === 'string' ? clean(item) : item.map(clean),
  );
  for (const [a, b] of compare.merge_order_assertions ?? []) {
    const [first, second] = [own.indexOf(clean(a)), own.indexOf(clean(b))];
    if (first < 0 || second < 0 || first > second)
      return { kind: 'fail', detail: `\`${a}\` before \`${b}\`: ${own.join(' ')}` };
  }
  if (compare.ignore_mergelist_order) return same([...own].sort(), [...wanted].flat().sort());
  if (compare.ambiguous_merge_order) {
    if (matchesAmbiguous(own, wanted)) return { kind: 'pass' };
    return { kind: 'fail', detail: `expected ${JSON.stringify(wanted)}, got ${JSON.stringify(own)}` };
  }
  return same(own, wanted);
}

const orNull = <Value>(value: Value, isEmpty: boolean): Value | null => (isEmpty ? null : value);

function useChanges(run: Run): Record<string, Record<string, boolean>> | null {
  const found = [...run.state.useChanges];
  return orNull(
    Object.fromEntries(found.map(([pkg, change]) => [pkg.cpv, Object.fromEntries(change.changes)])),
    found.length === 0,
  );
}

const namesOf = (packages: Iterable<Package>): string[] => [...new Set([...packages].map((pkg) => pkg.cpv))].sort();

/** Everything about a resolution that a case may ask for. */
function facts(resolution: Resolution): Record<string, () => unknown> {
  const { run, success } = resolution;
  return {
    success: () => success,
    mergelist: () => mergeList(resolution),
    use_changes: () => useChanges(run),
    license_changes: () => {
      const found = [...run.state.licenses];
      return orNull(
        Object.fromEntries(found.map(([pkg, licenses]) => [pkg.cpv, [...licenses].sort()])),
        found.length === 0,
      );
    },
    unstable_keywords: () => {
      const found = namesOf(run.state.unstableKeywords);
      return orNull(found, found.length === 0);
    },
    needed_p_mask_changes: () => {
      const found = namesOf(run.state.unmasked);
      return orNull(found, found.length === 0);
    },
    slot_collision_solutions: () =>
      run.slotSolutions === null
        ? null
        : run.slotSolutions.map((solution) =>
            Object.fromEntries([...solution].map(([pkg, flags]) => [pkg.cpv, Object.fromEntries(flags)])),
          ),
    circular_dependency_solutions: () => {
      if (run.circularGraph === null) return null;
      const found = circularSolutions(run);
      return found === null
        ? null
        : Object.fromEntries(
            [...found].map(([pkg, solutions]) => [
              pkg.cpv,
              solutions.map((solution) => [...solution].sort(([a], [b]) => (a < b ? -1 : 1))),
            ]),
          );
    },
    virtual_cycle: () => (run.virtualCycle === null ? null : run.virtualCycle.map((pkg) => pkg.cpv).sort()),
    unsatisfied_deps: () => run.unsatisfiedForDisplay.map(({ atom }) => atom.text).sort(),
    required_use_unsatisfied: () =>
      orNull(
        run.unsatisfiedForDisplay
          .filter(({ requiredUseOf }) => requiredUseOf !== null)
          .map(({ atom }) => atom.text)
          .sort(),
        !run.requiredUseUnsatisfied,
      ),
  };
}

const sorted = (value: unknown): unknown => {
  if (!Array.isArray(value)) return value;
  return [...value].map((item) => JSON.stringify(item)).sort();
};

function compareMember(name: string, got: unknown, want: unknown, compare: Compare): Outcome {
  if (name === 'mergelist') return compareMergeList(got as string[] | null, want, compare);
  if (name === 'slot_collision_solutions') {
    if (compare.ambiguous_slot_collision_solutions && Array.isArray(want)) {
      const any = want.some((each) => same(got, each).kind === 'pass');
      return any ? { kind: 'pass' } : { kind: 'fail', detail: `got ${JSON.stringify(got)}` };
    }
    return same(sorted(got), sorted(want));
  }
  if (name === 'circular_dependency_solutions' && typeof want === 'object' && want !== null && got !== null) {
    const each = (value: object): object =>
      Object.fromEntries(Object.entries(value).map(([cpv, solutions]) => [cpv, sorted(solutions)]));
    return same(each(got as object), each(want));
  }
  return same(got, want);
}

const ignoredMembers = new Set(['graph_order', 'forced_rebuilds']);

function compareAll(resolution: Resolution, expected: Expected, compare: Compare): Outcome {
  const own = facts(resolution);
  for (const [name, want] of Object.entries(expected)) {
    if (ignoredMembers.has(name)) continue;
    const outcome = compareMember(name, own[name]?.() ?? null, want, compare);
    if (outcome.kind === 'fail') return { kind: 'fail', detail: `${name}: ${outcome.detail}` };
  }
  return { kind: 'pass' };
}

function unsatisfiedByParent(dependencies: readonly Dependency[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { parent, atom } of dependencies) {
    const name = parent instanceof Package ? parent.cpv : `@${parent.name}`;
    found[name] = [...new Set([...(found[name] ?? []), atom.text])].sort();
  }
  return found;
}

function removalFacts(vector: VectorCase, requests: readonly string[], options: ResolveOptions): Expected {
  const { root } = loadPlayground(vector.playground as Playground);
  if (vector.action === 'dep_check') {
    return { success: true, unsatisfied_deps: unsatisfiedByParent(brokenDependencies(root, options)) };
  }
  const given = vector.options as Options;
  const isPrune = vector.action === 'prune' || given['--prune'] !== undefined;
  const answer = depclean(root, requests, options, isPrune ? 'prune' : 'depclean');
  return {
    success: answer.success,
    cleanlist: answer.remove.map((pkg) => pkg.cpv),
    ordered: answer.ordered,
    req_pkg_count: answer.required,
    unsatisfied_deps: unsatisfiedByParent(answer.unsatisfied),
  };
}

function runDepclean(vector: VectorCase, options: ResolveOptions): Outcome {
  const expected = vector.expected as Expected;
  const compare = (vector.compare ?? {}) as Compare;
  for (const requests of vector.requests as string[][]) {
    const own = removalFacts(vector, requests, options);
    for (const [name, want] of Object.entries(expected)) {
      if (ignoredMembers.has(name)) continue;
      const ignoresOrder = name === 'cleanlist' && compare.ignore_cleanlist_order;
      const outcome = ignoresOrder ? same(sorted(own[name]), sorted(want)) : same(own[name], want);
      if (outcome.kind === 'fail') return { kind: 'fail', detail: `${name}: ${outcome.detail}` };
    }
  }
  return { kind: 'pass' };
}

export const resolver: Runners = {
  resolve: (vector) => {
    const options = readOptions(vector.options as Options);
    if (typeof options === 'string') return notApplicable(options);
    if (vector.result_kind === 'depclean') return runDepclean(vector, options);
    const { root, targetRoot } = loadPlayground(vector.playground as Playground);
    for (const requests of vector.requests as string[][]) {
      let resolution: Resolution;
      try {
        resolution = resolve({ running: root, target: targetRoot, targetSysroot: 'running' }, requests, options);
      } catch (error) {
        if (error instanceof AmbiguousName) return notApplicable(error.message);
        throw error;
      }
      const outcome = compareAll(resolution, vector.expected as Expected, (vector.compare ?? {}) as Compare);
      if (outcome.kind === 'fail') return { kind: 'fail', detail: `[${requests.join(' ')}] ${outcome.detail}` };
    }
    return { kind: 'pass' };
  },
};
