import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FixtureOverlay } from './fixture-overlay';
import { expect, outcomeOf, prefixStudio, test } from './fixtures';

test.use({ journeys: 'failure' });

const overlay = new FixtureOverlay('broken');
test.afterAll(() => overlay.remove());

test('a failed build says the first cause on top and resumes at the failed package', async ({ page, studio }) => {
  overlay.ebuild('broken', { compile: overlay.compiles('broken', 'int main(void) { return missing; }') });
  await page.goto(`${studio.url}/new`);
  const created = await page.request.post(`${studio.url}/api/prefixes`, {
    data: { text: overlay.design('broken', ['broken']) },
    headers: { origin: studio.url },
  });
  expect(created.status()).toBe(201);
  await page.goto(`${studio.url}/p/broken`);
  await page
    .getByRole('button', { name: /^Build/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/builds\//);
  expect(await outcomeOf(page)).toMatch(/^Failed/);

  const card = page.getByRole('alert', { name: 'Why the build failed' });
  await expect(card).toContainText('broken');
  await expect(card).toContainText('src_compile');
  await expect(card).toContainText(/error: .?missing.? undeclared/);
  await card.getByRole('button', { name: /Log at line/ }).click();
  await expect(page.getByRole('region', { name: /Log/ }).or(page.getByRole('log')).first()).toContainText('missing');

  overlay.ebuild('broken');
  const failed = page.url();
  await page.getByRole('button', { name: 'Resume at the failed package' }).click();
  await page.waitForURL((url) => url.pathname !== new URL(failed).pathname);
  // it goes on: what is left is the package in staging, and the two of the final root
  expect(await outcomeOf(page)).toMatch(/^Built 1 package, installed 2 in /);
});

test('a failed proof names the command that failed, and takes another one', async ({ page, studio }) => {
  overlay.ebuild('picky', {
    compile: overlay.compiles('picky', 'int main(int count, char **words) { return count > 1; }'),
  });
  const created = await page.request.post(`${studio.url}/api/prefixes`, {
    data: { text: `${overlay.design('picky', ['picky'])}smoke:\n  - [usr/bin/picky, --wrong]\n` },
    headers: { origin: studio.url },
  });
  expect(created.status()).toBe(201);
  await page.goto(`${studio.url}/p/picky`);
  await page
    .getByRole('button', { name: /^Build/ })
    .first()
    .click();
  expect(await outcomeOf(page)).toMatch(/^Failed after .*: built, but not proven$/);
  const failed = page.url();

  const card = page.getByRole('alert', { name: 'Why the build failed' });
  await expect(card).toContainText('Your command usr/bin/picky --wrong returned 1.');
  const steps = page.getByRole('list', { name: 'Steps' }).getByRole('listitem');
  await expect(steps.filter({ hasText: 'Proof' })).toContainText('failed');
  await expect(steps.filter({ hasText: 'Final' })).toContainText('done');
  // the failing check is the first that is seen
  const checks = page.getByRole('region', { name: 'Proof' }).getByRole('listitem');
  await expect(checks.first()).toContainText('The application starts with the final root alone');
  await expect(checks.first()).toContainText('usr/bin/picky --wrong');
  await expect(page.getByRole('link', { name: 'Download', exact: true })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Download it despite the failed proof' })).toBeVisible();

  await card.getByRole('button', { name: 'Edit the commands' }).click();
  const dialog = page.getByRole('dialog', { name: 'Commands of the proof' });
  await dialog.getByRole('textbox', { name: 'Proof commands' }).fill('usr/bin/picky');
  await dialog.getByRole('button', { name: 'Save and prove again' }).click();
  await page.waitForURL((url) => url.pathname.startsWith('/builds/') && url.href !== failed);
  expect(await outcomeOf(page)).toMatch(/^(Built|Nothing to build)/);
  await expect(page.getByRole('link', { name: 'Download', exact: true })).toBeVisible();
});

test('a design that cannot be planned says why in plain words', async ({ studio }) => {
  const design = join(overlay.folder, 'nothing.yaml');
  writeFileSync(design, 'name: nothing\nboard: amd64-usr\npath: /opt/nothing\npackages: [app-editors/nanoo]\n');
  const planned = await prefixStudio(studio.home, 'plan', design);
  expect(planned.status).toBe(1);
  expect(planned.stdout + planned.stderr).toContain('app-editors/nanoo');
  expect(planned.stdout + planned.stderr).toContain('app-editors/nano');
});
