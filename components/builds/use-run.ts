'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { queries } from '@/components/data/queries';
import { useStreamHub } from '@/components/data/stream';
import type { LoggedEvent } from '@/lib/api/events';
import { reduceRuns } from '@/lib/api/reduce-run';
import type { RunView } from '@/lib/api/run-view';

/** A run as it stands, kept in step by the stream. Events are folded at most once per frame. */
export function useRun(id: string) {
  const client = useQueryClient();
  const hub = useStreamHub();
  const query = useQuery(queries.run(id));
  const known = query.data !== undefined;
  const waiting = useRef<LoggedEvent[]>([]);
  useEffect(() => {
    if (!known) return;
    const key = queries.run(id).queryKey;
    let frame = 0;
    const fold = () => {
      frame = 0;
      const events = waiting.current;
      waiting.current = [];
      client.setQueryData<RunView>(key, (view) => (view ? reduceRuns(view, events) : view));
    };
    const drop = hub.add({
      run: { id, after: () => client.getQueryData<RunView>(key)?.seq ?? 0 },
      onMessage: (message) => {
        if (message.kind !== 'run' || message.run !== id) return;
        waiting.current.push(message.event);
        if (frame === 0) frame = requestAnimationFrame(fold);
      },
    });
    return () => {
      drop();
      if (frame !== 0) cancelAnimationFrame(frame);
      fold();
    };
  }, [known, id, hub, client]);
  return query;
}
