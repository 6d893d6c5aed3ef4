import { describe, expect, it } from 'vitest';
import type { Route } from './contract';
import type { ApiError } from './errors';
import { parseJson } from './json-text';
import { readRequest } from './read-request';

const json = { 'content-type': 'application/json' };

async function refusal(route: Route, init: RequestInit & { query?: string; params?: Record<string, string> }) {
  const request = new Request(`http://studio/x?${init.query ?? ''}`, { method: 'POST', ...init });
  const error = await readRequest(route, request, init.params ?? {}).then(
    () => null,
    (thrown: ApiError) => thrown,
  );
  return error && { code: error.code, field: error.errors[0]?.field ?? null };
}

describe('a body', () => {
  it.each<[string, BodyInit, Record<string, string>, string, string | null]>([
    ['no type', '{}', { 'content-type': '' }, 'MEDIA_TYPE', null],
    ['a form', 'text=x', { 'content-type': 'application/x-www-form-urlencoded' }, 'MEDIA_TYPE', null],
    ['another charset', '{}', { 'content-type': 'application/json; charset=utf-16' }, 'MEDIA_TYPE', null],
    ['a packed body', '{}', { ...json, 'content-encoding': 'gzip' }, 'MEDIA_TYPE', null],
    ['nothing', '', json, 'BODY_NOT_JSON', null],
    ['half of it', '{"text":', json, 'BODY_NOT_JSON', null],
    ['invalid UTF-8', new Uint8Array([0x22, 0xff, 0x22]), json, 'BODY_NOT_JSON', null],
    ['100,000 brackets', '['.repeat(100_000), json, 'BODY_NOT_JSON', null],
    ['many entries', `[${'1,'.repeat(60_000)}1]`, json, 'BODY_NOT_JSON', null],
    ['a prototype', '{"text":"x","__proto__":{"a":1}}', json, 'BODY_NOT_JSON', null],
    ['a hidden prototype', '{"text":"x","\\u005f_proto__":1}', json, 'BODY_NOT_JSON', null],
    ['a constructor', '{"design":{"constructor":1}}', json, 'BODY_NOT_JSON', null],
    ['a list', '[]', json, 'REQUEST_INVALID', ''],
    ['a wrong type', '{"text":7}', json, 'REQUEST_INVALID', 'text'],
    ['an unknown key', '{"text":"x","more":1}', json, 'REQUEST_INVALID', 'more'],
    ['more than a megabyte', JSON.stringify({ text: 'x'.repeat(1_100_000) }), json, 'BODY_TOO_LARGE', null],
  ])('of %s is refused', async (_, body, headers, code, field) => {
    expect(await refusal('POST /api/prefixes', { body, headers })).toEqual({ code, field });
  });

  it('is believed when it says that it is too long, before any of it is read', async () => {
    const body = new ReadableStream({ pull: () => expect.unreachable('the body was read') }, { highWaterMark: 0 });
    const request = { url: 'http://studio/x', headers: new Headers({ ...json, 'content-length': '2000000' }), body };
    await expect(readRequest('POST /api/check', request, {})).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
  });

  it('without an end is cut where it passes the limit', async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const request = { url: 'http://studio/x', headers: new Headers(json), body };
    await expect(readRequest('POST /api/check', request, {})).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
    expect(sent).toBeLessThan(1_400_000);
  });

  it('may hold brackets and keys of any look inside of strings', () => {
    const value = { a: '[[[['.repeat(50), b: '"\\"{' };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
  });
});

describe('path and query', () => {
  it.each<[Route, Record<string, string>, string, string]>([
    ['GET /api/runs', {}, 'limit=201', 'limit'],
    ['GET /api/runs', {}, 'limit=-1', 'limit'],
    ['GET /api/runs', {}, 'limit=1e3', 'limit'],
    ['GET /api/runs', {}, 'limit=', 'limit'],
    ['GET /api/runs', {}, 'limit=99999999999999999999', 'limit'],
    ['GET /api/runs', {}, 'limit=1&limit=2', 'limit'],
    ['GET /api/runs', {}, 'state=done', 'state'],
    ['GET /api/runs', {}, 'prefix=%00', 'prefix'],
    ['GET /api/runs', {}, 'before=../x', 'before'],
    ['GET /api/runs', {}, 'nothing=1', 'nothing'],
    ['GET /api/runs', {}, '__proto__=1', '__proto__'],
    ['GET /api/runs', {}, 'toString=1', 'toString'],
    ['GET /api/health', {}, 'x=1', 'x'],
    ['GET /api/runs/{id}', { id: '../../etc' }, '', 'id'],
    ['GET /api/runs/{id}', { id: 'x'.repeat(65) }, '', 'id'],
    ['GET /api/runs/{id}/log', { id: 'r' }, 'package=a%0ab', 'package'],
    ['GET /api/prefixes/{name}', { name: '\0' }, '', 'name'],
    ['GET /api/prefixes/{name}', { name: '.' }, '', 'name'],
    ['GET /api/prefixes/{name}/files', { name: 'demo' }, 'root=host', 'root'],
    ['GET /api/prefixes/{name}/files', { name: 'demo' }, 'path=%00', 'path'],
    ['GET /api/prefixes/{name}/files/preview', { name: 'demo' }, '', 'path'],
  ])('%s with %j and `%s` is refused for `%s`', async (route, params, query, field) => {
    const answer = await refusal(route, { method: 'GET', query, params });
    expect(answer).toEqual({ code: 'REQUEST_INVALID', field });
  });
});
