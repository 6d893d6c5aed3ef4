import { posix } from 'node:path';
import {
  type Atom,
  compareVersions,
  eapi,
  followMoves,
  moveLine,
  type PackageMove,
  PmsError,
  tryParseCpv,
} from '../pms';
import type { MaskReason, MovedAtom } from '../resolve/plan';
import type { BinaryRules, Candidate, RootConfiguration, UseState } from '../resolve/provider';
import { Acceptance, type LicenseGroups, missingWords } from './accept';
import { advisedUpdates, readAdvisories } from './advisories';
import { AtomTable } from './atom-table';
import { readBinaryRules } from './binhosts';
import { RepositoryCandidate } from './candidate';
import { type ConfigLine, readConfigLines } from './config-lines';
import type { FileTree } from './file-tree';
import { pruneIncremental, stackLists } from './incremental';
import { judgeKeywords, type KeywordAnswer, type KeywordTables } from './keywords';
import { Licenses, licensesForAll, readLicenseGroups } from './licenses';
import { PackageMasks } from './package-mask';
import { readPackageMoves } from './package-moves';
import { byPreference, listSource, type PackageSource } from './package-source';
import { loadProfile, nodeLines, type ProfileNode, userProfileNode } from './profile';
import { type ProfileBashrc, profileBashrcs } from './profile-bashrc';
import type { RepositorySet } from './repositories';
import { listSets, readSet, type SetSources } from './sets';
import { readSetSources, type SecurityChoice } from './sets-conf';
import { UseRules } from './use-rules';
import { incrementalValue, incrementalWords, lookUp, readVariables, type VariableLayers } from './variables';
import { parseWords } from './word-tree';

export interface ConfigurationInput {
  readonly tree: FileTree;
  readonly repositories: RepositorySet;
  /** directory of the profile; null: none */
  readonly profile: string | null;
  /** `<root>/etc/portage`; null: no user configuration */
  readonly userConfig: string | null;
  /** `<root>/var/lib/portage`; null: no world */
  readonly worldFolder?: string | null;
  /** EPREFIX and the like, for `${…}` in make.conf */
  readonly variables?: Readonly<Record<string, string>>;
  /** ebuilds of the repositories */
  readonly ebuilds: PackageSource;
  readonly binaries?: PackageSource;
  readonly installed?: PackageSource;
}

interface AcceptedTokens {
  readonly accepted: Acceptance;
  readonly table: AtomTable;
}

const noPackages: PackageSource = listSource([]);
const userOptions = { allowWildcard: true, allowRepository: true, allowBuildId: true };

/** Words of a text that does not parse are told as `invalid`, not here. */
function unlessInvalid(words: () => string[]): string[] {
  try {
    return words();
  } catch (error) {
    if (error instanceof PmsError) return [];
    throw error;
  }
}

/** The answers of one root. Reads its configuration once; each package is judged once. */
export class ProfiledConfiguration implements RootConfiguration {
  readonly features: ReadonlySet<string>;
  readonly sonameProvided: ReadonlyMap<string, readonly string[]>;
  readonly binaryRules: BinaryRules;
  readonly system: readonly string[];
  readonly profile: readonly string[];
  readonly nodes: readonly ProfileNode[];
  readonly hasProfile: boolean;
  readonly variables: VariableLayers;
  private readonly tree: FileTree;
  private readonly keywordTables: KeywordTables;
  private readonly packageMasks: PackageMasks;
  private readonly rules: UseRules;
  private readonly licenses: Licenses;
  private readonly properties: AcceptedTokens;
  private readonly restricts: AcceptedTokens;
  private readonly providedByName = new Map<string, string[]>();
  private readonly setSources: SetSources;
  private readonly candidateLists = new Map<string, readonly RepositoryCandidate[]>();
  private readonly installedLists = new Map<string, readonly RepositoryCandidate[]>();
  private readonly keywordAnswers = new Map<Candidate, KeywordAnswer>();
  private readonly useStates = new Map<Candidate, UseState>();
  private readonly maskReasons = new Map<Candidate, readonly MaskReason[]>();
  private movesByRepository: readonly { readonly name: string; readonly moves: readonly PackageMove[] }[] | undefined;
  private allInstalledList: readonly Candidate[] | undefined;
  private names: readonly string[] | undefined;

  constructor(private readonly input: ConfigurationInput) {
    const { tree, repositories, userConfig } = input;
    this.tree = tree;
    // builds write there, too
    if (userConfig !== null) tree.enter(posix.dirname(userConfig));
    this.hasProfile = input.profile !== null;
    const profileNodes = input.profile === null ? [] : loadProfile(tree, input.profile, repositories);
    const own = userConfig === null ? null : userProfileNode(tree, posix.join(userConfig, 'profile'));
    this.nodes = own === null || profileNodes.length === 0 ? profileNodes : [...profileNodes, own];
    this.variables = readVariables(
      tree,
      this.nodes,
      userConfig === null ? [] : [posix.join(userConfig, '../make.conf'), posix.join(userConfig, 'make.conf')],
      input.variables ?? {},
    );
    const userLines = (name: string): readonly ConfigLine[] =>
      userConfig === null ? [] : readConfigLines(tree, posix.join(userConfig, name), true);
    const nodeTables = (name: string): AtomTable[] =>
      this.nodes.flatMap((node) => {
        const lines = nodeLines(tree, node, name);
        if (lines.length === 0) return [];
        const options =
          node.eapi === null
            ? userOptions
            : { eapi: eapi(node.eapi), allowRepository: node.allowsRepository, allowBuildId: node.allowsBuildId };
        return [new AtomTable(lines, options)];
      });

    this.keywordTables = {
      keywords: nodeTables('package.keywords'),
      profileAccept: nodeTables('package.accept_keywords'),
      userAccept: new AtomTable(
        [...userLines('package.keywords'), ...userLines('package.accept_keywords')],
        userOptions,
      ),
      accepted: incrementalValue(this.variables, 'ACCEPT_KEYWORDS'),
      arch: this.variable('ARCH'),
    };
    this.features = new Set(stackLists([['buildpkg-live'], incrementalWords(this.variables, 'FEATURES')]));
    this.binaryRules = readBinaryRules(tree, repositories, userConfig);
    this.packageMasks = new PackageMasks(tree, repositories, this.nodes, userConfig);
    this.rules = new UseRules(tree, repositories, this.nodes, this.variables, userConfig);
    this.licenses = this.readLicenses(userLines('package.license'));
    this.properties = this.readAccepted('ACCEPT_PROPERTIES', userLines('package.properties'));
    this.restricts = this.readAccepted('ACCEPT_RESTRICT', userLines('package.accept_restrict'));
    this.readProvided();
    this.sonameProvided = this.readSonameProvided();
    const packages = this.readPackages();
    this.system = packages.system;
    this.profile = packages.profile;
    this.setSources = {
      system: this.system,
      profile: this.profile,
      sources: readSetSources(tree, repositories, userConfig),
      worldFolder: input.worldFolder ?? null,
      security: (choice) => this.advised(choice),
    };
  }

  private readLicenses(userLines: readonly ConfigLine[]): Licenses {
    const { tree, repositories, userConfig } = this.input;
    const folders = repositories.ordered.map((repository) => posix.join(repository.location, 'profiles'));
    const groups = readLicenseGroups(
      [...folders, ...(userConfig === null ? [] : [userConfig])].flatMap((folder) =>
        readConfigLines(tree, posix.join(folder, 'license_groups'), false),
      ),
    );
    const sources = [
      ...this.nodes
        .filter((node) => node.hasLicenseFile)
        .map((node) => readConfigLines(tree, posix.join(node.folder, 'package.license'), true)),
      userLines,
    ];
    const own = [...incrementalWords(this.variables, 'ACCEPT_LICENSE'), ...licensesForAll(sources)];
    const tokens = pruneIncremental(own);
    return new Licenses(groups, tokens.length === 0 ? ['*', '-@EULA'] : tokens, sources);
  }

  private readAccepted(name: string, lines: readonly ConfigLine[]): AcceptedTokens {
    const table = new AtomTable(lines, userOptions);
    const everywhere = table.take('*/*') ?? [];
    const tokens = pruneIncremental([...incrementalWords(this.variables, name), ...everywhere]);
    return { accepted: new Acceptance(tokens), table };
  }

  private readProvided(): void {
    const lists = this.nodes
      .filter((node) => node.eapi === null || eapi(node.eapi).hasPackageProvided)
      .map((node) => nodeLines(this.tree, node, 'package.provided').map((line) => line.words.join(' ')));
    for (const text of stackLists(lists)) {
      const cpv = tryParseCpv(text);
      if (cpv === null) continue;
      const list = this.providedByName.get(cpv.qualifiedName);
      if (list) list.push(text);
      else this.providedByName.set(cpv.qualifiedName, [text]);
    }
  }

  private readSonameProvided(): ReadonlyMap<string, readonly string[]> {
    const byCategory = new Map<string, string[]>();
    for (const node of this.nodes) {
      for (const { words } of nodeLines(this.tree, node, 'soname.provided')) {
        const [category = '', ...sonames] = words;
        byCategory.set(category, stackLists([byCategory.get(category) ?? [], sonames]));
      }
    }
    return byCategory;
  }

  private readPackages(): { system: readonly string[]; profile: readonly string[] } {
    const lists = this.nodes.map((node) =>
      (node.files.has('packages') ? readConfigLines(this.tree, posix.join(node.folder, 'packages'), false) : []).map(
        (line) => line.words.join(' '),
      ),
    );
    const setNodes = this.nodes.filter((node) => node.hasProfileSet).map((node) => this.nodes.indexOf(node));
    const profile = stackLists(setNodes.map((index) => lists[index] ?? []));
    return {
      system: stackLists(lists).flatMap((line) => (line.startsWith('*') ? [line.slice(1)] : [])),
      profile: profile.filter((line) => !line.startsWith('*')),
    };
  }

  get repositories(): RepositorySet {
    return this.input.repositories;
  }

  /** Sources of this root, to build another configuration on the same packages. */
  get sources(): ConfigurationInput {
    return this.input;
  }

  /** Value of a variable as the configuration files leave it. */
  variable(name: string): string {
    return lookUp(this.variables, name) ?? '';
  }

  /** License groups by name, members as written. */
  get licenseGroups(): LicenseGroups {
    return this.licenses.groups;
  }

  candidates(qualifiedName: string): readonly RepositoryCandidate[] {
    let list = this.candidateLists.get(qualifiedName);
    if (list === undefined) {
      const order = new Map(this.input.repositories.ordered.map((repository, index) => [repository.name, index]));
      const found = [
        ...this.input.ebuilds.packages(qualifiedName),
        ...(this.input.binaries ?? noPackages).packages(qualifiedName),
      ];
      list = found.sort(byPreference((repository) => order.get(repository) ?? -1));
      this.candidateLists.set(qualifiedName, list);
    }
    return list;
  }

  installed(qualifiedName: string): readonly RepositoryCandidate[] {
    let list = this.installedLists.get(qualifiedName);
    if (list === undefined) {
      list = [...(this.input.installed ?? noPackages).packages(qualifiedName)].sort((a, b) =>
        compareVersions(b.version, a.version),
      );
      this.installedLists.set(qualifiedName, list);
    }
    return list;
  }

  allInstalled(): readonly Candidate[] {
    this.allInstalledList ??= (this.input.installed ?? noPackages)
      .qualifiedNames()
      .flatMap((name) => this.installed(name));
    return this.allInstalledList;
  }

  isBare(): boolean {
    return this.input.installed?.isBare?.() === true;
  }

  private keywordsOf(candidate: Candidate): KeywordAnswer {
    let answer = this.keywordAnswers.get(candidate);
    if (answer === undefined) {
      answer = judgeKeywords(this.keywordTables, candidate);
      this.keywordAnswers.set(candidate, answer);
    }
    return answer;
  }

  use(candidate: Candidate): UseState {
    let state = this.useStates.get(candidate);
    if (state === undefined) {
      state =
        candidate.recordedUse === null
          ? this.rules.state(candidate, this.keywordsOf(candidate).isStable)
          : this.recordedState(candidate, candidate.recordedUse);
      this.useStates.set(candidate, state);
    }
    return state;
  }

  /** Flags of a built package; what is masked and forced is worked out when somebody asks. */
  private recordedState(candidate: Candidate, enabled: ReadonlySet<string>): UseState {
    const { rules } = this;
    const stable = (): boolean => this.keywordsOf(candidate).isStable;
    return {
      enabled,
      get masked() {
        return rules.masked(candidate, stable());
      },
      get forced() {
        return rules.forced(candidate, stable());
      },
    };
  }

  /** The flags an ebuild of this package would get here, whatever a built package recorded. */
  configuredUse(candidate: Candidate): UseState {
    if (candidate.recordedUse === null) return this.use(candidate);
    return this.rules.state(candidate, this.keywordsOf(candidate).isStable);
  }

  isEffectiveFlag(candidate: Candidate, flag: string): boolean {
    const stable = (): boolean => this.keywordsOf(candidate).isStable;
    return this.rules.isEffective(
      candidate,
      flag,
      () => this.rules.masked(candidate, stable()),
      () => this.rules.forced(candidate, stable()),
    );
  }

  /** Flags outside IUSE that the profile makes known to a package; none where its EAPI leaves that to patterns. Source: PMS 11.1.1 */
  profileFlags(candidate: Candidate): readonly string[] {
    return candidate.eapi.hasProfileIuse ? this.rules.flagsOfProfile : [];
  }

  /** flags that are worked out when a conditional asks for one */
  private lazyFlags(candidate: Candidate): { has(flag: string): boolean } {
    return { has: (flag) => this.use(candidate).enabled.has(flag) };
  }

  private missingOf(text: string, { accepted, table }: AcceptedTokens, candidate: Candidate): string[] {
    if (text === '') return [];
    const extra = table.values(candidate).flat();
    const all = extra.length === 0 ? accepted : new Acceptance(extra, accepted);
    return missingWords(parseWords(text), all, this.lazyFlags(candidate));
  }

  masks(candidate: Candidate): readonly MaskReason[] {
    let reasons = this.maskReasons.get(candidate);
    if (reasons === undefined) {
      reasons = this.findMasks(candidate);
      this.maskReasons.set(candidate, reasons);
    }
    return reasons;
  }

  /** Has no masks; cheaper than asking for them where most packages are masked by keyword. */
  isVisible(candidate: Candidate): boolean {
    if (candidate.kind !== 'installed' && this.keywordsOf(candidate).missing.length > 0) return false;
    return this.masks(candidate).length === 0;
  }

  private findMasks(candidate: Candidate): MaskReason[] {
    const reasons: MaskReason[] = [];
    const own = candidate instanceof RepositoryCandidate ? candidate : null;
    if (own?.isEapiKnown === false) return [{ kind: 'eapi', eapi: own.metadata.EAPI ?? '' }];
    const unavailable = own?.metadata._unavailable_;
    if (unavailable) return [{ kind: 'invalid', detail: unavailable }];
    if (own) {
      const foreign = own.check.foreignFlags.find((flag) => !this.isEffectiveFlag(candidate, flag));
      const detail =
        own.check.problem ?? (foreign === undefined ? null : `USE flag \`${foreign}\` is used but not in IUSE`);
      if (detail !== null) reasons.push({ kind: 'invalid', detail });
    }
    const hit = this.packageMasks.hit(candidate);
    if (hit) reasons.push({ kind: 'package.mask', ...hit });
    if (candidate.kind !== 'installed') {
      const { missing, advised } = this.keywordsOf(candidate);
      if (missing.length > 0) {
        reasons.push({ kind: 'keyword', keywords: candidate.keywords, wouldAccept: missing, advised });
      }
    }
    const license = unlessInvalid(() => this.licenses.missing(candidate, candidate.license, this.lazyFlags(candidate)));
    if (license.length > 0) reasons.push({ kind: 'license', missing: license });
    if (candidate.kind !== 'installed') {
      const missing = unlessInvalid(() => this.missingOf(candidate.properties, this.properties, candidate));
      if (missing.length > 0) reasons.push({ kind: 'properties', missing });
      const restricted = unlessInvalid(() => this.missingOf(candidate.restrict, this.restricts, candidate));
      if (restricted.length > 0) reasons.push({ kind: 'restrict', missing: restricted });
    }
    return reasons;
  }

  /** What `package.env` sets for a package. Throws CONFIG_SYNTAX. */
  packageVariables(candidate: Candidate): Readonly<Record<string, string>> {
    return this.rules.environment(candidate);
  }

  /** What the profile has run before each phase of a package, parents first; null: what it has for all packages. */
  bashrcs(candidate: Candidate | null): readonly ProfileBashrc[] {
    return profileBashrcs(this.tree, this.input.repositories, this.nodes, candidate);
  }

  provided(qualifiedName: string): readonly string[] {
    return this.providedByName.get(qualifiedName) ?? [];
  }

  set(name: string): readonly string[] | null {
    if (name === 'installed')
      return this.allInstalled().map((candidate) => `${candidate.qualifiedName}:${candidate.slot}`);
    return readSet(this.tree, this.setSources, name);
  }

  /** How many security advisories the tree has, for who asks for `@security`; null: the set is of another kind. */
  advisories(set: string): number | null {
    if (this.setSources.sources.get(set)?.kind !== 'security') return null;
    return readAdvisories(this.tree, this.input.repositories)?.length ?? 0;
  }

  private advised({ skipsApplied, ...choice }: SecurityChoice): readonly string[] {
    const advisories = readAdvisories(this.tree, this.input.repositories) ?? [];
    const { worldFolder } = this.setSources;
    const marks = skipsApplied && worldFolder !== null ? posix.join(worldFolder, 'glsa_injected') : null;
    const applied =
      marks === null ? [] : readConfigLines(this.tree, marks, false).map(({ words }) => words[0] as string);
    return advisedUpdates(
      advisories,
      {
        arch: this.variable('ARCH'),
        installed: (name) => this.installed(name),
        visible: (name) => this.candidates(name).filter((each) => each.kind === 'ebuild' && this.isVisible(each)),
      },
      { ...choice, applied: new Set(applied) },
    );
  }

  setClass(name: string): string | null {
    const source = this.setSources.sources.get(name);
    return source?.kind === 'unsupported' ? source.class : null;
  }

  sets(): readonly string[] {
    return listSets(this.setSources);
  }

  get searched(): readonly string[] {
    return this.repositories.ordered.map(({ name }) => name).sort();
  }

  unlistedIn(qualifiedName: string): string | null {
    const [category = ''] = qualifiedName.split('/');
    if (this.repositories.categories.has(category)) return null;
    const holds = ({ location }: { readonly location: string }): boolean =>
      this.tree.list(posix.join(location, qualifiedName)).some((file) => file.endsWith('.ebuild'));
    return this.repositories.ordered.find(holds)?.name ?? null;
  }

  moved(atom: Atom): MovedAtom | null {
    for (const { name, moves } of this.moves()) {
      const { moved, steps } = followMoves(atom, moves);
      if (steps.length > 0 && this.candidates(moved.qualifiedName).length > 0)
        return { atom: moved.text, lines: steps.map(moveLine), repository: name };
    }
    return null;
  }

  private moves(): readonly { readonly name: string; readonly moves: readonly PackageMove[] }[] {
    this.movesByRepository ??= this.input.repositories.ordered.map((repository) => ({
      name: repository.name,
      moves: readPackageMoves(this.tree, repository),
    }));
    return this.movesByRepository;
  }

  allQualifiedNames(): readonly string[] {
    this.names ??= [
      ...new Set([...this.input.ebuilds.qualifiedNames(), ...(this.input.binaries ?? noPackages).qualifiedNames()]),
    ].sort();
    return this.names;
  }

  /** The text of `deprecated` of the chosen profile; empty: it is not. Parents' notes do not count (PMS 5.2.3). */
  get deprecation(): string {
    return this.nodes.filter((node) => !node.isUserProfile).at(-1)?.deprecated ?? '';
  }
}
