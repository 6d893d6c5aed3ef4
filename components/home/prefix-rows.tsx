import Link from 'next/link';
import { PathAnatomy } from '@/components/path/path-anatomy';
import { figuresOfPrefix } from '@/components/place/figures';
import { FourPlaceStrip } from '@/components/place/four-place-bar';
import { workspaceHref } from '@/components/shell/views';
import { StateBadge } from '@/components/state/state-badge';
import { unfinishedSentence } from '@/components/state/unfinished';
import { Ago } from '@/components/ui/ago';
import type { PrefixSummary } from '@/lib/api/wire';

/** The user's prefixes, one row each. */
export function PrefixRows({ prefixes }: { prefixes: readonly PrefixSummary[] }) {
  return (
    <ul aria-label="Your prefixes" className="overflow-hidden rounded-lg border bg-surface">
      {prefixes.map((prefix) => (
        <li
          key={prefix.name}
          className="relative grid gap-x-5 gap-y-1.5 border-b px-4 py-2.5 last:border-b-0 hover:bg-link-tint/35 md:grid-cols-[minmax(0,1fr)_auto_11rem] md:items-center"
        >
          <div className="min-w-0">
            <div className="flex min-w-0 flex-wrap items-baseline gap-x-2.5">
              <Link
                href={workspaceHref(prefix.name, '')}
                className="font-semibold text-link-ink after:absolute after:inset-0 hover:underline"
              >
                {prefix.name}
              </Link>
              <span className="text-xs text-muted">{prefix.board}</span>
              <PathAnatomy path={prefix.path} prefix={prefix.path} place="final" quiet className="text-sm" />
            </div>
            <p className="mono mt-0.5 truncate text-xs text-muted" title={prefix.packages.join(' ')}>
              {prefix.packages.join('  ')}
            </p>
          </div>
          <FourPlaceStrip figures={figuresOfPrefix(prefix)} />
          <div className="relative flex items-center justify-between gap-2 text-sm md:flex-col md:items-end md:gap-0">
            {prefix.lastRun ? (
              <>
                <Link
                  href={`/builds/${prefix.lastRun.id}`}
                  className="rounded-sm hover:underline"
                  aria-label={`Last build of ${prefix.name}`}
                >
                  <StateBadge state={prefix.lastRun.state} />
                </Link>
                <span className="text-xs text-muted">
                  {prefix.unfinished.length > 0 && (
                    <span title={unfinishedSentence(prefix.unfinished)}>unfinished · </span>
                  )}
                  {prefix.stale && 'edited since · '}
                  <Ago at={prefix.lastRun.finishedAt ?? prefix.lastRun.queuedAt} />
                </span>
              </>
            ) : (
              <span className="text-muted">
                {prefix.installed.staging + prefix.installed.final > 0 ? 'built in a terminal' : 'never built'}
              </span>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
