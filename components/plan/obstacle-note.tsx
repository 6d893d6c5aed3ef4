import { Info } from 'lucide-react';
import { Quoted } from '@/components/ui/field';
import { type ObstacleWords, obstacleWords } from '@/lib/api/obstacle-words';
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
  const { message, hint, reasons } = obstacleWords({ packages: [], ...obstacle });
  return (
    <div
      role="note"
      className="flex items-start gap-3 rounded-md border border-l-4 border-line-strong/50 border-l-host bg-raised px-3 py-2.5 text-sm"
    >
      <Info aria-hidden className="mt-0.5 size-4 shrink-0 text-host-ink" />
      <div className="min-w-0 flex-1 break-words">
        <p>
          <strong className="block">{title}</strong>
          <Quoted text={message} />{' '}
          {hint !== null && (
            <span className="text-muted">
              <Quoted text={hint} />
            </span>
          )}
        </p>
        {obstacle.fix && text !== undefined && onText && (
          <p className="mt-2">
            <FixButton fix={obstacle.fix} text={text} onText={onText} />
          </p>
        )}
        {reasons.length > 0 && <Reasons reasons={reasons} text={text} onText={onText} />}
      </div>
    </div>
  );
}

/** What is missing and how to get it, each reason once with the packages that it is about. */
function Reasons({
  reasons,
  text,
  onText,
}: {
  reasons: ObstacleWords['reasons'];
  text?: string;
  onText?: (text: string) => void;
}) {
  return (
    <ul aria-label="Packages that cannot be built here" className="mt-2 flex flex-col gap-2">
      {reasons.map(({ message, hint, packages }) => (
        <li key={`${message} ${hint}`}>
          <span className="flex flex-wrap gap-x-3 gap-y-0.5">
            {packages.map(({ id, cpv }) => (
              <code key={id} className="text-xs font-medium break-all">
                {cpv}
              </code>
            ))}
          </span>
          {message !== null && <Quoted text={message} />}{' '}
          {hint !== null && (
            <span className="text-muted">
              <Quoted text={hint} />
            </span>
          )}
          {text !== undefined &&
            onText &&
            packages.map(({ id, fix }) => fix && <FixButton key={id} fix={fix} text={text} onText={onText} />)}
        </li>
      ))}
    </ul>
  );
}
