'use client';

import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDownToLine, ChevronDown, ChevronUp, Copy, Download, FileText, Search } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { toast } from 'sonner';
import { Problem } from '@/components/data/problem';
import { question } from '@/components/data/queries';
import { Button, IconButton } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { count } from '@/components/ui/format';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { useDebounced } from '@/components/ui/use-debounced';
import { useUrlState } from '@/components/ui/use-url-state';
import { addressOf } from '@/lib/api/address';
import { isErrorLine, logSpans, stripAnsi } from './log-text';
import { useLog } from './use-log';

const lineHeight = 19;

const logOf = (run: string, packageId: string | null) => ({ params: { id: run }, query: { package: packageId ?? '' } });

/** The log of one package, or of the run itself: follows while it grows, reaches back to line 1, every line has an address. */
export function LogViewer({
  run,
  packageId,
  title,
  live,
}: {
  run: string;
  packageId: string | null;
  title: string;
  live: boolean;
}) {
  const [lineText, setLineText] = useUrlState('line', '');
  const marked = Number(lineText) || null;
  const log = useLog(run, packageId, live, marked);
  const [following, setFollowing] = useState(marked === null);
  const [query, setQuery] = useState('');
  const still = useDebounced(query.trim(), 250);
  const [hitAt, setHitAt] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const total = log.buffer.total;
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 30,
  });
  const search = useQuery({
    ...question('GET /api/runs/{id}/log/search', {
      params: { id: run },
      query: { q: still, package: packageId ?? '' },
    }),
    enabled: still.length > 1,
    retry: false,
  });
  const hits = (search.data?.hits ?? []).filter((hit) => (hit.id ?? null) === packageId);

  const visible = rows.getVirtualItems();
  const first = visible[0]?.index ?? 0;
  const last = visible.at(-1)?.index ?? 0;
  const { want } = log;
  useEffect(() => {
    if (log.loaded && total > 0) want(first + 1, last + 1);
  }, [want, first, last, total, log.loaded, log.version]);

  useEffect(() => {
    if (following && total > 0) rows.scrollToIndex(total - 1, { align: 'end' });
  }, [following, total, log.version]);

  const jumped = useRef('');
  useEffect(() => {
    const key = `${packageId} ${marked}`;
    if (!log.loaded || marked === null || jumped.current === key) return;
    jumped.current = key;
    setFollowing(false);
    rows.scrollToIndex(marked - 1, { align: 'center' });
  }, [log.loaded, marked, packageId, rows]);

  const goTo = useCallback(
    (line: number) => {
      setFollowing(false);
      setLineText(String(line));
      rows.scrollToIndex(line - 1, { align: 'center' });
      jumped.current = `${packageId} ${line}`;
    },
    [rows, setLineText, packageId],
  );
  const step = (by: number) => {
    if (hits.length === 0) return;
    const next = (hitAt + by + hits.length) % hits.length;
    setHitAt(next);
    goTo(hits[next]!.line);
  };
  const { setFollow } = useFollowKey(setFollowing);
  const onScroll = () => {
    const pane = scroller.current;
    if (!pane) return;
    const atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < lineHeight * 2;
    if (!atEnd && following && rows.scrollDirection === 'backward') setFollow(false);
    if (atEnd && !following && live) setFollow(true);
  };

  return (
    <section
      aria-label={`Log of ${title}`}
      className="flex h-full min-h-80 min-w-0 flex-col overflow-hidden rounded-lg border bg-log"
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 border-b bg-surface px-2 py-1.5">
        <h2 className="mono mr-auto min-w-0 truncate px-1 text-xs font-semibold" title={title}>
          {title}
        </h2>
        <div className="flex items-center gap-0.5">
          <label className="relative">
            <span className="sr-only">Search this log</span>
            <Search aria-hidden className="pointer-events-none absolute top-1.5 left-2 size-3.5 text-faint" />
            <input
              data-page-search
              value={query}
              onChange={(event) => {
                setQuery(event.target.value);
                setHitAt(-1);
              }}
              onKeyDown={(event) => {
                if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
              }}
              placeholder="search"
              className="mono h-7 w-32 rounded-md border border-line-strong/60 bg-surface pr-2 pl-7 text-xs sm:w-44"
            />
          </label>
          {still.length > 1 && (
            <>
              <span className="px-1 text-xs text-muted tabular" aria-live="polite">
                {search.isFetching
                  ? 'searching'
                  : search.isError
                    ? 'search failed'
                    : `${hits.length === 0 ? 'no' : `${Math.max(0, hitAt) + 1}/${hits.length}${search.data?.more ? '+' : ''}`} hits`}
              </span>
              <IconButton label="Previous hit" onClick={() => step(-1)}>
                <ChevronUp aria-hidden className="size-4" />
              </IconButton>
              <IconButton label="Next hit" onClick={() => step(1)}>
                <ChevronDown aria-hidden className="size-4" />
              </IconButton>
            </>
          )}
          <Button
            size="sm"
            tone={following ? 'primary' : 'secondary'}
            aria-pressed={following}
            onClick={() => setFollow(!following)}
          >
            <ArrowDownToLine aria-hidden className="size-3.5" /> Follow
          </Button>
          <CopyLog run={run} packageId={packageId} />
          <a
            href={addressOf('GET /api/runs/{id}/log/text', logOf(run, packageId))}
            target="_blank"
            rel="noreferrer"
            aria-label="The whole log as plain text"
            title="The whole log as plain text"
            className="inline-flex size-7 items-center justify-center rounded-md text-muted hover:bg-link-tint hover:text-link-ink"
          >
            <FileText aria-hidden className="size-4" />
          </a>
          <a
            href={addressOf('GET /api/runs/{id}/log/download', logOf(run, packageId))}
            download
            aria-label="Download the log as it was written"
            title="Download the log as it was written"
            className="inline-flex size-7 items-center justify-center rounded-md text-muted hover:bg-link-tint hover:text-link-ink"
          >
            <Download aria-hidden className="size-4" />
          </a>
        </div>
      </div>
      {log.error !== null && (
        <div className="p-2">
          <Problem error={log.error} what="The log could not be read" again={log.reload} />
        </div>
      )}
      <ScrollRegion
        ref={scroller}
        onScroll={onScroll}
        label={`Lines of ${title}`}
        className="pane mono flex-1 text-xs leading-[19px]"
      >
        {log.loaded && total === 0 && (
          <p className="p-4 text-muted">
            {live ? 'Nothing written yet; lines appear here as they are written.' : 'Nothing was written.'}
          </p>
        )}
        <div className="relative w-max min-w-full" style={{ height: rows.getTotalSize() }}>
          {visible.map((row) => {
            const number = row.index + 1;
            const line = log.buffer.line(number);
            return (
              <LogLine
                key={row.key}
                number={number}
                line={line}
                top={row.start}
                marked={marked === number}
                query={still}
                onLink={() => goTo(number)}
              />
            );
          })}
        </div>
      </ScrollRegion>
      <p className="flex items-center gap-3 border-t bg-surface px-3 py-1 text-xs text-muted tabular">
        {count(total, 'line')}
        {live && (following ? 'following' : 'paused: new lines wait below')}
      </p>
    </section>
  );
}

/** `f` toggles following, wherever the focus is, unless something is being typed. */
function useFollowKey(setFollowing: (change: (old: boolean) => boolean) => void) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'f' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [role="dialog"]'))
        return;
      setFollowing((old) => !old);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [setFollowing]);
  return { setFollow: (value: boolean) => setFollowing(() => value) };
}

function LogLine({
  number,
  line,
  top,
  marked,
  query,
  onLink,
}: {
  number: number;
  line: string | undefined;
  top: number;
  marked: boolean;
  query: string;
  onLink: () => void;
}) {
  const plain = line === undefined ? '' : stripAnsi(line);
  const hit = query.length > 1 && plain.toLowerCase().includes(query.toLowerCase());
  const trouble = isErrorLine(plain);
  return (
    <div
      className={`absolute left-0 flex w-max min-w-full ${marked ? 'bg-link-tint' : hit ? 'bg-staging-tint' : ''}`}
      style={{ top, height: lineHeight }}
    >
      <button
        type="button"
        tabIndex={-1}
        onClick={onLink}
        aria-label={`Line ${number}, address of this line`}
        className={`sticky left-0 w-14 shrink-0 border-r bg-log pr-2 text-right tabular select-none hover:text-link-ink ${trouble ? 'font-semibold text-act-ink' : 'text-faint'}`}
      >
        {number}
      </button>
      <span className={`pr-4 pl-3 whitespace-pre ${trouble ? 'text-act-ink' : ''}`}>
        {line === undefined ? (
          <span className="text-faint">…</span>
        ) : (
          logSpans(line).map((span, at) => (
            <span key={`${at}${span.text.length}`} className={span.className}>
              {span.text}
            </span>
          ))
        )}
      </span>
      {marked && (
        <CopyButton
          text={() => window.location.href}
          label="Copy the address of this line"
          className="my-auto !size-4"
        />
      )}
    </div>
  );
}

function CopyLog({ run, packageId }: { run: string; packageId: string | null }) {
  const copy = async () => {
    try {
      const response = await fetch(addressOf('GET /api/runs/{id}/log/text', logOf(run, packageId)));
      if (!response.ok) throw new Error(String(response.status));
      await navigator.clipboard.writeText(await response.text());
      toast('The whole log was copied, without colours');
    } catch {
      toast.error('The log could not be copied', { description: 'Open it as plain text and copy it there.' });
    }
  };
  return (
    <IconButton label="Copy the whole log" onClick={copy}>
      <Copy aria-hidden className="size-4" />
    </IconButton>
  );
}
