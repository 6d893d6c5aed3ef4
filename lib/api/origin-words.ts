import type { PackageOrigin, PlanOrigins } from '../engine/describe-origins';
import { bySameReason } from './obstacle-words';

export type OriginKind = PackageOrigin['kind'];

/** In the order in which they are counted: what costs time comes last. */
export const originTitles: Readonly<Record<OriginKind, string>> = {
  here: 'built before for this prefix',
  shared: 'built before for any path',
  prebuilt: 'prebuilt',
  source: 'to compile, then shared',
  own: 'for this path only',
};

export interface OriginCount {
  readonly kind: OriginKind;
  readonly packages: number;
}

/** How many packages come from where; kinds without any are left out. */
export const countOrigins = ({ packages }: PlanOrigins): readonly OriginCount[] =>
  (Object.keys(originTitles) as OriginKind[]).flatMap((kind) => {
    const those = packages.filter(({ origin }) => origin.kind === kind);
    return those.length === 0 ? [] : [{ kind, packages: those.length }];
  });

/** What is to be known of one package besides its kind; empty: nothing. */
export function originDetail(origin: PackageOrigin): string {
  switch (origin.kind) {
    case 'prebuilt': {
      const { gcc, glibc, system } = origin.builtWith;
      return `with gcc ${gcc} and glibc ${glibc} (${system}), from ${origin.place}`;
    }
    case 'own':
      return origin.reason;
    case 'source':
      return [
        ...(origin.reason === null ? [] : [`not prebuilt: ${origin.reason}`]),
        ...(origin.change === undefined ? [] : [`not the one built before: ${origin.change}`]),
        ...(origin.configuration === undefined
          ? []
          : [`only prefixes with the same ${origin.configuration.join(', ')} share it`]),
      ].join('; ');
    default:
      return '';
  }
}

/** Packages that no other prefix can take, and those that were built but not for this machine as it is, by reason. */
export function originReasons({ packages }: PlanOrigins): readonly string[] {
  const withReason = packages.filter(
    ({ origin }) => origin.kind === 'own' || (origin.kind === 'source' && originDetail(origin) !== ''),
  );
  return bySameReason(
    withReason,
    ({ origin }) => `${origin.kind === 'own' ? 'for this path only: ' : ''}${originDetail(origin)}`,
  ).map(({ message, items }) => `${items.map(({ cpv }) => cpv).join(', ')}: ${message}`);
}
