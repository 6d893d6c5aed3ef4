import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, outcomeOf, test } from './fixtures';

test.use({ journeys: 'starter' });
// the second looks at what the first built
test.describe.configure({ mode: 'serial' });

test('a starter becomes an image with a few clicks', async ({ page, studio }, info) => {
  await page.goto(studio.url);
  await page.getByRole('link', { name: 'Editor and pager' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/New prefix/);
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
  expect(download.suggestedFilename()).toBe('editor.raw');
  const file = info.outputPath('editor.raw');
  await download.saveAs(file);
  expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(hash);

  const listing = execFileSync('unsquashfs', ['-ll', file], { encoding: 'utf8' });
  expect(listing).toContain('/opt/editor/usr/bin/nano');
  expect(listing).toMatch(/\/opt\/editor\/usr\/lib64\/libncurses\w*\.so/);
  expect(listing).toContain('extension-release.editor');
  expect(listing).not.toContain('/var/db/pkg');

  await page.getByRole('region', { name: 'Image' }).getByRole('link', { name: 'What is inside' }).click();
  await expect(page).toHaveURL(/\/p\/editor\/files/);
  await page.getByPlaceholder('name or *.so*').fill('bin/nano');
  await expect(page.getByText('nano', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('app-editors/nano').first()).toBeVisible();

  for (const [view, words] of [
    ['graph', 'ncurses'],
    ['layout', 'usr'],
    ['checks', 'BDEPEND'],
    ['image', 'systemd-sysext refresh'],
    ['builds', 'Built'],
  ] as const) {
    await page.goto(`${studio.url}/p/editor/${view}`);
    await expect(page.getByRole('main')).toContainText(words);
  }
});

test('the last build is told truthfully on Home and in the list of builds', async ({ page, studio }) => {
  await page.goto(studio.url);
  await expect(page.getByRole('main')).toContainText('editor');
  await expect(page.getByRole('main')).toContainText('Built, proven and packed');
  await page.goto(`${studio.url}/builds`);
  await expect(page.getByRole('main')).toContainText('editor');
});
