import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { FixtureOverlay } from './fixture-overlay';
import { expect, outcomeOf, test } from './fixtures';
import type { StudioServer } from './studio-server';

test.use({ journeys: 'power-cut' });

/** How long the package in the way sleeps, in seconds: no other process of the machine sleeps that long. */
const longSleep = '8641793';

const overlay = new FixtureOverlay('slow');
test.beforeAll(() => {
  overlay.ebuild('first');
  overlay.ebuild('second', { depend: 'app-test/first' });
});
test.afterAll(() => overlay.remove());

/** `last` stands still in the middle of its compile phase until it is let go; the two others are done by then. */
async function buildUntilItStands(page: Page, studio: StudioServer, name: string, last: string): Promise<void> {
  const stands = `[[ -e \${FILESDIR}/go ]] || sleep ${longSleep}`;
  overlay.ebuild(last, { depend: 'app-test/second', compile: `${stands}\n${overlay.compiles(last)}` });
  const text = overlay.design(name, [last]);
  const created = await page.request.post(`${studio.url}/api/prefixes`, {
    data: { text },
    headers: { origin: studio.url },
  });
  expect(created.status()).toBe(201);
  await page.goto(`${studio.url}/p/${name}`);
  await page
    .getByRole('button', { name: /^Build/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/builds\//);
  await expect.poll(sleepers, { timeout: 600_000 }).not.toEqual([]);
}

/** Processes of the package that stands, as the machine sees them from outside the sandbox. */
function sleepers(): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `sleep\0${longSleep}\0`;
    } catch {
      // it ended meanwhile
      return false;
    }
  });
}

test('a killed server tells the truth after its restart, and the build goes on', async ({ page, studio }) => {
  await buildUntilItStands(page, studio, 'cut', 'standing');
  await expect(page.getByRole('region', { name: 'Packages' })).toContainText(/[2-9] of \d+/);
  const path = new URL(page.url()).pathname;
  await studio.kill();
  // nothing of the build outlives its server
  await expect.poll(sleepers).toEqual([]);
  overlay.place('standing', 'go');
  await studio.start();

  const vdb = join(studio.home, 'build/prefix-amd64-usr/cut/root/opt/cut/var/db/pkg');
  await page.goto(studio.url + path);
  expect(await outcomeOf(page)).toMatch(/^Built/);
  await expect(page.getByText(/Interrupted once, then resumed/)).toBeVisible();
  const halfMerged = readdirSync(vdb).flatMap((category) =>
    readdirSync(join(vdb, category)).filter((name) => name.startsWith('-MERGING-')),
  );
  expect(halfMerged).toEqual([]);
  expect(existsSync(join(vdb, 'app-test/standing-1'))).toBe(true);
});

test('a cancelled build stops its processes and can be resumed', async ({ page, studio }) => {
  await buildUntilItStands(page, studio, 'stopped', 'halted');
  await page.getByRole('button', { name: 'Cancel the build' }).click();
  expect(await outcomeOf(page)).toMatch(/^Cancelled/);
  await expect.poll(sleepers).toEqual([]);
  overlay.place('halted', 'go');
  const cancelled = page.url();
  await page.getByRole('button', { name: /Resume/ }).click();
  await page.waitForURL((url) => url.href !== cancelled);
  expect(await outcomeOf(page)).toMatch(/^Built/);
});
