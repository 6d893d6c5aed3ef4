import type { PlannedPackage } from '../resolve/plan';
import { EngineError } from './errors';
import { readGpkgMetadata } from './gpkg';
import { PackageStore, type StoredPackage } from './package-store';

export type Fitting =
  | { readonly kind: 'found'; readonly stored: StoredPackage }
  /** `reason`: a sentence; `flags`: of the design, as `package_use` takes them, with which the newest one would fit; null: none would */
  | { readonly kind: 'none'; readonly reason: string; readonly flags: readonly string[] | null };

/**
 * The newest binary package of a folder that is what a plan asks for: version, slot, USE flags and EPREFIX. What it was compiled
 * with is not asked. Damaged ones are passed over.
 */
export async function fittingPackage(folder: string, pkg: PlannedPackage, eprefix: string): Promise<Fitting> {
  let first: Fitting | null = null;
  for (const stored of [...(await new PackageStore(folder).builds(pkg.cpv))].reverse()) {
    const misfit = await misfitOf(stored, pkg, eprefix);
    if (misfit === null) return { kind: 'found', stored };
    first ??= misfit;
  }
  return first ?? { kind: 'none', reason: `There is no binary package of it.`, flags: null };
}

async function misfitOf({ path }: StoredPackage, pkg: PlannedPackage, eprefix: string): Promise<Fitting | null> {
  const metadata = await readGpkgMetadata(path).catch((error: unknown) => {
    if (error instanceof EngineError) return null;
    throw error;
  });
  if (metadata === null) return { kind: 'none', reason: 'Its binary package is damaged.', flags: null };
  const read = (name: string): string => metadata.get(name)?.toString('utf8').trim() ?? '';
  const builtFor = read('EPREFIX');
  if (builtFor !== eprefix) {
    return { kind: 'none', reason: `Its binary package was built for the path \`${builtFor || '/'}\`.`, flags: null };
  }
  const [slot, subSlot = slot] = (read('SLOT') || '0').split('/');
  if (slot !== pkg.slot || subSlot !== pkg.subSlot) {
    return { kind: 'none', reason: `Its binary package has the slot \`${read('SLOT')}\`.`, flags: null };
  }
  const built = new Set(read('USE').split(/\s+/));
  const wanted = new Set(pkg.use);
  const flags = pkg.iuse
    .map((flag) => flag.replace(/^[+-]/, ''))
    .filter((flag) => built.has(flag) !== wanted.has(flag))
    .map((flag) => (built.has(flag) ? flag : `-${flag}`));
  if (flags.length === 0) return null;
  return { kind: 'none', reason: `Its binary package was built with \`${flags.join(' ')}\`.`, flags };
}
