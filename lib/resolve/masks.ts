import type { Frozen } from './frozen';
import type { Package } from './package';
import type { MaskReason } from './plan';

const cache = new WeakMap<Frozen, Map<Package, readonly MaskReason[]>>();

/** Why the package is masked. An installed package is judged by the keywords that its ebuild has today. */
export function masksOf(frozen: Frozen, pkg: Package): readonly MaskReason[] {
  let all = cache.get(frozen);
  if (all === undefined) {
    all = new Map();
    cache.set(frozen, all);
  }
  let masks = all.get(pkg);
  if (masks === undefined) {
    masks = pkg.root.configuration.masks(pkg.candidate);
    const live = frozen.live(pkg);
    if (live !== null) {
      masks = [
        ...masks.filter((mask) => mask.kind !== 'keyword'),
        ...pkg.root.configuration.masks(live).filter((mask) => mask.kind === 'keyword'),
      ];
    }
    all.set(pkg, masks);
  }
  return masks;
}

/** Visible without any change of the configuration. For installed packages keywords do not count. */
export function isVisible(frozen: Frozen, pkg: Package): boolean {
  const masks = masksOf(frozen, pkg);
  if (masks.length === 0) return true;
  if (!pkg.isInstalled) return false;
  return !masks.some(
    ({ kind }) => kind === 'eapi' || kind === 'invalid' || kind === 'package.mask' || kind === 'license',
  );
}

export const isInvalid = (frozen: Frozen, pkg: Package): boolean =>
  masksOf(frozen, pkg).some(({ kind }) => kind === 'invalid');
