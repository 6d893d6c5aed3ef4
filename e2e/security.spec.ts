import { expect, test } from './fixtures';

test.use({ journeys: 'security' });

const design = 'name: secure\nboard: amd64-usr\npath: /opt/secure\npackages:\n  - app-text/tree\n';

/** Every page, with one prefix to show. What the policy of a page forbids is logged as an error, and fails the journey. */
const pages = [
  '/',
  '/new',
  '/packages',
  '/builds',
  '/runner',
  '/help',
  ...['', '/graph', '/bootstrap', '/builds', '/files', '/layout', '/checks', '/image'].map(
    (view) => `/p/secure${view}`,
  ),
];

test('no page meets its policy, and every page has one', async ({ page, studio }) => {
  await page.request.post(`${studio.url}/api/prefixes`, { data: { text: design }, headers: { origin: studio.url } });
  for (const path of pages) {
    const answer = await page.goto(studio.url + path);
    expect(answer?.status(), path).toBe(200);
    const policy = answer?.headers()['content-security-policy'] ?? '';
    expect(policy, path).toMatch(/script-src 'nonce-[^']+' 'strict-dynamic';/);
    expect(policy, path).toContain("frame-ancestors 'none'");
    // the page runs its scripts: what is below the bar is drawn by them
    await expect(page.locator('#main')).not.toBeEmpty();
    await page.getByRole('button', { name: 'Theme' }).first().click();
    await page.keyboard.press('Escape');
  }
  await page.goto(`${studio.url}/p/secure/graph`);
  await expect(page.locator('.react-flow__node, [role="treeitem"], table').first()).toBeVisible({ timeout: 60_000 });
});

test('what is not there is not found, as a page and as data', async ({ page, studio }) => {
  for (const path of ['/p/unknown', '/p/%F0', '/p/a%20b/graph', '/builds/unknown', '/nothing']) {
    const answer = await page.goto(studio.url + path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByText('There is nothing at this address')).toBeVisible();
  }
  const unknown: readonly (readonly [string, string])[] = [
    ['GET', '/api/prefixes/unknown'],
    ['DELETE', '/api/prefixes/unknown'],
    ['GET', '/api/prefixes/unknown/image/download'],
    ['GET', '/api/runs/unknown'],
    ['POST', '/api/runs/unknown/cancel'],
    ['POST', '/api/runs/unknown/retry'],
    ['DELETE', '/api/trees/unknown'],
    ['POST', '/api/trees/unknown/read'],
    ['DELETE', '/api/trees/unknown/read'],
    ['GET', '/api/starters/unknown'],
  ];
  for (const [method, path] of unknown) {
    const answer = await page.request.fetch(studio.url + path, { method });
    expect(answer.status(), `${method} ${path}`).toBe(404);
    expect(answer.headers()['content-type']).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 404, instance: path });
  }
});
