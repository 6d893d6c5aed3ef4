import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { outdated, prefixesOutdated } from './outdated';
import { queries } from './queries';

/** A server that answers when told to, with the number of the question. */
function server() {
  const waiting: (() => void)[] = [];
  let asked = 0;
  return {
    ask: () => {
      const answer = ++asked;
      return new Promise<number>((resolve) => waiting.push(() => resolve(answer)));
    },
    answer: async () => {
      for (const each of waiting.splice(0)) each();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

describe('outdated', () => {
  it('does not take a first answer that was asked for before the change for the new one', async () => {
    const client = new QueryClient();
    const { ask, answer } = server();
    const list = new QueryObserver(client, { queryKey: ['list'], queryFn: ask });
    const stop = list.subscribe(() => {});
    const changed = outdated(client, { queryKey: ['list'] });
    await new Promise((resolve) => setTimeout(resolve));
    await answer();
    await changed;
    expect(list.getCurrentResult().data).toBe(2);
    stop();
  });

  it('asks again for what is on the page, and leaves the rest', async () => {
    const client = new QueryClient();
    const { ask, answer } = server();
    const list = new QueryObserver(client, { queryKey: ['list'], queryFn: ask });
    const stop = list.subscribe(() => {});
    await answer();
    client.setQueryData(['other'], 7);
    const changed = outdated(client, { queryKey: ['list'] });
    await new Promise((resolve) => setTimeout(resolve));
    await answer();
    await changed;
    expect(list.getCurrentResult().data).toBe(2);
    expect(client.getQueryData(['other'])).toBe(7);
    stop();
  });
});

describe('prefixesOutdated', () => {
  it('asks for the list, then for what it still has, and not for what was removed', async () => {
    const client = new QueryClient();
    const asked: string[] = [];
    const watch = (queryKey: readonly unknown[], data: unknown) => {
      client.setQueryData(queryKey, data);
      const queryFn = async () => {
        asked.push(queryKey.join('/'));
        return queryKey.length === 1 ? [{ name: 'here' }] : 'answer';
      };
      return new QueryObserver(client, { queryKey, queryFn, staleTime: Number.POSITIVE_INFINITY }).subscribe(() => {});
    };
    const stops = [
      watch(queries.prefixes().queryKey, [{ name: 'here' }, { name: 'away' }]),
      watch(queries.prefix('here').queryKey, 'document'),
      watch(queries.prefix('away').queryKey, 'document'),
    ];
    await prefixesOutdated(client);
    expect(asked).toEqual(['prefixes', 'prefixes/here']);
    for (const stop of stops) stop();
  });
});
