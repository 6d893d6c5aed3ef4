import { isStudioError } from '../errors';
import type { PlannedPackage } from '../resolve/plan';
import { hooksRecord } from './bash-hooks';
import { buildKey, buildKeyFile, toolchainIdentity } from './build-key';
import { distfilesOf } from './build-package';
import type { EbuildFacts } from './ebuild-facts';
import type { StoredPackage } from './package-store';
import { chostOf, toolOf } from './prefix-place';
import type { RunContext } from './run-context';
import { patchRecord, userPatches } from './user-patches';
import { readEntryFile } from './vdb';

/** Facts and build keys of the packages of one plan, each found once. */
export class PlanKeys {
  private readonly facts = new Map<string, EbuildFacts>();
  private readonly keys = new Map<string, Promise<string>>();
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

  /** The build key of a package of staging; of an installed one as recorded. */
  keyOf(pkg: PlannedPackage): Promise<string> {
    const known = this.keys.get(pkg.id);
    if (known) return known;
    const key = this.compute(pkg);
    this.keys.set(pkg.id, key);
    return key;
  }

  /** The user's patches for a package, as its VDB entry will record them. */
  patchesOf(pkg: PlannedPackage): string {
    return patchRecord(userPatches(this.context.place.stagingEroot, pkg.cpv, this.factsOf(pkg).metadata.SLOT ?? '0'));
  }

  /** The binary package with this key. */
  async findStored(pkg: PlannedPackage): Promise<StoredPackage | null> {
    return this.context.store.findByMetadata(pkg.cpv, buildKeyFile, await this.keyOf(pkg));
  }

  private async compute(pkg: PlannedPackage): Promise<string> {
    const { place, request, byId } = this.context;
    if (pkg.action !== 'build' && pkg.action !== 'reuse') {
      return (await readEntryFile(place.staging, pkg.cpv, buildKeyFile)) || pkg.cpv;
    }
    const facts = this.factsOf(pkg);
    this.toolchain ??= toolchainIdentity(toolOf(place.board, 'gcc'));
    const linked = request.plan.edges.filter((edge) => edge.from === pkg.id && !edge.soft && edge.class === 'DEPEND');
    const dependencies = linked.flatMap(({ to }) => byId.get(to) ?? []).filter(({ root }) => root === 'staging');
    const distfiles = await distfilesOf(pkg.cpv, facts);
    return buildKey({
      cpv: pkg.cpv,
      facts,
      chost: chostOf(place),
      eprefix: place.path,
      distfiles: distfiles.map(({ entry }) => entry.hashes.SHA512 ?? entry.hashes.BLAKE2B ?? ''),
      dependencyKeys: await Promise.all([...new Set(dependencies)].map((one) => this.keyOf(one))),
      toolchain: await this.toolchain,
      patches: this.patchesOf(pkg),
      hooks: hooksRecord(facts.bashrcs ?? [], place.stagingEroot, pkg.cpv, facts.metadata.SLOT ?? '0'),
    });
  }
}
