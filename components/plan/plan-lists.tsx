import { PackageChip } from '@/components/package/package-chip';
import { placeTone, placeWords } from '@/components/place/place';
import { PlaceIcon } from '@/components/place/place-mark';
import { Quoted } from '@/components/ui/field';
import type { Plan } from '@/lib/resolve/plan';
import { planRoots } from './counts';

const few = 60;

/** What is removed from staging or final, each with its reason. */
export function PlanRemovals({ plan }: { plan: Plan }) {
  const entries = plan.packages.filter(({ action }) => action === 'remove');
  if (entries.length === 0) return null;
  return (
    <div>
      <p className="mb-1 text-sm font-medium">
        Removed <span className="font-normal text-muted">{entries.length}, before anything is built</span>
      </p>
      <ul className="flex flex-col gap-1 text-sm">
        {entries.slice(0, few).map(({ id, root, cpv, reason }) => (
          <li key={id} className="break-words">
            <span className="font-mono">{cpv}</span> <span className="text-muted">from {placeWords[root].label}:</span>{' '}
            <Quoted text={reason} />
          </li>
        ))}
        {entries.length > few && <li className="text-muted">and {entries.length - few} more</li>}
      </ul>
    </div>
  );
}

/** The packages of a plan by place, short. */
export function PlanLists({ plan }: { plan: Plan }) {
  return (
    <div className="flex flex-col gap-3">
      {planRoots.map((root) => {
        const entries = plan.packages.filter((entry) => entry.root === root && entry.action !== 'remove');
        if (entries.length === 0) return null;
        return (
          <div key={root}>
            <p className={`mb-1 flex items-center gap-1.5 text-sm font-medium ${placeTone[root].text}`}>
              <PlaceIcon place={root} /> {placeWords[root].label}
              <span className="font-normal text-muted">
                {entries.length}, {placeWords[root].plain}
              </span>
            </p>
            <ul className="flex flex-wrap gap-1">
              {entries.slice(0, few).map((entry) => (
                <li key={entry.id} className="max-w-full min-w-0" title={entry.reason}>
                  <PackageChip
                    place={root}
                    category={entry.category}
                    pn={entry.pn}
                    version={entry.version}
                    slot={entry.slot}
                  />
                </li>
              ))}
              {entries.length > few && (
                <li className="self-center text-sm text-muted">and {entries.length - few} more</li>
              )}
            </ul>
          </div>
        );
      })}
    </div>
  );
}
