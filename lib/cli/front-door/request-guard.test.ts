import { describe, expect, it } from 'vitest';
import { hostName, isLoopbackHost, isLoopbackName } from './loopback';
import { cookieName, judgeRequest } from './request-guard';

const ask = (
  headers: Record<string, string>,
  more: { url?: string; method?: string; token?: string; host?: string } = {},
) => {
  const request = { headers, url: more.url ?? '/', method: more.method ?? 'GET' };
  const verdict = judgeRequest(request, { token: more.token ?? null, host: more.host ?? '127.0.0.1' });
  return verdict.kind === 'refuse' ? verdict.error.code : verdict.kind;
};

describe('the guard of a server on loopback', () => {
  it.each([
    [{ host: '127.0.0.1:7780' }, 'allow'],
    [{ host: 'localhost:7780' }, 'allow'],
    [{ host: 'LOCALHOST' }, 'allow'],
    [{ host: '[::1]:9000' }, 'allow'],
    [{ host: '127.0.0.2:7780' }, 'allow'],
    [{ host: '127.1:7780' }, 'FOREIGN_HOST'],
    [{ host: '[::2]:7780' }, 'FOREIGN_HOST'],
    [{ host: 'localhost:7780:7780' }, 'FOREIGN_HOST'],
    [{ host: 'user@localhost' }, 'FOREIGN_HOST'],
    [{ host: 'evil.example:7780' }, 'FOREIGN_HOST'],
    [{ host: '127.0.0.1.evil.example' }, 'FOREIGN_HOST'],
    [{ host: '192.168.1.5:7780' }, 'FOREIGN_HOST'],
    [{}, 'FOREIGN_HOST'],
    [{ host: 'localhost:7780', origin: 'http://localhost:7780' }, 'allow'],
    [{ host: 'localhost:7780', origin: 'http://localhost:3000' }, 'FOREIGN_ORIGIN'],
    [{ host: 'localhost:7780', origin: 'https://evil.example' }, 'FOREIGN_ORIGIN'],
    [{ host: 'localhost:7780', origin: 'null' }, 'FOREIGN_ORIGIN'],
    [{ host: 'localhost:7780', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 'FOREIGN_ORIGIN'],
    [
      {
        host: 'localhost:7780',
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
      },
      'allow',
    ],
    [
      {
        host: 'localhost:7780',
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'iframe',
      },
      'FOREIGN_ORIGIN',
    ],
    [
      {
        host: 'localhost:7780',
        'sec-fetch-site': 'same-site',
        'sec-fetch-mode': 'no-cors',
        'sec-fetch-dest': 'script',
      },
      'FOREIGN_ORIGIN',
    ],
    [
      {
        host: 'localhost:7780',
        'sec-fetch-site': 'same-origin',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'iframe',
      },
      'FOREIGN_ORIGIN',
    ],
    [{ host: 'localhost:7780', 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'object' }, 'FOREIGN_ORIGIN'],
    [
      { host: 'localhost:7780', 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      'allow',
    ],
    [{ host: 'localhost:7780', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 'allow'],
  ])('answers %j with %s', (headers, expected) => {
    expect(ask(headers as Record<string, string>)).toBe(expected);
  });

  it('refuses a form that another site posts', () => {
    const headers = { host: 'localhost', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(ask(headers, { method: 'POST' })).toBe('FOREIGN_ORIGIN');
  });
});

describe('the guard of a server that others can reach', () => {
  const token = 'k7';
  it('wants the token and keeps it as a cookie', () => {
    const host = { host: '192.168.1.5:7780' };
    expect(ask(host, { token })).toBe('UNAUTHORIZED');
    expect(ask(host, { token, url: '/?token=wrong' })).toBe('UNAUTHORIZED');
    expect(ask({ ...host, cookie: `a=b; ${cookieName}=${token}` }, { token })).toBe('allow');
    expect(ask({ ...host, cookie: `${cookieName}=other` }, { token })).toBe('UNAUTHORIZED');
    expect(ask({ ...host, authorization: `Bearer ${token}` }, { token })).toBe('allow');
    expect(judgeRequest({ headers: host, url: '/p/demo?token=k7&tab=x', method: 'GET' }, { token })).toEqual({
      kind: 'keep-token',
      location: '/p/demo?tab=x',
    });
  });

  it('still refuses other origins', () => {
    const headers = { host: '192.168.1.5:7780', origin: 'http://evil.example', cookie: `${cookieName}=${token}` };
    expect(ask(headers, { token })).toBe('FOREIGN_ORIGIN');
  });
});

describe('the name of this machine', () => {
  it('is one that it listens on by order', () => {
    expect(ask({ host: 'build-host:7780' }, { host: 'Build-Host' })).toBe('allow');
    expect(ask({ host: 'build-host:7780' })).toBe('FOREIGN_HOST');
  });

  it('is read from a Host header without port and brackets', () => {
    expect(['LOCALHOST:1', '[::1]:80', '[::1]', '127.0.0.1'].map(hostName)).toEqual([
      'localhost',
      '::1',
      '::1',
      '127.0.0.1',
    ]);
    expect(['', 'a b', '[::1', '::1', 'a:b', 'a/b'].map(hostName)).toEqual([null, null, null, null, null, null]);
  });

  it('is loopback when all its addresses are', async () => {
    expect(
      ['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', 'localhost'].every(isLoopbackName),
    ).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.evil', '128.0.0.1', '::2', ''].some(isLoopbackName)).toBe(false);
    expect(await isLoopbackHost('127.0.0.2')).toBe(true);
    expect(await isLoopbackHost('0.0.0.0')).toBe(false);
    expect(await isLoopbackHost('::')).toBe(false);
  });

  it('cannot be reached by a link into the API', () => {
    const headers = {
      host: 'localhost',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect(ask(headers, { url: '/api/prefixes/x/export/download' })).toBe('FOREIGN_ORIGIN');
    expect(ask(headers, { url: '/builds' })).toBe('allow');
  });
});
