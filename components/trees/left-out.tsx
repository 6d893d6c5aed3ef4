import { Quoted } from '@/components/ui/field';
import { count } from '@/components/ui/format';

/** Files and repositories of a tree that are not read, with the reason. */
export function LeftOut({ notices }: { notices: readonly string[] }) {
  if (notices.length === 0) return null;
  return (
    <details className="text-sm">
      <summary className="w-fit rounded-sm text-link-ink hover:underline">
        {count(notices.length, 'part')} of this tree {notices.length === 1 ? 'is' : 'are'} left out
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
