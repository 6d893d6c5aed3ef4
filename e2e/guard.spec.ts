import { request as httpRequest } from 'node:http';
import { expect, test } from './fixtures';

test.use({ journeys: 'guard' });

function status(url: string, path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = httpRequest({ hostname, port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end();
  });
}

test('a foreign Host or Origin is refused, the own one is not', async ({ studio }) => {
  const { host } = new URL(studio.url);
  expect(await status(studio.url, '/api/health', { host })).toBe(200);
  expect(await status(studio.url, '/api/health', { host: 'attacker.example' })).toBe(403);
  expect(await status(studio.url, '/api/runs', { host, origin: 'https://attacker.example' }, 'POST')).toBe(403);
});

test('no file view leaves its root', async ({ page, studio }) => {
  const text = 'name: guard\nboard: amd64-usr\npath: /opt/guard\npackages:\n  - app-text/tree\n';
  await page.request.post(`${studio.url}/api/prefixes`, { data: { text }, headers: { origin: studio.url } });
  for (const path of ['/../../../../etc/passwd', '..%2f..%2fetc%2fpasswd', '/etc/passwd']) {
    const answer = await page.request.get(`${studio.url}/api/prefixes/guard/files/preview?root=final&path=${path}`);
    expect(answer.status()).toBeGreaterThanOrEqual(400);
    expect(await answer.text()).not.toContain('root:x:');
  }
});
