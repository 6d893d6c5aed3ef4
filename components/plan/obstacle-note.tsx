import { Info } from 'lucide-react';
import { Quoted } from '@/components/ui/field';
import type { BuildObstacle } from '@/lib/plan/build-obstacle';

/** The plan stands, and the runner cannot carry it out, or may not get to its end: why, and what helps. */
export function ObstacleNote({
  obstacle,
  title = 'It cannot be built here',
}: {
  obstacle: Omit<BuildObstacle, 'packages'>;
  title?: string;
}) {
  return (
    <p
      role="note"
      className="flex items-start gap-3 rounded-md border border-l-4 border-line-strong/50 border-l-host bg-raised px-3 py-2.5 text-sm"
    >
      <Info aria-hidden className="mt-0.5 size-4 shrink-0 text-host-ink" />
      <span className="min-w-0 break-words">
        <strong className="block">{title}</strong>
        <Quoted text={obstacle.message} />{' '}
        <span className="text-muted">
          <Quoted text={obstacle.hint} />
        </span>
      </span>
    </p>
  );
}
