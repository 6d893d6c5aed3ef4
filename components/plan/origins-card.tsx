import { Box, Check, Cpu, Package, Pin } from 'lucide-react';
import type { ComponentType } from 'react';
import { Quoted } from '@/components/ui/field';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { countOrigins, type OriginKind, originDetail, originReasons, originTitles } from '@/lib/api/origin-words';
import type { PlanOrigins } from '@/lib/engine/describe-origins';

const icons: Readonly<Record<OriginKind, ComponentType<{ className?: string }>>> = {
  here: Check,
  shared: Box,
  prebuilt: Package,
  source: Cpu,
  own: Pin,
};

/** Which packages are prebuilt, built before or compiled, and why some are for this path only. */
export function OriginsCard({ origins }: { origins: PlanOrigins }) {
  const { packages, troubles } = origins;
  if (packages.length === 0) return null;
  const reasons = [...originReasons(origins), ...troubles];
  return (
    <section aria-label="Packages" className="min-w-0 rounded-lg border bg-surface">
      <details>
        <summary className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
          <span className="font-medium text-link-ink">
            Packages <span className="tabular">({packages.length})</span>
          </span>
          {countOrigins(origins).map(({ kind, packages: count }) => {
            const Icon = icons[kind];
            return (
              <span key={kind} className="inline-flex items-center gap-1.5">
                <Icon aria-hidden className="size-3.5 shrink-0" />
                <span className="tabular">
                  {count} {originTitles[kind]}
                </span>
              </span>
            );
          })}
        </summary>
        <ScrollRegion label="Where packages come from" className="max-h-96 overflow-y-auto border-t">
          <ul className="divide-y">
            {packages.map(({ id, cpv, origin }) => (
              <li key={id} className="px-4 py-1.5 text-sm break-words">
                <span className="mono text-xs">{cpv}</span>{' '}
                <span className="text-muted">
                  {originTitles[origin.kind]} <Quoted text={originDetail(origin)} />
                </span>
              </li>
            ))}
          </ul>
        </ScrollRegion>
      </details>
      {reasons.length > 0 && (
        <ul aria-label="Packages that are not shared" className="border-t px-4 py-2 text-sm">
          {reasons.map((reason) => (
            <li key={reason} className="break-words">
              <Quoted text={reason} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
