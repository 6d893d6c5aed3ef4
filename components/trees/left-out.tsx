import { Quoted } from '@/components/ui/field';
import { count } from '@/components/ui/format';

/** What is not read of the repositories, or taken otherwise than they say, with the reason. */
export function LeftOut({ notices }: { notices: readonly string[] }) {
  if (notices.length === 0) return null;
  return (
    <details className="text-sm">
      <summary className="w-fit rounded-sm text-link-ink hover:underline">
        {count(notices.length, 'note')} on what was read
      </summary>
      <ul className="mt-1 flex flex-col gap-1 pl-3">
        {notices.map((notice) => (
          <li key={notice} className="min-w-0 break-words">
            <Quoted text={notice} />
          </li>
        ))}
      </ul>
    </details>
  );
}
