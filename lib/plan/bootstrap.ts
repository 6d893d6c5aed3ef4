import { createHash } from 'node:crypto';
import { applyEdits, type Design } from '../design';
import { atomsOf, tryParseAtom } from '../pms';
import {
  joinSources,
  listSource,
  type PackageSource,
  type ProfiledConfiguration,
  type RepositoryCandidate,
  runtimeOnly,
  targetConfiguration,
} from '../repo';
import { code } from '../resolve/explain-words';
import { type FixAnswer, searchFixes } from '../resolve/fixes';
import type { DesignEdit, PlannedPackage } from '../resolve/plan';
import { planStage, type StagePlan } from '../resolve/plan-stage';
import type { RootConfiguration } from '../resolve/provider';
import { restrictedTo } from '../resolve/views';
import { remainsOf, shipsOf } from './bootstrap-remains';
import type {
  BootstrapPlan,
  LackingAtom,
  Provider,
  StagedPackage,
  StageOutcome,
  StageReport,
} from './bootstrap-report';
import { hostToolChain, restsOn, type Standing, standingAfter } from './bootstrap-rests';
import {
  type BootstrapRole,
  type BootstrapStage,
  type BootstrapWay,
  commandOf,
  stagesOf,
  waysOf,
} from './bootstrap-stages';
import { ebuildsFor, withUse } from './bootstrap-view';
import { PlanError } from './errors';
import { type OpenedDesign, reopenDesign } from './open-design';

export interface BootstrapOptions {
  /** atoms taken out of @system, as `-*atom` lines in `etc/portage/profile/packages` of staging would */
  readonly without?: readonly string[];
  /** false: no fixes are looked for; default true */
  readonly wantsFixes?: boolean;
  /** called for each change that is tried; may throw to end the search */
  readonly onTry?: () => void;
}

/** How much is planned to find a change for one atom, and how many are wanted. */
const fixLimits = { effort: 80, fixes: 2 };

/** The design as it is bootstrapped: the SDK's tool chain is what a bootstrap is about. */
export const asBootstrapped = (design: Design): Design => ({ ...design, toolchain: 'sdk' });

/**
 * Plans how the staging root of a design is filled from nothing, stage by stage: what each stage builds with what the
 * earlier ones installed, and what it rests on. Nothing is written. Throws `BOOTSTRAP_WAY` for a way that the tree does
 * not have, `NOT_IN_SYSTEM`.
 */
export function planBootstrap(
  opened: OpenedDesign,
  way: BootstrapWay = waysOf(opened.tree)[0] as BootstrapWay,
  options: BootstrapOptions = {},
): BootstrapPlan {
  const ways = waysOf(opened.tree);
  if (!ways.includes(way)) {
    throw new PlanError('BOOTSTRAP_WAY', `A prefix on this tree is not bootstrapped the \`${way}\` way`, {
      hint: `Choose ${ways.join(' or ')}.`,
      details: { way, ways },
    });
  }
  const without = [...new Set(options.without ?? [])].sort();
  checkInSystem(without, opened.staging.system);
  const walk = new Walk(opened, way, without, options);
  const stages = stagesOf(way, opened.design).map((stage) => walk.take(stage));
  const { board, path, name } = opened.design;
  const built = stages.flatMap(({ outcome }) => (outcome.kind === 'planned' ? outcome.packages : []));
  const isWhole = stages.every(({ outcome }) => outcome.kind === 'planned');
  const ships = isWhole ? shipsOf(stages) : null;
  const plan: Omit<BootstrapPlan, 'hash'> = {
    way,
    ways,
    board,
    prefixPath: path,
    stages,
    without,
    ships,
    remains: ships === null ? [] : remainsOf(way, stages, ships),
    counts: countsOf(stages, built),
    runs: runsOf(way, { name, path, board }),
  };
  return { ...plan, hash: hashOf(plan) };
}

/** A line `-*atom` takes out only what stands there word for word (PMS 5.2.6). */
function checkInSystem(atoms: readonly string[], system: readonly string[]): void {
  const atom = atoms.find((each) => !system.includes(each));
  if (atom === undefined) return;
  const name = tryParseAtom(atom)?.qualifiedName;
  const meant = system.filter((each) => name !== undefined && tryParseAtom(each)?.qualifiedName === name);
  throw new PlanError('NOT_IN_SYSTEM', `\`${atom}\` is not in @system, so nothing can be left out`, {
    hint:
      meant.length > 0
        ? `Write it as the profile does: ${meant.map(code).join(', ')}.`
        : 'Give each atom by itself, written as in the `packages` files of the profile.',
    details: { atom, meant },
  });
}

function runsOf(way: BootstrapWay, design: Pick<Design, 'name' | 'path' | 'board'>): BootstrapPlan['runs'] {
  if (way === 'cross') {
    return { command: `./setup_prefix ${design.name} ${design.path} --board=${design.board}`, where: 'sdk' };
  }
  return way === 'starter' ? { command: `prefix-studio build ${design.name}`, where: 'here' } : null;
}

function countsOf(stages: readonly StageReport[], packages: readonly StagedPackage[]): BootstrapPlan['counts'] {
  const times = new Map<string, number>();
  const built = packages.filter(({ root }) => root === 'staging');
  for (const pkg of built) {
    const name = `${pkg.category}/${pkg.pn}`;
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  const tools = stages.flatMap(({ outcome }) => (outcome.kind === 'planned' ? outcome.hostTools : []));
  const repeated = [...times].filter(([, count]) => count > 1).map(([name, count]) => ({ name, times: count }));
  return {
    builds: built.length,
    repeated: repeated.sort((a, b) => (a.name < b.name ? -1 : 1)),
    hostTools: new Set(tools).size,
  };
}

/** SHA-256 over what is planned where and what it rests on. */
function hashOf(plan: Omit<BootstrapPlan, 'hash'>): string {
  const rows = plan.stages.map(({ id, use, restsOn: rests, outcome }) => {
    const what =
      outcome.kind === 'planned'
        ? outcome.packages.map((pkg) => `${pkg.id} ${pkg.repository} ${pkg.use.join(' ')}`).sort()
        : outcome.kind === 'unsolved'
          ? outcome.lacking.map(({ atom }) => atom)
          : [];
    const tools = outcome.kind === 'planned' ? outcome.hostTools : [];
    return [id, use, rests, outcome.kind, what, tools];
  });
  const { way, board, prefixPath, without } = plan;
  return createHash('sha256')
    .update(JSON.stringify([way, board, prefixPath, without, rows]))
    .digest('hex');
}

/** What went before, while stage after stage is taken. */
class Walk {
  private readonly ebuilds: PackageSource;
  private readonly installed: RepositoryCandidate[] = [];
  private readonly builds = new Map<string, { readonly stage: string; readonly pkg: PlannedPackage }>();
  private readonly host: Readonly<Record<BootstrapRole, Provider>>;
  private standing: Standing = {};
  private waitsFor: string | null = null;

  constructor(
    private readonly opened: OpenedDesign,
    private readonly way: BootstrapWay,
    private readonly without: readonly string[],
    private readonly options: Pick<BootstrapOptions, 'wantsFixes' | 'onTry'>,
  ) {
    this.ebuilds = joinSources(opened.tree.indexes);
    this.host = hostToolChain(opened, way);
  }

  take(stage: BootstrapStage): StageReport {
    const command = commandOf(this.way, stage, this.opened.design);
    if (this.waitsFor !== null) {
      return { ...stage, command, restsOn: null, outcome: { kind: 'waits', for: this.waitsFor } };
    }
    const rests = restsOn(stage, this.host, this.standing);
    const outcome = this.outcomeOf(stage);
    if (outcome.kind === 'unsolved') this.waitsFor = stage.id;
    else if (outcome.kind === 'planned') this.standing = standingAfter(this.standing, stage, outcome.packages);
    return { ...stage, command, restsOn: rests, outcome };
  }

  private configuration(stage: BootstrapStage, without: readonly string[] = this.without): ProfiledConfiguration {
    const { tree, design, names } = this.opened;
    const lines = without.map((atom) => `-*${atom}\n`).join('');
    const skeleton = lines === '' ? tree.skeleton : new Map([...tree.skeleton, ['profile/packages', lines]]);
    return targetConfiguration({ ...tree, skeleton }, withUse(design, stage.use), {
      userConfig: `${names.stagingEroot}/etc/portage`,
      ebuilds: ebuildsFor(stage, this.ebuilds),
      installed: listSource(this.installed),
    });
  }

  private plan(stage: BootstrapStage, atoms: readonly string[], target: ProfiledConfiguration): StagePlan {
    const { update, changedUse, deep } = stage;
    return planStage({ atoms, host: this.opened.host, target, root: 'staging', update, changedUse, deep });
  }

  private outcomeOf(stage: BootstrapStage): StageOutcome {
    const target = this.configuration(stage);
    const planned = this.plan(stage, stage.requests, target);
    if (planned.kind === 'failed') return this.unsolved(stage, target, planned);
    const packages = planned.packages.map((pkg) => this.noted(stage, pkg));
    if (stage.dependencies !== 'host') this.install(packages);
    if (stage.root === 'staging') return this.outcome(stage, target, packages, planned.host);
    const shipped = this.planFinal(stage);
    if (shipped.kind === 'failed') return this.unsolved(stage, target, shipped);
    const all = [...packages, ...shipped.packages.map((pkg) => ({ ...pkg, again: null }))];
    return this.outcome(stage, target, all, [...planned.host, ...shipped.host]);
  }

  private outcome(
    stage: BootstrapStage,
    target: ProfiledConfiguration,
    packages: readonly StagedPackage[],
    host: readonly PlannedPackage[],
  ): StageOutcome {
    const hostTools = [...new Set(host.map(({ cpv }) => cpv))].sort();
    const isLate = stage.sysroot === 'staging' || stage.dependencies !== 'all';
    const wanted = isLate ? [] : packages.flatMap((pkg) => this.dependOf(pkg, target));
    return { kind: 'planned', packages, hostTools, hostSysroot: [...new Set(wanted)].sort() };
  }

  /** The ebuild as it is in the tree, whatever a stage sees of it. */
  private ebuildOf(pkg: PlannedPackage): RepositoryCandidate {
    const found = this.ebuilds
      .packages(`${pkg.category}/${pkg.pn}`)
      .find((each) => each.cpv === pkg.cpv && each.repository === pkg.repository);
    if (!found) throw new Error(`${pkg.cpv} is planned, but is not in any repository`);
    return found;
  }

  private dependOf(pkg: PlannedPackage, target: ProfiledConfiguration): string[] {
    const ebuild = this.ebuildOf(pkg);
    return [...atomsOf(ebuild.dependency('DEPEND'), target.use(ebuild).enabled)]
      .filter(({ atom }) => atom.blocker === null)
      .map(({ atom }) => atom.text.replace(/\[.*\]$/, ''));
  }

  /** The package with what was built of it before. */
  private noted(stage: BootstrapStage, pkg: PlannedPackage): StagedPackage {
    const name = `${pkg.category}/${pkg.pn}`;
    const before = this.builds.get(name);
    this.builds.set(name, { stage: stage.id, pkg });
    if (!before || before.stage === stage.id) return { ...pkg, again: null };
    const on = pkg.use.filter((flag) => !before.pkg.use.includes(flag));
    const off = before.pkg.use.filter((flag) => !pkg.use.includes(flag)).map((flag) => `-${flag}`);
    return { ...pkg, again: { stage: before.stage, cpv: before.pkg.cpv, flags: [...on, ...off] } };
  }

  private install(packages: readonly PlannedPackage[]): void {
    for (const pkg of packages) {
      const ebuild = this.ebuildOf(pkg);
      const at = this.installed.findIndex(
        (each) => each.qualifiedName === ebuild.qualifiedName && each.slot === pkg.slot,
      );
      const counter = String(this.installed.length + 1);
      const metadata = { ...ebuild.metadata, USE: pkg.use.join(' '), COUNTER: counter, BUILD_TIME: counter };
      this.installed.splice(at < 0 ? this.installed.length : at, at < 0 ? 0 : 1, ebuild.installedWith(metadata));
    }
  }

  /** Out of the binary packages that staging made, into an empty root. */
  private planFinal(stage: BootstrapStage): StagePlan {
    const { tree, design, names, host } = this.opened;
    const built = new Map(this.installed.map((each) => [each.cpv, each.recordedUse ?? new Set<string>()]));
    const target = targetConfiguration(tree, design, {
      place: 'final',
      userConfig: `${names.finalEroot}/etc/portage`,
      ebuilds: runtimeOnly(this.ebuilds),
    });
    const view = restrictedTo(target, ({ cpv }) => built.has(cpv));
    // binary packages keep the flags that they were built with
    const asBuilt: RootConfiguration = {
      ...view,
      use: (candidate) => {
        const { enabled, forced, masked } = view.use(candidate);
        const others = [...enabled].filter((flag) => !candidate.iuse.has(flag));
        return { enabled: new Set([...others, ...(built.get(candidate.cpv) ?? [])]), forced, masked };
      },
    };
    const options = { update: false, changedUse: false, deep: false };
    return planStage({ atoms: stage.requests, host, target: asBuilt, root: 'final', ...options });
  }

  private unsolved(
    stage: BootstrapStage,
    target: ProfiledConfiguration,
    failed: StagePlan & { kind: 'failed' },
  ): StageOutcome {
    const atoms = stage.requests.flatMap((text) => (text === '@system' ? target.system : [text]));
    const lacking: LackingAtom[] = [];
    if (atoms.length > 1) {
      for (const atom of atoms) {
        const alone = this.plan(stage, [atom], target);
        if (alone.kind === 'failed') {
          lacking.push({ atom, derivations: alone.derivations, ...this.fixesFor(stage, atom, target, alone) });
        }
      }
    }
    if (lacking.length === 0) {
      const [atom = ''] = stage.requests;
      const answer = atoms.length === 1 ? this.fixesFor(stage, atom, target, failed) : { fixes: [], noFix: [] };
      lacking.push({ atom: stage.requests.join(' '), derivations: failed.derivations, ...answer });
    }
    const isSystem = stage.requests.includes('@system');
    const without = [...new Set([...this.without, ...lacking.map(({ atom }) => atom)])].sort();
    const helps =
      isSystem &&
      lacking.every(({ atom }) => target.system.includes(atom)) &&
      this.plan(stage, stage.requests, this.configuration(stage, without)).kind === 'planned';
    return { kind: 'unsolved', total: atoms.length, lacking, without: helps ? without : [] };
  }

  /** Changes of the design after which the atom is planned in its stage; proven from the first stage on. */
  private fixesFor(
    stage: BootstrapStage,
    atom: string,
    target: ProfiledConfiguration,
    failed: StagePlan & { kind: 'failed' },
  ): FixAnswer {
    if (this.options.wantsFixes === false) return { fixes: [], noFix: [] };
    const { opened, way, without, options } = this;
    const prove = (edits: readonly DesignEdit[]): boolean => {
      options.onTry?.();
      const changed = reopenDesign(opened, applyEdits(opened.design, edits));
      if (changed === null) return false;
      const walk = new Walk(changed, way, without, { wantsFixes: false });
      for (const each of stagesOf(way, changed.design)) {
        if (each.id === stage.id) return walk.plan(each, [atom], walk.configuration(each)).kind === 'planned';
        if (walk.take(each).outcome.kind !== 'planned') return false;
      }
      return false;
    };
    const problem = { host: opened.host, target, atoms: [atom], requests: [] };
    return searchFixes(problem, failed.derivations, fixLimits, prove);
  }
}
