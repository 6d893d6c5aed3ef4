'use client';

import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from 'react';
import type { StreamMessage } from '@/lib/api/stream';
import type { RunList, RunSummary } from '@/lib/api/wire';
import { outdated, prefixesOutdated } from './outdated';
import { queries, runLists } from './queries';
import { type Connection, StreamHub } from './stream-hub';

const HubContext = createContext<StreamHub | null>(null);

const { queryKey: trees } = queries.trees();
const { queryKey: prefixes } = queries.prefixes();

/** Puts the newest state of a run into every list that holds it. */
export function withSummary(list: RunList, summary: RunSummary): RunList {
  if (!list.runs.some((run) => run.id === summary.id)) return list;
  return { ...list, runs: list.runs.map((run) => (run.id === summary.id && run.seq <= summary.seq ? summary : run)) };
}

/** Work that ended changes what is known of a tree: ask again. */
function foldTrees(client: QueryClient, { work, isListOld }: StreamMessage & { readonly kind: 'trees' }): void {
  const rows = client.getQueryData(trees);
  const isSame = rows?.every((row) => (row.state === 'working' && row.work !== null) === row.name in work);
  if (!rows || !isSame || isListOld) void outdated(client, { queryKey: trees });
  client.setQueryData(trees, (known) =>
    known?.map((row) => {
      const current = work[row.name];
      return current ? { ...row, state: 'working', work: current } : row;
    }),
  );
}

function fold(client: QueryClient, message: StreamMessage): void {
  if (message.kind === 'runner') client.setQueryData(queries.runner().queryKey, message.runner);
  if (message.kind === 'prefixes') void prefixesOutdated(client);
  if (message.kind === 'trees') foldTrees(client, message);
  if (message.kind !== 'summary') return;
  const { summary } = message;
  const known: RunSummary[] = [];
  client.setQueriesData<RunList | InfiniteData<RunList>>(runLists, (list) => {
    if (!list) return list;
    const pages: readonly RunList[] = 'pages' in list ? list.pages : [list];
    known.push(...pages.flatMap(({ runs }) => runs.filter(({ id }) => id === summary.id)));
    if (!('pages' in list)) return withSummary(list, summary);
    const changed = list.pages.map((page) => withSummary(page, summary));
    return changed.every((page, at) => page === list.pages[at]) ? list : { ...list, pages: changed };
  });
  // a list of runs in one state gains or loses it
  if (known.length === 0 || known.some(({ state }) => state !== summary.state)) void outdated(client, runLists);
  client.setQueryData(prefixes, (rows) =>
    rows?.map((row) =>
      row.name === summary.name && row.lastRun?.id === summary.id ? { ...row, lastRun: summary } : row,
    ),
  );
  const rows = client.getQueryData(prefixes);
  const isNew = rows?.some((row) => row.name === summary.name && row.lastRun?.id !== summary.id);
  if (isNew || summary.finishedAt !== null) void prefixesOutdated(client);
}

const listsOutdated = (client: QueryClient): Promise<unknown> =>
  Promise.all([outdated(client, runLists), outdated(client, { queryKey: trees }), prefixesOutdated(client)]);

/** Opens the tab's stream and keeps the lists of the query cache in step with it. */
export function StreamProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [hub] = useState(() => new StreamHub());
  useEffect(() => hub.add({ onMessage: (message) => fold(client, message) }), [hub, client]);
  useEffect(() => {
    let wasLost = false;
    return hub.watch(() => {
      // what changed meanwhile was told to nobody
      if (wasLost && hub.connection === 'open') void listsOutdated(client);
      wasLost = hub.connection === 'lost' || (wasLost && hub.connection !== 'open');
    });
  }, [hub, client]);
  return <HubContext value={hub}>{children}</HubContext>;
}

export function useStreamHub(): StreamHub {
  const hub = use(HubContext);
  if (!hub) throw new Error('StreamProvider is missing');
  return hub;
}

export function useConnection(): Connection {
  const hub = useStreamHub();
  return useSyncExternalStore(
    (watcher) => hub.watch(watcher),
    () => hub.connection,
    () => 'connecting',
  );
}
