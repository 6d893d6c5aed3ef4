import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, outcomeOf, test } from './fixtures';

test.use({ journeys: 'power-cut' });

test('a killed server tells the truth after its restart, and the build goes on', async ({ page, studio }) => {
  await page.goto(`${studio.url}/new?starter=editor`);
  await page.getByRole('button', { name: /^Build \d+ packages/ }).click();
  await expect(page).toHaveURL(/\/builds\//);
  const path = new URL(page.url()).pathname;
  // some packages are done, another is being compiled
  await expect(page.getByRole('region', { name: 'Packages' })).toContainText(/[2-9] of \d+/, { timeout: 300_000 });
  await studio.kill();
  await studio.start();

  const vdb = join(studio.home, 'build/prefix-amd64-usr/editor/root/opt/editor/var/db/pkg');
  await page.goto(studio.url + path);
  expect(await outcomeOf(page)).toMatch(/^Built/);
  await expect(page.getByText(/Interrupted once, then resumed/)).toBeVisible();
  const halfMerged = readdirSync(vdb).flatMap((category) =>
    readdirSync(join(vdb, category)).filter((name) => name.startsWith('-MERGING-')),
  );
  expect(halfMerged).toEqual([]);
  expect(existsSync(join(vdb, 'app-editors'))).toBe(true);
});

test('a cancelled build stops its processes and can be resumed', async ({ page, studio }) => {
  await page.goto(`${studio.url}/new?starter=lua`);
  await page.getByRole('button', { name: /^Build \d+ packages/ }).click();
  await expect(page.getByRole('region', { name: 'Packages' })).toContainText(/src_|done/, { timeout: 180_000 });
  await page.getByRole('button', { name: 'Cancel the build' }).click();
  expect(await outcomeOf(page)).toMatch(/^Cancelled/);
  const cancelled = page.url();
  await page.getByRole('button', { name: /Resume/ }).click();
  await page.waitForURL((url) => url.href !== cancelled);
  expect(await outcomeOf(page)).toMatch(/^Built/);
});
