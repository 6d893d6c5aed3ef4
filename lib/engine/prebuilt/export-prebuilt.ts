import { link, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { placeCopy } from '../../host/place-file';
import { recordFile } from '../../layout/record-files';
import { toolchainRepositoryName } from '../../repo';
import type { Plan } from '../../resolve/plan';
import { distfilesOf } from '../build-package';
import { writeFileDurably } from '../durable-file';
import { EngineError } from '../errors';
import { readGpkgMetadata } from '../gpkg';
import { digestFile } from '../manifest';
import { PlanKeys } from '../plan-keys';
import { toolOf } from '../prefix-place';
import { RunContext } from '../run-context';
import type { ExecuteRequest } from '../run-request';
import { machineToolchain } from './machine-toolchain';
import {
  formatPrebuiltIndex,
  indexName,
  type PrebuiltEntry,
  packagesFolder,
  parsePrebuiltIndex,
  sourcesFolder,
} from './prebuilt-index';

export interface Exported {
  readonly written: readonly PrebuiltEntry[];
  /** packages of the plan that are not in the folder; `reason` is a clause about the package */
  readonly leftOut: readonly { readonly cpv: string; readonly reason: string }[];
}

/**
 * Writes the packages of a plan that were built here for any path into a folder of prebuilt ones, beside what it has.
 * `withSources`: their source files too, for who gives them to others. Throws PREBUILT_INVALID when the folder has an index
 * that is none, or the compiler does not say its version.
 */
export async function exportPrebuilt(request: ExecuteRequest, folder: string, withSources: boolean): Promise<Exported> {
  const context = new RunContext({ ...request, plan: asNew(request.plan), prebuilt: undefined });
  const keys = new PlanKeys(context, true);
  const builtWith = await machineToolchain(toolOf(request.place.board, 'gcc'));
  if (!builtWith) {
    throw new EngineError('PREBUILT_INVALID', 'the compiler of this machine does not say which C library it links to');
  }
  const written: PrebuiltEntry[] = [];
  const leftOut: { cpv: string; reason: string }[] = [];
  for (const pkg of context.packages('staging', 'build')) {
    const facts = keys.factsOf(pkg);
    if (facts.repository === toolchainRepositoryName) {
      leftOut.push({ cpv: pkg.cpv, reason: 'it is what the machine has' });
      continue;
    }
    const sharing = await keys.sharingOf(pkg);
    const key = await keys.recipeKeyOf(pkg);
    if (sharing.kind === 'own' || key === null) {
      leftOut.push({ cpv: pkg.cpv, reason: sharing.kind === 'own' ? sharing.reason : 'its recipe has no name' });
      continue;
    }
    const stored = await keys.findShared(pkg);
    if (stored === null) {
      leftOut.push({ cpv: pkg.cpv, reason: 'it was not built from source here' });
      continue;
    }
    await mkdir(join(folder, packagesFolder), { recursive: true });
    const file = `${pkg.cpv.replace('/', '_')}-${key.slice(0, 12)}.gpkg.tar`;
    const target = join(folder, packagesFolder, file);
    await placeCopy(stored.path, target);
    const { sizeBytes, hashes } = await digestFile(target, ['SHA512']);
    const metadata = await readGpkgMetadata(target);
    const text = (name: string): string => metadata.get(name)?.toString('utf8').trim() ?? '';
    const distfiles = await distfilesOf(pkg.cpv, facts);
    if (withSources)
      await takeSources(
        request.distDir,
        join(folder, sourcesFolder),
        distfiles.map(({ entry }) => entry.name),
      );
    written.push({
      key,
      buildKey: text(recordFile.key),
      cpv: pkg.cpv,
      file,
      sizeBytes,
      sha512: hashes.SHA512 ?? '',
      builtWith,
      license: text('LICENSE'),
      sources: distfiles.map(({ entry }) => entry.name),
    });
  }
  if (written.length > 0) await writeIndex(folder, written);
  return { written, leftOut };
}

/** As if nothing were installed: what is there may be of an ebuild that has changed since. */
const asNew = (plan: Plan): Plan => ({
  ...plan,
  packages: plan.packages.map((pkg) =>
    pkg.root === 'staging' && pkg.action !== 'remove' ? { ...pkg, action: 'build' } : pkg,
  ),
});

async function takeSources(distDir: string, folder: string, names: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of names) {
    const target = join(folder, name);
    if (await stat(target).catch(() => null)) continue;
    await link(join(distDir, name), target).catch(() => placeCopy(join(distDir, name), target));
  }
}

async function writeIndex(folder: string, written: readonly PrebuiltEntry[]): Promise<void> {
  const path = join(folder, indexName);
  const before = await readFile(path, 'utf8').catch(() => null);
  const known = before === null ? [] : parsePrebuiltIndex(before, folder);
  const replaced = new Set(written.map(({ key }) => key));
  const kept = known.filter(({ key }) => !replaced.has(key));
  const files = new Set([...kept, ...written].map(({ file }) => file));
  await writeFileDurably(path, formatPrebuiltIndex([...kept, ...written]));
  for (const { file } of known) if (!files.has(file)) await rm(join(folder, packagesFolder, file), { force: true });
}
