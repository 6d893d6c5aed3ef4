import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, prefixStudio, test } from './fixtures';

test.use({ journeys: 'accessible' });

const pages = [
  '/',
  '/new',
  '/new?starter=tree',
  '/builds',
  '/runner',
  '/packages',
  '/help',
  '/p/plain',
  '/p/plain/graph',
  '/p/plain/bootstrap',
  '/p/plain/overlay',
  '/p/plain/layout',
  '/p/plain/checks',
  '/p/plain/builds',
  '/p/plain/files',
  '/p/plain/image',
];

test.beforeAll(async ({ studio }) => {
  const text = 'name: plain\nboard: amd64-usr\npath: /opt/plain\npackages:\n  - app-text/tree\n';
  const answer = await fetch(`${studio.url}/api/prefixes`, {
    method: 'POST',
    body: JSON.stringify({ text }),
    headers: { 'content-type': 'application/json', origin: studio.url },
  });
  expect(answer.status).toBe(201);
  expect((await prefixStudio(studio.home, 'list', '--json')).stdout).toContain('plain');
});

/** Rules that answer by colours; all others say the same whatever the colours are. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/** What the scan finds on the page as it is now, a line for each rule. */
async function violations(page: Page, scheme: 'light' | 'dark'): Promise<readonly string[]> {
  await page.emulateMedia({ colorScheme: scheme });
  await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${scheme}\\b`));
  // pages have no frames of others, so the scan needs no second page to put its parts together
  const scan = new AxeBuilder({ page }).setLegacyMode();
  const asked =
    scheme === 'light' ? scan.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']) : scan.withRules(colourRules);
  return (await asked.analyze()).violations.map(
    ({ id, nodes }) => `${scheme}: ${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`,
  );
}

/** How many pixels of the page are to the right of a phone's edge. */
async function overflow(page: Page): Promise<number> {
  const { width, height } = page.viewportSize() ?? { width: 1360, height: 900 };
  await page.setViewportSize({ width: 360, height: 760 });
  const pixels = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await page.setViewportSize({ width, height });
  return pixels;
}

for (const path of pages) {
  test(`${path} passes the accessibility scan, light and dark, and fits a phone`, async ({ page, studio }) => {
    await page.goto(studio.url + path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    // what is being waited for has come; an icon that moves is part of the page
    await expect(page.locator(':is(div, span).working')).toHaveCount(0);
    const problems = [...(await violations(page, 'light')), ...(await violations(page, 'dark'))];
    const pixels = await overflow(page);
    if (pixels > 0) problems.push(`${pixels} px too wide for a phone`);
    expect(problems).toEqual([]);
  });
}

test('the keyboard alone opens the palette and goes to a page', async ({ page, studio }) => {
  await page.goto(studio.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('runner');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/runner/);
});
