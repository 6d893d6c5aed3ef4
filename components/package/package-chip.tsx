import type { ReactNode } from 'react';
import { type Place, placeTone } from '@/components/place/place';
import type { PackageIdentity } from './identity';

/** A package, drawn the same everywhere: category dimmed, name strong, version plain, slot only if it matters. */
export function PackageName({ category, pn, version, slot }: PackageIdentity) {
  return (
    <span
      className="mono min-w-0 truncate text-[0.93em]"
      title={`${category}/${pn}${version ? `-${version}` : ''}${slot && slot !== '0' ? `:${slot}` : ''}`}
    >
      {category !== '' && <span className="text-faint">{category}/</span>}
      <span className="font-semibold">{pn}</span>
      {version && <span className="text-muted"> {version}</span>}
      {slot && slot !== '0' && <span className="text-muted">:{slot}</span>}
    </span>
  );
}

/** The package name with the place as its left edge. */
export function PackageChip({
  place,
  children,
  className = '',
  ...identity
}: PackageIdentity & { place: Place; children?: ReactNode; className?: string }) {
  return (
    <span
      className={`inline-flex max-w-full min-w-0 items-center gap-1.5 rounded-sm border border-l-[3px] bg-surface py-px pr-1.5 pl-1.5 ${className}`}
      style={{ borderLeftColor: `var(--${place})` }}
    >
      <span className={`sr-only ${placeTone[place].text}`}>in {place}: </span>
      <PackageName {...identity} />
      {children}
    </span>
  );
}
