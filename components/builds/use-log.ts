'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { ask, RequestError } from '@/components/data/request';
import { useStreamHub } from '@/components/data/stream';
import type { Sent } from '@/lib/api/address';
import { LogBuffer } from './log-buffer';

const joinLines = 1000;
const blockLines = 500;

const readLog = (
  run: string,
  packageId: string | null,
  range: Sent<'GET /api/runs/{id}/log'>['query'],
  signal?: AbortSignal,
) => ask('GET /api/runs/{id}/log', { params: { id: run }, query: { package: packageId ?? '', ...range }, signal });

export interface LiveLog {
  readonly buffer: LogBuffer;
  /** changes whenever the buffer does */
  readonly version: number;
  readonly error: unknown;
  readonly loaded: boolean;
  /** asks for the lines of a range that are not known yet */
  want(first: number, last: number): void;
  reload(): void;
}

/**
 * One log: the last lines at once, earlier ones as they are scrolled to, new ones as they are written.
 * `at`: a line that must be there first (permalink).
 */
export function useLog(run: string, packageId: string | null, live: boolean, at: number | null): LiveLog {
  const hub = useStreamHub();
  const buffer = useRef(new LogBuffer());
  const busy = useRef(false);
  const [version, setVersion] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const [loaded, setLoaded] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const startAt = useRef(at);

  useEffect(() => {
    const stop = new AbortController();
    buffer.current = new LogBuffer();
    setLoaded(false);
    setError(null);
    setVersion(0);
    const range =
      startAt.current === null
        ? { tail: joinLines }
        : { from: Math.max(1, startAt.current - joinLines / 2), count: joinLines };
    readLog(run, packageId, range, stop.signal)
      .then((answer) => {
        buffer.current.addRange(answer);
        setLoaded(true);
        setVersion((old) => old + 1);
      })
      .catch((failure: unknown) => {
        if (stop.signal.aborted) return;
        // A package that has just started, or one that was reused, has written nothing.
        if (failure instanceof RequestError && failure.status === 404 && failure.code !== 'UNEXPECTED_ANSWER')
          setLoaded(true);
        else setError(failure);
      });
    return () => stop.abort();
  }, [run, packageId, attempt]);

  useEffect(() => {
    if (!live || !loaded) return;
    let frame = 0;
    const drop = hub.add({
      log: { run, package: packageId, after: () => buffer.current.total },
      onMessage: (message) => {
        if (message.kind !== 'log' || message.run !== run || message.package !== packageId) return;
        const news = buffer.current.add(message.from, message.lines);
        if (!news || frame !== 0) return;
        frame = requestAnimationFrame(() => {
          frame = 0;
          setVersion((old) => old + 1);
        });
      },
    });
    return () => {
      drop();
      if (frame !== 0) cancelAnimationFrame(frame);
    };
  }, [run, packageId, live, loaded, hub]);

  const wasLive = useRef(live);
  useEffect(() => {
    if (live) wasLive.current = true;
    if (live || !loaded || !wasLive.current) return;
    wasLive.current = false;
    const stop = new AbortController();
    // what was written between the last line that was heard and the end
    readLog(run, packageId, { tail: joinLines }, stop.signal)
      .then((answer) => {
        if (buffer.current.addRange(answer)) setVersion((old) => old + 1);
      })
      .catch((failure: unknown) => {
        if (!stop.signal.aborted) setError(failure);
      });
    return () => stop.abort();
  }, [run, packageId, live, loaded]);

  const want = useCallback(
    (first: number, last: number) => {
      const gap = buffer.current.missing(first, last, blockLines);
      if (!gap || busy.current) return;
      busy.current = true;
      const target = buffer.current;
      readLog(run, packageId, { from: gap.from, count: gap.count })
        .then((answer) => {
          if (target.addRange(answer)) setVersion((old) => old + 1);
        })
        .catch(setError)
        .finally(() => {
          busy.current = false;
        });
    },
    [run, packageId],
  );
  const reload = useCallback(() => setAttempt((old) => old + 1), []);
  return { buffer: buffer.current, version, error, loaded, want, reload };
}
