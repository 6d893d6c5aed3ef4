import { Info } from 'lucide-react';
import { Quoted } from '@/components/ui/field';
import type { BuildObstacle, PackageObstacle } from '@/lib/plan/build-obstacle';
import { FixButton } from './fix-button';

/** The plan stands, and the runner cannot carry it out, or may not get to its end: why, and what helps. */
export function ObstacleNote({
  obstacle,
  title = 'It cannot be built here',
  text,
  onText,
}: {
  obstacle: Omit<BuildObstacle, 'packages'> & { readonly packages?: readonly PackageObstacle[] };
  title?: string;
  /** text of the design, for fixes; absent: they are not offered */
  text?: string;
  onText?: (text: string) => void;
}) {
  const packages = obstacle.packages ?? [];
  return (
    <div
      role="note"
      className="flex items-start gap-3 rounded-md border border-l-4 border-line-strong/50 border-l-host bg-raised px-3 py-2.5 text-sm"
    >
      <Info aria-hidden className="mt-0.5 size-4 shrink-0 text-host-ink" />
      <div className="min-w-0 flex-1 break-words">
        <p>
          <strong className="block">{title}</strong>
          <Quoted text={obstacle.message} />{' '}
          <span className="text-muted">
            <Quoted text={obstacle.hint} />
          </span>
        </p>
        {packages.length > 0 && <PackageObstacles packages={packages} text={text} onText={onText} />}
      </div>
    </div>
  );
}

/** Package by package: what is missing and how to get it. */
function PackageObstacles({
  packages,
  text,
  onText,
}: {
  packages: readonly PackageObstacle[];
  text?: string;
  onText?: (text: string) => void;
}) {
  return (
    <ul aria-label="Packages that cannot be built here" className="mt-2 flex flex-col gap-1.5">
      {packages.map(({ id, cpv, message, hint, fix }) => (
        <li key={`${id} ${message}`}>
          <code className="text-xs font-medium">{cpv}</code> <Quoted text={message} />{' '}
          <span className="text-muted">
            <Quoted text={hint} />
          </span>
          {fix && text !== undefined && onText && <FixButton fix={fix} text={text} onText={onText} />}
        </li>
      ))}
    </ul>
  );
}
