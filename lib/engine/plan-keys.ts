import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { isStudioError } from '../errors';
import { recordFile } from '../layout/record-files';
import { toolchainRepositoryName } from '../repo';
import type { PlannedPackage } from '../resolve/plan';
import { commandRecord, type HookFile, hooksRecord, userHooks } from './bash-hooks';
import { type BuildKeyInput, buildKey, recipeKey, type SharedKeyInput } from './build-key';
import { distfilesOf } from './build-package';
import type { EbuildFacts } from './ebuild-facts';
import { Eclasses } from './eclass-content';
import { flagRecord } from './flag-record';
import { readGpkgMetadata } from './gpkg';
import { askedOfHost, HostQuestions, hostChange, hostRecord } from './host-asked';
import { namesFor } from './host-names';
import type { StoredPackage } from './package-store';
import type { PrebuiltEntry } from './prebuilt/prebuilt-index';
import { parsePrebuiltRecord } from './prebuilt/prebuilt-index';
import { type PrebuiltPackage, prebuiltFile } from './prebuilt/prebuilt-packages';
import { chostOf, toolOf } from './prefix-place';
import type { ConfigurationFile } from './relocate/build-roots';
import { placeholderPath, whyNoRoom } from './relocate/placeholder';
import { ebuildContent } from './repository-files';
import type { RunContext } from './run-context';
import { evaluateWords } from './source-uri';
import { toolchainIdentity } from './toolchain-identity';
import { patchRecord, type UserPatch, userPatches } from './user-patches';
import { readEntryFile } from './vdb';

/** Can a package be one that all prefixes share? With the key that it has there, or with the reason why not. */
export type Sharing =
  | {
      readonly kind: 'shared';
      readonly key: string;
      /** somebody built it already; absent: it is built here, or was */
      readonly prebuilt?: PrebuiltPackage;
      /** why one that somebody built is not taken; a clause about the package */
      readonly prebuiltReason?: string;
    }
  /** `isItself`: because of the package itself, and not of its path or of what it is built with */
  | { readonly kind: 'own'; readonly reason: string; readonly isItself: boolean };

/** What the configuration of the prefix says to one build. */
interface UserInput {
  readonly patches: readonly UserPatch[];
  readonly hooks: readonly HookFile[];
}

const own = (reason: string, isItself = true): Sharing => ({ kind: 'own', reason, isItself });

/** Facts and build keys of the packages of one plan. */
export class PlanKeys {
  private readonly facts = new Map<string, EbuildFacts>();
  private readonly recipes = new Map<string, Promise<Sharing>>();
  private readonly recipeKeys = new Map<string, Promise<string | null>>();
  private readonly users = new Map<string, UserInput>();
  private readonly inputs = new Map<string, Promise<Omit<BuildKeyInput, 'eprefix' | 'dependencyKeys'>>>();
  /** by id: what the key of a package that prefixes share was made of */
  private readonly sharedInputs = new Map<string, BuildKeyInput & { readonly shared: SharedKeyInput }>();
  private readonly eclasses = new Eclasses();
  private readonly closures = new Map<string, readonly PlannedPackage[]>();
  /** by id: what turned out in this run to fit this path only, and why */
  private readonly turnedOut = new Map<string, string>();
  private toolchain: Promise<string> | null = null;

  /** `onlyLooks`: nothing is fetched, and nothing will be built */
  constructor(
    private readonly context: RunContext,
    private readonly onlyLooks = false,
  ) {}

  /** Throws what describing throws. */
  factsOf(pkg: PlannedPackage): EbuildFacts {
    const known = this.facts.get(pkg.id) ?? this.context.request.describe(pkg);
    this.facts.set(pkg.id, known);
    return known;
  }

  factsOrNull(pkg: PlannedPackage): EbuildFacts | null {
    try {
      return this.factsOf(pkg);
    } catch (error) {
      // told when the package itself comes to it
      if (isStudioError(error)) return null;
      throw error;
    }
  }

  /**
   * The build key of a package of staging; of an installed one as recorded. Final only when the packages before it are
   * built: one of them may turn out to fit this path only.
   */
  async keyOf(pkg: PlannedPackage): Promise<string> {
    const { place } = this.context;
    if (!isWork(pkg)) return (await readEntryFile(place.staging, pkg.cpv, recordFile.key)) || pkg.cpv;
    const sharing = await this.sharingOf(pkg);
    if (sharing.kind === 'shared') return sharing.key;
    const linked = this.context.request.plan.edges
      .filter((edge) => edge.from === pkg.id && !edge.soft && edge.class === 'DEPEND')
      .flatMap(({ to }) => this.context.byId.get(to) ?? [])
      .filter(({ root }) => root === 'staging');
    const dependencyKeys = await Promise.all([...new Set(linked)].map((one) => this.keyOf(one)));
    return buildKey({ ...(await this.input(pkg)), eprefix: place.path, dependencyKeys });
  }

  /** The user's patches for a package, as its VDB entry will record them. */
  private patchesOf(pkg: PlannedPackage): string {
    return patchRecord(this.userInput(pkg).patches);
  }

  /** What the user's own configuration has run and set for a package, as its VDB entry will record it. */
  private commandsOf(pkg: PlannedPackage): string {
    return commandRecord(this.userInput(pkg).hooks, this.factsOf(pkg).packageVariables ?? {});
  }

  /** What its VDB entry will record of a package that is built now, by file. */
  async recordsOf(pkg: PlannedPackage): Promise<readonly (readonly [string, string])[]> {
    return [
      [recordFile.key, await this.keyOf(pkg)],
      [recordFile.patches, this.patchesOf(pkg)],
      [recordFile.commands, this.commandsOf(pkg)],
      [recordFile.flags, flagRecord(this.factsOf(pkg).variables)],
    ];
  }

  /**
   * The files of the configuration that the key of a package names, with the content that it has in the key: another package
   * may have brought others since.
   */
  configurationOf(pkg: PlannedPackage): readonly ConfigurationFile[] {
    const { patches, hooks } = this.userInput(pkg);
    const folder = join(this.context.place.stagingEroot, 'etc/portage');
    return [
      ...hooks.map(({ name, data }) => ({ path: name, data })),
      ...patches.map(({ path, data }) => ({ path: relative(folder, path), data })),
    ];
  }

  private userInput(pkg: PlannedPackage): UserInput {
    const known = this.users.get(pkg.id);
    if (known) return known;
    const { stagingEroot } = this.context.place;
    const slot = this.factsOf(pkg).metadata.SLOT ?? '0';
    const found = {
      patches: userPatches(stagingEroot, pkg.cpv, slot),
      hooks: userHooks(stagingEroot, pkg.cpv, slot),
    };
    this.users.set(pkg.id, found);
    return found;
  }

  /** Is it to be compiled whatever was built before, and was not yet? */
  private isAwaited({ id, isAnew }: PlannedPackage): boolean {
    return isAnew === true && !this.context.hasMerged(id);
  }

  /** The binary package with this key. */
  async findStored(pkg: PlannedPackage): Promise<StoredPackage | null> {
    if (this.isAwaited(pkg)) return null;
    return this.context.store.findByMetadata(pkg.cpv, recordFile.key, await this.keyOf(pkg));
  }

  /** The package that fits any path with the key of this one. */
  async findShared(pkg: PlannedPackage): Promise<StoredPackage | null> {
    const { shared } = this.context;
    const sharing = await this.sharingOf(pkg);
    if (shared === null || sharing.kind === 'own' || this.isAwaited(pkg)) return null;
    if (sharing.prebuilt) return sharing.prebuilt.stored;
    return shared.packages.findByMetadata(pkg.cpv, recordFile.key, sharing.key);
  }

  // ---- sharing

  /** May this package be shared by all prefixes, as far as is known now? */
  async sharingOf(pkg: PlannedPackage): Promise<Sharing> {
    const recipe = await this.recipeOf(pkg);
    if (recipe.kind === 'own') return recipe;
    const mark = this.reasonAgainst(pkg, recipe.key);
    if (mark !== null) return own(mark);
    for (const member of this.closureOf(pkg)) {
      const found = await this.recipeOf(member);
      const reason = found.kind === 'own' ? found.reason : this.reasonAgainst(member, found.key);
      if (reason !== null) return own(`it is built with \`${member.cpv}\`, which is for this path only`, false);
    }
    return recipe;
  }

  /** From now on a package is one of this prefix. */
  keepOwn(pkg: PlannedPackage, reason: string): void {
    this.turnedOut.set(pkg.id, reason);
  }

  private reasonAgainst(pkg: PlannedPackage, key: string): string | null {
    return this.turnedOut.get(pkg.id) ?? this.context.shared?.reasonAgainst(key) ?? null;
  }

  /** What must stand in staging before a package, in plan order: all that its build may see. */
  closureOf(pkg: PlannedPackage): readonly PlannedPackage[] {
    const known = this.closures.get(pkg.id);
    if (known) return known;
    const { plan } = this.context.request;
    const found = new Set<string>();
    const left = [pkg.id];
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      for (const edge of plan.edges) {
        if (edge.from !== id || edge.soft || found.has(edge.to) || edge.to === pkg.id) continue;
        if (this.context.byId.get(edge.to)?.root !== 'staging') continue;
        found.add(edge.to);
        left.push(edge.to);
      }
    }
    const closure = plan.packages.filter(({ id }) => found.has(id));
    this.closures.set(pkg.id, closure);
    return closure;
  }

  /** The key or reason of a package itself, whatever turned out since. */
  recipeOf(pkg: PlannedPackage): Promise<Sharing> {
    const known = this.recipes.get(pkg.id);
    if (known) return known;
    const recipe = this.findRecipe(pkg);
    this.recipes.set(pkg.id, recipe);
    return recipe;
  }

  private async findRecipe(pkg: PlannedPackage): Promise<Sharing> {
    const { shared: store, place, request } = this.context;
    if (store === null) return own('packages are not shared here', false);
    const room = whyNoRoom(place.path);
    if (room !== null) return own(room, false);
    if (!isWork(pkg)) {
      const key = await readEntryFile(place.staging, pkg.cpv, recordFile.key);
      const stored = key === '' ? null : await store.packages.findByMetadata(pkg.cpv, recordFile.key, key);
      if (stored) return { kind: 'shared', key };
      return (await this.takenEarlier(pkg, key)) ?? own('it was built before packages were shared');
    }
    const facts = this.factsOf(pkg);
    const reason = whyOwn(facts);
    if (reason !== null) return own(reason);
    const eclasses = this.eclasses.contentOf(facts);
    if (eclasses === null) return own('which eclasses it uses is known only while it is built');
    const dependencyKeys: string[] = [];
    for (const member of this.closureOf(pkg)) {
      const found = await this.recipeOf(member);
      if (found.kind === 'own') return own(`it is built with \`${member.cpv}\`, which is for this path only`, false);
      dependencyKeys.push(`${member.cpv} ${found.key}`);
    }
    const { hostProvided = [], hostNames = {} } = request;
    const questions = [new HostQuestions(ebuildContent(facts).toString('utf8')), ...eclasses.questions];
    const shared: SharedKeyInput = {
      eclasses: eclasses.record,
      hostProvided: askedOfHost(facts, questions, hostProvided),
      hostNames: namesFor(facts, hostNames),
    };
    const input = { ...(await this.input(pkg)), eprefix: placeholderPath, dependencyKeys, shared };
    this.sharedInputs.set(pkg.id, input);
    return this.asPrebuilt(pkg, await buildKey(input));
  }

  /** What of the build host has a say in a package that prefixes share, as its VDB entry will record it. */
  async hostAskedOf(pkg: PlannedPackage): Promise<string> {
    await this.recipeOf(pkg);
    return hostRecord(this.sharedInputs.get(pkg.id)?.shared.hostProvided ?? []);
  }

  /**
   * Why a package is compiled although one was built that differs in nothing but what the build host answered to its ebuild; a clause
   * about it. null: there is none.
   */
  async hostChangeOf(pkg: PlannedPackage): Promise<string | null> {
    const input = this.sharedInputs.get(pkg.id);
    const store = this.context.shared?.packages;
    if (input === undefined || store === undefined) return null;
    const now = input.shared.hostProvided;
    for (const { path } of [...(await store.builds(pkg.cpv))].reverse()) {
      const metadata = await readGpkgMetadata(path).catch(() => null);
      const text = (name: string): string => metadata?.get(name)?.toString('utf8').trim() ?? '';
      const then = text(recordFile.host).split('\n').filter(Boolean);
      if (hostRecord(then) === hostRecord(now)) continue;
      const key = await buildKey({ ...input, shared: { ...input.shared, hostProvided: then } });
      if (key === text(recordFile.key)) return hostChange(then, now);
    }
    return null;
  }

  // ---- prebuilt

  /** What was compiled here wins; then what somebody built; else it is to be built here, with this key. */
  private async asPrebuilt(pkg: PlannedPackage, key: string): Promise<Sharing> {
    const { prebuilt, shared } = this.context;
    const here: Sharing = { kind: 'shared', key };
    // the tool chain is what this machine has
    if (prebuilt === null || pkg.isAnew || this.factsOf(pkg).repository === toolchainRepositoryName) return here;
    const wanted = await this.recipeKeyOf(pkg);
    if (wanted === null) return here;
    let answer = await prebuilt.find(wanted);
    if (answer.kind === 'found' && (await shared?.packages.findByMetadata(pkg.cpv, recordFile.key, key))) return here;
    // one that cannot be had is not found again: the next place, or none
    for (; answer.kind === 'found'; answer = await prebuilt.find(wanted)) {
      const stored = this.onlyLooks ? { cpv: pkg.cpv, buildId: 0, path: '' } : await prebuilt.get(answer);
      const { entry, place } = answer;
      if (stored) return { kind: 'shared', key: keyOfPrebuilt(entry), prebuilt: { entry, place, stored } };
    }
    return answer.reason === null ? here : { ...here, prebuiltReason: answer.reason };
  }

  private async takenEarlier(pkg: PlannedPackage, key: string): Promise<Sharing | null> {
    const { prebuilt, place } = this.context;
    const record = parsePrebuiltRecord(await readEntryFile(place.staging, pkg.cpv, prebuiltFile));
    if (record === null || prebuilt === null || key !== keyOfPrebuilt(record)) return null;
    const stored = await prebuilt.takenEarlier(pkg.cpv, record.sha512);
    return stored && { kind: 'shared', key, prebuilt: { entry: record, place: '', stored } };
  }

  /** What a package is made of, whatever the machine; null: that is only known while it is built. */
  recipeKeyOf(pkg: PlannedPackage): Promise<string | null> {
    const known = this.recipeKeys.get(pkg.id) ?? this.findRecipeKey(pkg);
    this.recipeKeys.set(pkg.id, known);
    return known;
  }

  private async findRecipeKey(pkg: PlannedPackage): Promise<string | null> {
    const facts = this.factsOrNull(pkg);
    const eclasses = facts === null || whyOwn(facts) !== null ? null : (this.eclasses.contentOf(facts)?.record ?? null);
    if (eclasses === null) return null;
    const dependencyKeys: string[] = [];
    for (const member of this.closureOf(pkg)) {
      const key = await this.recipeKeyOf(member);
      if (key === null) return null;
      dependencyKeys.push(`${member.cpv} ${key}`);
    }
    const { toolchain: _, ...input } = await this.input(pkg);
    return recipeKey({ ...input, dependencyKeys, eclasses });
  }

  private input(pkg: PlannedPackage): Promise<Omit<BuildKeyInput, 'eprefix' | 'dependencyKeys'>> {
    const known = this.inputs.get(pkg.id) ?? this.findInput(pkg);
    this.inputs.set(pkg.id, known);
    return known;
  }

  private async findInput(pkg: PlannedPackage): Promise<Omit<BuildKeyInput, 'eprefix' | 'dependencyKeys'>> {
    const { place } = this.context;
    const facts = this.factsOf(pkg);
    this.toolchain ??= toolchainIdentity(toolOf(place.board, 'gcc'));
    const distfiles = await distfilesOf(pkg.cpv, facts);
    return {
      cpv: pkg.cpv,
      facts,
      chost: chostOf(place),
      distfiles: distfiles.map(
        ({ entry: { hashes } }) => hashes.SHA512 ?? hashes.BLAKE2B ?? Object.values(hashes).sort().join(' '),
      ),
      toolchain: await this.toolchain,
      patches: this.patchesOf(pkg),
      hooks: hooksRecord(facts.bashrcs ?? [], this.userInput(pkg).hooks),
    };
  }
}

/** A package that somebody built is that very file, not one that this machine would build. */
const keyOfPrebuilt = ({ buildKey: key, sha512 }: Pick<PrebuiltEntry, 'buildKey' | 'sha512'>): string =>
  createHash('sha256').update(`prebuilt ${key} ${sha512}`).digest('hex');

const isWork = ({ action }: PlannedPackage): boolean => action === 'build' || action === 'reuse';

/** What an ebuild says of itself that keeps its package from being shared; null: nothing. */
function whyOwn({ metadata, use, moreEntries, isNetworkAllowed }: EbuildFacts): string | null {
  if ((moreEntries?.size ?? 0) > 0) return 'its ebuild is the copy of this design';
  const holds = (key: string, word: string): boolean => evaluateWords(metadata[key] ?? '', new Set(use)).includes(word);
  if (holds('PROPERTIES', 'live')) {
    return isNetworkAllowed
      ? 'its sources come from the network while it is built'
      : 'its sources would come from the network while it is built, which the design does not allow';
  }
  // without that it is built as any other
  if (holds('RESTRICT', 'network-sandbox') && isNetworkAllowed) return 'it may use the network while it is built';
  return null;
}
