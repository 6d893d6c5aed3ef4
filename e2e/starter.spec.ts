import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, outcomeOf, test } from './fixtures';

test.use({ journeys: 'starter' });
// the second looks at what the first built
test.describe.configure({ mode: 'serial' });

/** Added to the starter, quick to build: a library with a program, and a package with a configure script. */
const more = ['app-arch/lz4', 'sys-apps/pv'];

test('a starter with two packages more becomes an image with a few clicks', async ({ page, studio }, info) => {
  await page.goto(studio.url);
  await page.getByRole('link', { name: 'tree', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/New prefix/);
  // a starter that comes late would take the place of what was typed
  await expect(page.getByRole('button', { name: /^Remove \S+\/tree$/ })).toBeVisible();
  for (const name of more) {
    await page.getByRole('combobox', { name: 'Packages' }).fill(name);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: `Remove ${name}` })).toBeVisible();
  }
  await page.getByRole('button', { name: /^Build \d+ packages/ }).click();
  await expect(page).toHaveURL(/\/builds\//);
  // an interrupted look changes nothing
  await page.reload();
  expect(await outcomeOf(page)).toMatch(/^Built/);

  await expect(page.getByRole('region', { name: 'Proof' })).toContainText(/Proven: \d+ checks passed/);
  const hash = (await page.getByRole('region', { name: 'Image' }).locator('code').textContent())?.trim();

  const downloading = page.waitForEvent('download');
  await page.getByRole('region', { name: 'Image' }).getByRole('link', { name: 'Download' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('tree.raw');
  const file = info.outputPath('tree.raw');
  await download.saveAs(file);
  expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(hash);

  const listing = execFileSync('unsquashfs', ['-ll', file], { encoding: 'utf8' });
  expect(listing).toContain('/opt/tree/usr/bin/pv');
  expect(listing).toMatch(/\/opt\/tree\/usr\/lib64\/liblz4\.so/);
  expect(listing).toContain('extension-release.tree');
  expect(listing).not.toContain('/var/db/pkg');

  await page.getByRole('region', { name: 'Image' }).getByRole('link', { name: 'What is inside' }).click();
  await expect(page).toHaveURL(/\/p\/tree\/files/);
  await page.getByPlaceholder('name or *.so*').fill('bin/pv');
  await expect(page.getByText('pv', { exact: true }).first()).toBeVisible();
  await page
    .getByRole('link', { name: /^sys-apps\/pv-/ })
    .first()
    .click();
  await expect(page.getByRole('complementary', { name: /^Package sys-apps\/pv/ })).toBeVisible();

  // what is not packed says why in final, and is not there in the image
  await page.goto(`${studio.url}/p/tree/files`);
  await expect(page.getByRole('treegrid', { name: 'Files of final' })).toContainText(
    'not packed: records of the package manager',
  );
  await page.getByRole('radio', { name: /^Image/ }).click();
  await expect(page.getByRole('treegrid', { name: 'Files of image' })).toContainText('lib64');
  await expect(page.getByRole('treegrid', { name: 'Files of image' })).not.toContainText('var');
  // each path has the name of the prefix in it
  await page.getByPlaceholder('name or *.so*').fill('tree');
  await expect(page.getByText(/^[1-9] files?$/)).toBeVisible();

  for (const [view, words] of [
    ['graph', 'lz4'],
    ['layout', 'usr'],
    ['checks', 'BDEPEND'],
    ['image', 'systemd-sysext refresh'],
    ['builds', 'Built'],
  ] as const) {
    await page.goto(`${studio.url}/p/tree/${view}`);
    await expect(page.getByRole('main')).toContainText(words);
  }
});

test('the last build is told truthfully on Home and in the list of builds', async ({ page, studio }) => {
  await page.goto(studio.url);
  await expect(page.getByRole('main')).toContainText('tree');
  await expect(page.getByRole('main')).toContainText('Built, proven and packed');
  await page.goto(`${studio.url}/builds`);
  await expect(page.getByRole('main')).toContainText('tree');
});
