import { posix } from 'node:path';
import { type AtomOptions, eapi } from '../pms';
import type { Candidate, UseState } from '../resolve/provider';
import { AtomTable } from './atom-table';
import { RepositoryCandidate } from './candidate';
import { type ConfigLine, readConfigLines } from './config-lines';
import type { FileTree } from './file-tree';
import { FlagFold } from './flag-fold';
import { type FlagLayer, FlagStack } from './flag-stack';
import { stackLists, words } from './incremental';
import { readMakeConf, type Variables } from './make-conf';
import { nodeLines, type ProfileNode } from './profile';
import type { Repository, RepositorySet } from './repositories';
import { useWords } from './use-words';
import { incrementalValue, incrementalVariables, lookUp, type VariableLayers } from './variables';
import { allWords, evaluateWords, parseWords } from './word-tree';

/** How a line of USE settings applies to packages: tokens for all, for stable ones, and per-package tables. */
interface UseLevel {
  readonly always: readonly string[];
  readonly stable: readonly string[];
  readonly packages: AtomTable | null;
  readonly stablePackages: AtomTable | null;
}

const flagsOf = (lines: readonly ConfigLine[]): string[] => lines.map((line) => line.words.join(' '));

const table = (lines: readonly ConfigLine[], options: AtomOptions, extended = false): AtomTable | null =>
  lines.length === 0 ? null : new AtomTable(lines, options, extended ? useWords : undefined);

/** Does IUSE say `-flag`, which other than a plain `flag` overrides what stands below it? */
const saysOff = (candidate: Candidate, flag: string): boolean =>
  candidate instanceof RepositoryCandidate && words(candidate.metadata.IUSE).includes(`-${flag}`);

function restrictsTests(candidate: Candidate, has: (flag: string) => boolean): boolean {
  if (!candidate.restrict.includes('test')) return false;
  const tree =
    candidate instanceof RepositoryCandidate && candidate.check.problem !== null
      ? null
      : parseWords(candidate.restrict);
  return tree !== null && allWords({ kind: 'all', children: evaluateWords([tree], { has }) }).has('test');
}

/** Reads the files of one level; `lines` gives the lines of a file by its name. */
class LevelFiles {
  constructor(
    private readonly lines: (name: string) => readonly ConfigLine[],
    private readonly row: ReturnType<typeof eapi> | null,
    private readonly options: AtomOptions,
  ) {}

  private layer(always: string, stable: string, packages: string, stablePackages: string, allowed: boolean): FlagLayer {
    const extended = this.row === null;
    return {
      always: flagsOf(this.lines(always)),
      stable: allowed ? flagsOf(this.lines(stable)) : [],
      packages: table(this.lines(packages), this.options, extended),
      stablePackages: allowed ? table(this.lines(stablePackages), this.options, extended) : null,
    };
  }

  mask(): FlagLayer {
    return this.layer(
      'use.mask',
      'use.stable.mask',
      'package.use.mask',
      'package.use.stable.mask',
      this.row?.hasStableMasks ?? true,
    );
  }

  force(): FlagLayer {
    return this.layer(
      'use.force',
      'use.stable.force',
      'package.use.force',
      'package.use.stable.force',
      this.row?.hasStableMasks ?? true,
    );
  }

  /** package.use and, from EAPI 9, use.stable and package.use.stable; `always` stays empty */
  use(): UseLevel {
    return this.layer('', 'use.stable', 'package.use', 'package.use.stable', this.row?.hasUseStable ?? true);
  }
}

/** The USE settings of one root, asked per package. Source: PMS 5.2.11 to 5.3, 11.1.1; portage make.conf(5) USE_ORDER. */
export class UseRules {
  private readonly masks: FlagStack;
  private readonly forces: FlagStack;
  private readonly repositoryUse = new Map<string, { readonly use: UseLevel; readonly variables: Variables }>();
  private readonly nodeUse: readonly UseLevel[];
  private readonly nodeFolds: readonly FlagFold[];
  private readonly stableFolds: readonly FlagFold[];
  private readonly folded: FlagFold;
  private readonly foldedStable: FlagFold;
  private readonly conf: FlagFold;
  private readonly userUse: AtomTable;
  private readonly userEnv: AtomTable;
  /** env files for all packages */
  private readonly everyEnv: readonly string[];
  private readonly envFolds = new Map<string, FlagFold>();
  private readonly useExpand: readonly string[];
  private readonly unprefixed: readonly string[];
  private readonly arch: string;
  private readonly isTesting: boolean;
  /** flags of the profile in IUSE_EFFECTIVE, EAPI 5 and later */
  private readonly profileIuse: ReadonlySet<string>;
  /** before EAPI 5: names and prefixes that count as IUSE */
  private readonly implicitNames: ReadonlySet<string>;
  private readonly hiddenPrefixes: readonly string[];

  constructor(
    private readonly tree: FileTree,
    private readonly repositories: RepositorySet,
    nodes: readonly ProfileNode[],
    private readonly variables: VariableLayers,
    private readonly userConfig: string | null,
  ) {
    this.useExpand = incrementalValue(variables, 'USE_EXPAND');
    this.unprefixed = incrementalValue(variables, 'USE_EXPAND_UNPREFIXED');
    this.arch = variables.defaults.ARCH ?? '';
    this.isTesting = incrementalValue(variables, 'FEATURES').includes('test');

    const repositoryLayers = new Map<string, { mask: FlagLayer; force: FlagLayer }>();
    for (const repository of repositories.ordered) {
      const files = new LevelFiles(
        (name) => (name === '' ? [] : readConfigLines(tree, posix.join(repository.location, 'profiles', name), true)),
        eapi(repository.profileEapi),
        {
          eapi: eapi(repository.profileEapi),
          allowRepository: repository.profileFormats.includes('profile-repo-deps'),
        },
      );
      repositoryLayers.set(repository.name, { mask: files.mask(), force: files.force() });
      this.repositoryUse.set(repository.name, {
        use: files.use(),
        variables: this.readRepositoryDefaults(repository),
      });
    }
    const layersOf = (kind: 'mask' | 'force') => (name: string) =>
      this.chainOf(name).flatMap((each) => repositoryLayers.get(each)?.[kind] ?? []);

    const levels = nodes.map((node) => {
      const extended = node.eapi === null;
      const options: AtomOptions = extended
        ? { allowWildcard: true, allowRepository: true, allowBuildId: true }
        : { eapi: eapi(node.eapi ?? '0'), allowRepository: node.allowsRepository, allowBuildId: node.allowsBuildId };
      return new LevelFiles(
        (name) => (name === '' ? [] : nodeLines(tree, node, name)),
        extended ? null : eapi(node.eapi ?? '0'),
        options,
      );
    });
    this.masks = new FlagStack(
      levels.map((files) => files.mask()),
      layersOf('mask'),
    );
    this.forces = new FlagStack(
      levels.map((files) => files.force()),
      layersOf('force'),
    );
    this.nodeUse = levels.map((files) => files.use());
    const tokens = variables.nodes.map((node) => (node === null ? [] : this.tokensOfNode(node)));
    this.nodeFolds = tokens.map((list) => FlagFold.of(list));
    this.stableFolds = tokens.map((list, index) => FlagFold.of([...list, ...(this.nodeUse[index]?.stable ?? [])]));
    this.folded = FlagFold.of(tokens.flat());
    this.foldedStable = FlagFold.of(tokens.flatMap((list, index) => [...list, ...(this.nodeUse[index]?.stable ?? [])]));

    const user = { allowWildcard: true, allowRepository: true, allowBuildId: true };
    const userLines = (name: string): readonly ConfigLine[] =>
      userConfig === null ? [] : readConfigLines(tree, posix.join(userConfig, name), true);
    this.userUse = new AtomTable(userLines('package.use'), user, useWords);
    this.userEnv = new AtomTable(userLines('package.env'), user);
    this.conf = new FlagFold();
    const confVariables = { ...variables.conf };
    this.everyEnv = this.userEnv.take('*/*') ?? [];
    this.mergeEnvs(confVariables, this.everyEnv);
    this.applyVariables(this.conf, confVariables, this.userUse.take('*/*') ?? []);

    this.profileIuse = this.effectiveOfProfile();
    const archlist = repositories.ordered.flatMap((repository) =>
      flagsOf(readConfigLines(tree, posix.join(repository.location, 'profiles/arch.list'), false)),
    );
    this.implicitNames = new Set([this.arch, ...archlist, 'build', 'bootstrap'].filter((name) => name !== ''));
    this.hiddenPrefixes = incrementalValue(variables, 'USE_EXPAND_HIDDEN').map((name) => `${name.toLowerCase()}_`);
  }

  /** A repository with its masters, masters first. */
  private chainOf(name: string): readonly string[] {
    const repository = this.repositories.byName.get(name);
    return repository ? [...repository.masters, repository.name] : [];
  }

  private readRepositoryDefaults(repository: Repository): Variables {
    const path = posix.join(repository.location, 'profiles/make.defaults');
    const found = readMakeConf(this.tree, path, {
      expand: { ...this.variables.globals },
      recursive: repository.hasProfileDirectories,
      sourcing: false,
    });
    return Object.fromEntries(Object.entries(found ?? {}).filter(([name]) => !this.variables.profileOnly.has(name)));
  }

  /** make.defaults of one node as USE tokens: USE_EXPAND variables first, then USE. */
  private tokensOfNode(node: Readonly<Variables>): string[] {
    const tokens = this.unprefixed.flatMap((name) => words(node[name]));
    for (const name of this.useExpand) {
      const prefix = `${name.toLowerCase()}_`;
      for (const word of words(node[name]))
        tokens.push(word.startsWith('-') ? `-${prefix}${word.slice(1)}` : prefix + word);
    }
    return [...tokens, ...words(node.USE)];
  }

  /** A set of variables outside the profile: a USE_EXPAND variable replaces all flags of its group. */
  private applyVariables(fold: FlagFold, variables: Readonly<Variables>, moreUse: readonly string[]): void {
    for (const name of this.unprefixed) fold.apply(words(variables[name]));
    fold.apply([...words(variables.USE), ...moreUse]);
    for (const name of this.useExpand) {
      const value = variables[name];
      if (value === undefined) continue;
      const prefix = `${name.toLowerCase()}_`;
      fold.setPrefix(prefix, false);
      fold.apply(words(value).flatMap((word) => (/^[+-]/.test(word) ? [] : [prefix + word])));
    }
  }

  /** Env files in their order; each sees what those before it set. */
  private mergeEnvs(into: Variables, names: readonly string[]): void {
    const expand = { ...this.variables.expansions };
    for (const name of names) this.mergeEnv(into, name, expand);
  }

  private mergeEnv(into: Variables, name: string, expand: Variables): void {
    if (this.userConfig === null) return;
    const file = posix.join(this.userConfig, 'env', posix.normalize(`/${name}`));
    const found = readMakeConf(this.tree, file, {
      expand,
      recursive: false,
      sourcing: true,
    });
    // Portage tells it and goes on
    if (found === null) return;
    for (const [key, value] of Object.entries(found)) {
      if (this.variables.profileOnly.has(key)) continue;
      into[key] = incrementalVariables.has(key) && into[key] !== undefined ? `${into[key]} ${value}` : value;
    }
  }

  /**
   * What `package.env` sets for a package: variables as written, those for all packages first. A file that is
   * not there sets nothing. Throws CONFIG_SYNTAX. Source: portage(5), package.env.
   */
  environment(candidate: Candidate): Readonly<Variables> {
    const found: Variables = {};
    this.mergeEnvs(found, [...this.everyEnv, ...this.userEnv.values(candidate).flat()]);
    return found;
  }

  private effectiveOfProfile(): ReadonlySet<string> {
    const { variables } = this;
    const flags = new Set(incrementalValue(variables, 'IUSE_IMPLICIT'));
    const implicit = incrementalValue(variables, 'USE_EXPAND_IMPLICIT');
    for (const name of implicit) {
      const values = words(lookUp(variables, `USE_EXPAND_VALUES_${name}`));
      if (this.unprefixed.includes(name)) for (const value of values) flags.add(value);
      if (this.useExpand.includes(name)) for (const value of values) flags.add(`${name.toLowerCase()}_${value}`);
    }
    return flags;
  }

  masked(candidate: Candidate, stable: boolean): ReadonlySet<string> {
    return this.masks.flags(candidate, stable);
  }

  forced(candidate: Candidate, stable: boolean): ReadonlySet<string> {
    return this.forces.flags(candidate, stable);
  }

  /** What the profile adds to IUSE_EFFECTIVE from EAPI 5 on. */
  get flagsOfProfile(): readonly string[] {
    return [...this.profileIuse];
  }

  /** Is the flag in IUSE_EFFECTIVE? Before EAPI 5 the same for flags Portage treats so. Source: PMS 11.1.1 */
  isEffective(
    candidate: Candidate,
    flag: string,
    masked: () => ReadonlySet<string>,
    forced: () => ReadonlySet<string>,
  ): boolean {
    if (candidate.iuse.has(flag)) return true;
    if (candidate.recordedUse?.has(flag)) return true;
    if (candidate.eapi.hasProfileIuse) return this.profileIuse.has(flag);
    return (
      this.implicitNames.has(flag) ||
      this.hiddenPrefixes.some((prefix) => flag.startsWith(prefix)) ||
      masked().has(flag) ||
      forced().has(flag)
    );
  }

  /** Folds that settle flags for this package, strongest first; `undefined` of all: off. */
  private folds(candidate: Candidate, stable: boolean): FlagFold[] {
    const found: FlagFold[] = [];
    const userTokens = this.userUse.values(candidate).flat();
    const env = this.userEnv.values(candidate).flat();
    if (userTokens.length > 0 || env.length > 0) {
      const key = `${env.join(' ')}|${userTokens.join(' ')}`;
      let fold = this.envFolds.get(key);
      if (fold === undefined) {
        const variables: Variables = {};
        this.mergeEnvs(variables, env);
        fold = new FlagFold();
        this.applyVariables(fold, variables, userTokens);
        this.envFolds.set(key, fold);
      }
      found.push(fold);
    }
    found.push(this.conf);
    const own: (FlagFold | null)[] = this.nodeUse.map((level) => {
      const tokens = level.packages?.values(candidate).flat() ?? [];
      const stableTokens = stable ? (level.stablePackages?.values(candidate).flat() ?? []) : [];
      return tokens.length + stableTokens.length === 0 ? null : FlagFold.of([...tokens, ...stableTokens]);
    });
    if (own.every((fold) => fold === null)) found.push(stable ? this.foldedStable : this.folded);
    else {
      for (let index = own.length - 1; index >= 0; index--) {
        const packageFold = own[index];
        if (packageFold) found.push(packageFold);
        const nodeFold = (stable ? this.stableFolds : this.nodeFolds)[index];
        if (nodeFold && !nodeFold.isEmpty) found.push(nodeFold);
      }
    }
    return found;
  }

  /** FEATURES=test for this package, which `package.env` may switch on and off */
  private isTestingFor(candidate: Candidate): boolean {
    if (this.everyEnv.length === 0 && this.userEnv.values(candidate).length === 0) return this.isTesting;
    const own = words(this.environment(candidate).FEATURES);
    return stackLists([this.isTesting ? ['test'] : [], own]).includes('test');
  }

  /** What stands below IUSE defaults: FEATURES=test, then make.defaults and package.use of the repository. */
  private weakFolds(candidate: Candidate, stable: boolean): FlagFold[] {
    const found: FlagFold[] = [];
    if (this.isTestingFor(candidate)) found.push(FlagFold.of(['test']));
    for (const name of [...this.chainOf(candidate.repository)].reverse()) {
      const level = this.repositoryUse.get(name);
      if (!level) continue;
      const tokens = [
        ...(stable ? level.use.stable : []),
        ...(level.use.packages?.values(candidate).flat() ?? []),
        ...(stable ? (level.use.stablePackages?.values(candidate).flat() ?? []) : []),
      ];
      if (tokens.length === 0 && Object.keys(level.variables).length === 0) continue;
      const fold = new FlagFold();
      this.applyVariables(fold, level.variables, tokens);
      if (!fold.isEmpty) found.push(fold);
    }
    return found;
  }

  /** The flags of a package. `isStable` comes from its keywords. */
  state(candidate: Candidate, stable: boolean): UseState {
    const masked = this.masked(candidate, stable);
    const forced = this.forced(candidate, stable);
    const strong = this.folds(candidate, stable);
    const weak = this.weakFolds(candidate, stable);
    let testRestricted = false;
    const isOn = (flag: string): boolean => {
      if (masked.has(flag)) return false;
      if (forced.has(flag) || flag === this.arch) return true;
      for (const fold of strong) {
        const value = fold.get(flag);
        if (value !== undefined) return value;
      }
      if (testRestricted && flag === 'test') return false;
      const own = candidate.iuse.get(flag);
      if (own === true) return true;
      if (weak.length > 0 && own === false && saysOff(candidate, flag)) return false;
      for (const fold of weak) {
        const value = fold.get(flag);
        if (value !== undefined) return value;
      }
      return false;
    };
    // FEATURES=test gives way where RESTRICT, with the flag still on, names test
    testRestricted = this.isTesting && restrictsTests(candidate, isOn);
    const enabled = new Set<string>();
    for (const flag of candidate.iuse.keys()) if (isOn(flag)) enabled.add(flag);
    for (const flag of this.outsideIuse(candidate, strong, weak, masked, forced)) if (isOn(flag)) enabled.add(flag);
    return { enabled, masked, forced };
  }

  /** Flags outside IUSE that a package may still have. */
  private *outsideIuse(
    candidate: Candidate,
    strong: readonly FlagFold[],
    weak: readonly FlagFold[],
    masked: ReadonlySet<string>,
    forced: ReadonlySet<string>,
  ): Iterable<string> {
    if (candidate.eapi.hasProfileIuse) {
      yield* this.profileIuse;
      return;
    }
    if (this.arch !== '') yield this.arch;
    yield* forced;
    const isImplicit = (flag: string): boolean =>
      this.isEffective(
        candidate,
        flag,
        () => masked,
        () => forced,
      );
    for (const fold of [...strong, ...weak]) for (const flag of fold.enabled()) if (isImplicit(flag)) yield flag;
  }
}
