import AxeBuilder from '@axe-core/playwright';
import { expect, prefixStudio, test } from './fixtures';
import { watchErrors } from './page-errors';

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

for (const scheme of ['light', 'dark'] as const) {
  test(`every page passes the accessibility scan in ${scheme}`, async ({ browser, studio }) => {
    const context = await browser.newContext({ colorScheme: scheme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const errors = watchErrors(page);
    const problems: string[] = [];
    for (const path of pages) {
      await page.goto(studio.url + path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      // what is being waited for has come; an icon that moves is part of the page
      await expect(page.locator(':is(div, span).working')).toHaveCount(0);
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
        .analyze();
      problems.push(
        ...violations.map(
          (violation) =>
            `${path} (${scheme}): ${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join('; ')}`,
        ),
      );
    }
    await context.close();
    expect([...problems, ...errors]).toEqual([]);
  });
}

test('no page scrolls sideways on a phone', async ({ browser, studio }) => {
  const context = await browser.newContext({ viewport: { width: 360, height: 760 } });
  const page = await context.newPage();
  for (const path of pages) {
    await page.goto(studio.url + path);
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, path).toBeLessThanOrEqual(0);
  }
  await context.close();
});

test('the keyboard alone opens the palette and goes to a page', async ({ page, studio }) => {
  await page.goto(studio.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('runner');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/runner/);
});
