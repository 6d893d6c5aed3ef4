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
async function onPhone(page: Page): Promise<readonly string[]> {
  const { width, height } = page.viewportSize() ?? { width: 1360, height: 900 };
  const problems: string[] = [];
  for (const phone of [360, 375]) {
    await page.setViewportSize({ width: phone, height: 760 });
    const pixels = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (pixels > 0) problems.push(`${pixels} px too wide for ${phone}`);
  }
  await page.setViewportSize({ width, height });
  return problems;
}

for (const path of pages) {
  test(`${path} passes the accessibility scan, light and dark, and fits a phone`, async ({ page, studio }) => {
    // a browser logs each answer that is no; a page that only looks asks for nothing that is not there
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(studio.url + path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    // what is being waited for has come; an icon that moves is part of the page
    await expect(page.locator(':is(div, span).working')).toHaveCount(0);
    const problems = [...(await violations(page, 'light')), ...(await violations(page, 'dark'))];
    problems.push(...(await onPhone(page)));
    expect([...problems, ...refused]).toEqual([]);
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

test('on a phone the graph can be read, and problems are one line until they are opened', async ({ page, studio }) => {
  const text = 'name: odd\nboard: amd64-usr\npath: /opt/odd\npackages:\n  - app-text/nothing-like-it\n';
  const made = await page.request.post(`${studio.url}/api/prefixes`, {
    data: { text },
    headers: { origin: studio.url },
  });
  expect(made.status()).toBe(201);
  await page.setViewportSize({ width: 360, height: 760 });
  await page.goto(`${studio.url}/p/odd`);
  const dock = page.getByRole('region', { name: 'Problems' });
  await expect(dock).toContainText('1 problem');
  expect((await dock.boundingBox())?.height).toBeLessThan(40);
  await dock.getByRole('button', { name: '1 problem' }).click();
  await expect(dock).toContainText('app-text/nothing-like-it');

  for (const width of [360, 1360]) {
    await page.setViewportSize({ width, height: 760 });
    await page.goto(`${studio.url}/p/plain/graph`);
    await expect(page.getByRole('group', { name: /app-text\/tree-\S+ in final/ })).toBeVisible();
    const smallest = await page.evaluate(() => {
      const zoom = new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport') as Element).transform)
        .a;
      const sizes = [...document.querySelectorAll('.react-flow__node span')]
        .filter((element) => element.textContent !== '' && !element.closest('.sr-only'))
        .map((element) => Number.parseFloat(getComputedStyle(element).fontSize));
      return Math.min(...sizes) * zoom;
    });
    expect(smallest).toBeGreaterThanOrEqual(11);
  }
});
