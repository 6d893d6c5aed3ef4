import { Quoted } from '@/components/ui/field';
import type { Fix } from '@/lib/resolve/plan';
import { FixButton } from './fix-button';

/** Changes of a design that were tried and help, each with what it costs. */
export function FixList({
  fixes,
  text,
  onText,
}: {
  fixes: readonly Fix[];
  text: string;
  onText: (text: string) => void;
}) {
  return (
    <ul className="flex flex-col gap-1.5">
      {fixes.map((fix) => (
        <li key={fix.title} className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <FixButton fix={fix} text={text} onText={onText} />
          <span className="min-w-0 text-sm break-words text-muted">
            <Quoted text={fix.cost} />
          </span>
        </li>
      ))}
    </ul>
  );
}
