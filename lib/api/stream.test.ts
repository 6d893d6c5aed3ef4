import { describe, expect, it } from 'vitest';
import { readRequest } from './read-request';
import { encodeMessage, eventsAddress, formatCursor, readStreamQuery, resumeAt, type StreamFilter } from './stream';

const filter: StreamFilter = {
  runs: [
    { id: '20260101-1-a', after: 17 },
    { id: '20260101-2-b', after: 0 },
  ],
  log: { run: '20260101-1-a', after: 240, package: 'staging|sys-libs/zlib-1.3.1' },
  lists: true,
};

const read = async (address: string): Promise<StreamFilter> => {
  const request = new Request(new URL(address, 'http://studio'));
  return readStreamQuery((await readRequest('GET /api/events', request, {})).query);
};

describe('the filter of a stream', () => {
  it('survives its query', async () => {
    expect(await read(eventsAddress(filter))).toEqual(filter);
    expect(await read('/api/events')).toEqual({ runs: [], lists: false });
    const own = { ...filter, log: { run: 'r', after: 0, package: null } };
    expect((await read(eventsAddress(own))).log).toEqual(own.log);
  });

  it.each(['run=r1', 'run=../x:1', 'run=r1:-1', 'run=r1:99999999999', 'log=r1', 'log=r1:x:y', 'lists=yes'])(
    'refuses %s',
    async (query) => {
      await expect(read(`/api/events?${query}`)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    },
  );

  it('goes on where a broken stream ended, never backwards', () => {
    const cursor = formatCursor({ runs: [{ id: '20260101-1-a', after: 20 }], log: { ...filter.log!, after: 100 } });
    const resumed = resumeAt(filter, cursor);
    expect(resumed.runs?.map((run) => run.after)).toEqual([20, 0]);
    expect(resumed.log?.after).toBe(240);
    expect(resumeAt(filter, 'nonsense')).toEqual(filter);
    expect(resumeAt(filter, null)).toEqual(filter);
  });
});

describe('a message', () => {
  it('is one frame, whatever its text', () => {
    const frame = encodeMessage({ kind: 'log', run: 'r', package: null, from: 1, lines: ['a\nb', ''] }, 'r:1');
    expect(frame).toBe(
      'id: r:1\nevent: log\ndata: {"kind":"log","run":"r","package":null,"from":1,"lines":["a\\nb",""]}\n\n',
    );
    expect(encodeMessage({ kind: 'prefixes' }, '')).toBe('event: prefixes\ndata: {"kind":"prefixes"}\n\n');
  });
});
