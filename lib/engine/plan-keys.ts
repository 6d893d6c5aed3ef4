import { isStudioError } from '../errors';
import type { PlannedPackage } from '../resolve/plan';
import { hooksRecord } from './bash-hooks';
import { type BuildKeyInput, buildKey, buildKeyFile, toolchainIdentity } from './build-key';
import { distfilesOf } from './build-package';
import type { EbuildFacts } from './ebuild-facts';
import { eclassRecord } from './eclass-content';
import { namesFor } from './host-names';
import type { StoredPackage } from './package-store';
import { chostOf, toolOf } from './prefix-place';
import { placeholderPath, whyNoRoom } from './relocate/placeholder';
import type { RunContext } from './run-context';
import { evaluateWords } from './source-uri';
import { patchRecord, userPatches } from './user-patches';
import { readEntryFile } from './vdb';

/** Can a package be one that all prefixes share? With the key that it has there, or with the reason why not. */
export type Sharing =
  | { readonly kind: 'shared'; readonly key: string }
  | { readonly kind: 'own'; readonly reason: string };

const own = (reason: string): Sharing => ({ kind: 'own', reason });

/** Facts and build keys of the packages of one plan. */
export class PlanKeys {
  private readonly facts = new Map<string, EbuildFacts>();
  private readonly recipes = new Map<string, Promise<Sharing>>();
  private readonly inputs = new Map<string, Promise<Omit<BuildKeyInput, 'eprefix' | 'dependencyKeys'>>>();
  private readonly closures = new Map<string, readonly PlannedPackage[]>();
  /** by id: what turned out in this run to fit this path only, and why */
  private readonly turnedOut = new Map<string, string>();
  private toolchain: Promise<string> | null = null;

  constructor(private readonly context: RunContext) {}

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
    if (!isWork(pkg)) return (await readEntryFile(place.staging, pkg.cpv, buildKeyFile)) || pkg.cpv;
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
  patchesOf(pkg: PlannedPackage): string {
    return patchRecord(userPatches(this.context.place.stagingEroot, pkg.cpv, this.factsOf(pkg).metadata.SLOT ?? '0'));
  }

  /** The binary package with this key. */
  async findStored(pkg: PlannedPackage): Promise<StoredPackage | null> {
    return this.context.store.findByMetadata(pkg.cpv, buildKeyFile, await this.keyOf(pkg));
  }

  /** The package that fits any path with the key of this one. */
  async findShared(pkg: PlannedPackage): Promise<StoredPackage | null> {
    const { shared } = this.context;
    const sharing = await this.sharingOf(pkg);
    if (shared === null || sharing.kind === 'own') return null;
    return shared.packages.findByMetadata(pkg.cpv, buildKeyFile, sharing.key);
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
      if (reason !== null) return own(`it is built with \`${member.cpv}\`, which fits this path only`);
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
    const { shared, place, request } = this.context;
    if (shared === null) return own('packages are not shared here');
    const room = whyNoRoom(place.path);
    if (room !== null) return own(room);
    if (!isWork(pkg)) {
      const key = await readEntryFile(place.staging, pkg.cpv, buildKeyFile);
      const stored = key === '' ? null : await shared.packages.findByMetadata(pkg.cpv, buildKeyFile, key);
      return stored ? { kind: 'shared', key } : own('it was built before packages were shared');
    }
    const facts = this.factsOf(pkg);
    const reason = whyOwn(facts);
    if (reason !== null) return own(reason);
    const eclasses = eclassRecord(facts);
    if (eclasses === null) return own('which eclasses it is made of is only known while it is built');
    const dependencyKeys: string[] = [];
    for (const member of this.closureOf(pkg)) {
      const found = await this.recipeOf(member);
      if (found.kind === 'own') return own(`it is built with \`${member.cpv}\`, which fits this path only`);
      dependencyKeys.push(`${member.cpv} ${found.key}`);
    }
    const { hostProvided = [], hostNames = {} } = request;
    const key = await buildKey({
      ...(await this.input(pkg)),
      eprefix: placeholderPath,
      dependencyKeys,
      shared: { eclasses, hostProvided, hostNames: namesFor(facts, hostNames) },
    });
    return { kind: 'shared', key };
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
      distfiles: distfiles.map(({ entry }) => entry.hashes.SHA512 ?? entry.hashes.BLAKE2B ?? ''),
      toolchain: await this.toolchain,
      patches: this.patchesOf(pkg),
      hooks: hooksRecord(facts.bashrcs ?? [], place.stagingEroot, pkg.cpv, facts.metadata.SLOT ?? '0'),
    };
  }
}

const isWork = ({ action }: PlannedPackage): boolean => action === 'build' || action === 'reuse';

/** What an ebuild says of itself that keeps its package from being shared; null: nothing. */
function whyOwn({ metadata, use, moreEntries }: EbuildFacts): string | null {
  if ((moreEntries?.size ?? 0) > 0) return 'its ebuild is the copy of this design';
  const holds = (key: string, word: string): boolean => evaluateWords(metadata[key] ?? '', new Set(use)).includes(word);
  if (holds('PROPERTIES', 'live') || holds('RESTRICT', 'network-sandbox')) {
    return 'what it is made of comes from the network while it is built';
  }
  return null;
}
