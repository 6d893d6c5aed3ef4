import { Quoted } from '@/components/ui/field';
import { count } from '@/components/ui/format';
import type { UnreadableEbuilds } from '@/lib/api/wire';

/** Ebuilds without metadata, by reason. */
export function Unreadable({ list }: { list: readonly UnreadableEbuilds[] }) {
  const total = list.reduce((sum, entry) => sum + entry.count, 0);
  if (total === 0) return null;
  return (
    <details className="text-sm">
      <summary className="w-fit rounded-sm text-link-ink hover:underline">
        {count(total, 'ebuild')} cannot be read and {total === 1 ? 'counts' : 'count'} as masked
      </summary>
      <ul className="mt-1 flex flex-col gap-1 pl-3">
        {list.map(({ reason, count: held, examples }) => (
          <li key={reason} className="min-w-0 break-words">
            <Quoted text={reason} /> <span className="text-muted">({held})</span>
            <span className="mono block text-xs break-words text-muted">
              {examples.join(', ')}
              {held > examples.length && ' …'}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
