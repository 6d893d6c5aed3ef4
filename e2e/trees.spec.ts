import { renameSync } from 'node:fs';
import { FixtureOverlay } from './fixture-overlay';
import { expect, test } from './fixtures';

test.use({ journeys: 'trees' });
// the page of a tree that was added before it went away
test.describe.configure({ mode: 'serial' });

const overlay = new FixtureOverlay('mine');
test.afterAll(() => overlay.remove());

test('an overlay is added by itself, and its page says which repository wins and why', async ({ page, studio }) => {
  overlay.ebuild('small');
  await page.goto(`${studio.url}/packages`);
  const form = page.getByRole('form', { name: 'Add a tree' });
  await form.getByRole('textbox', { name: 'Name' }).fill('mine');
  const place = form.getByRole('textbox', { name: 'Checkout of flatcar/scripts' });
  await place.fill(studio.home);
  await form.getByRole('button', { name: 'Add tree' }).click();
  await expect(form).toContainText('holds no Flatcar overlays');

  await place.fill(overlay.folder);
  await form.getByRole('button', { name: 'Add tree' }).click();
  const row = page.getByRole('region', { name: 'Trees' }).getByRole('listitem').filter({ hasText: overlay.folder });
  await expect(row).toContainText('overlay');
  await row.getByRole('link', { name: 'mine' }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('mine');
  const repositories = page.getByRole('list', { name: 'Repositories, the first wins' });
  await expect(repositories.getByRole('listitem').first()).toContainText(/mine\s*priority \d+\s*builds on starter/);
  await expect(repositories.getByRole('listitem').filter({ hasText: 'main repository' })).toContainText('starter');

  const asked = page.getByRole('combobox', { name: 'Package' });
  await asked.fill('app-test/small');
  await expect(page.getByRole('list', { name: 'Versions of app-test/small' })).toContainText('app-test/small-1');
  await asked.fill('app-test/nothing');
  await expect(page.getByRole('status').filter({ hasText: 'app-test/nothing' })).toContainText(
    'No repository here has app-test/nothing',
  );
});

test('a tree whose folder is gone says so on its page, and a name that is none is told as that', async ({
  page,
  studio,
}) => {
  const trouble = page.getByRole('region', { name: 'Repositories' }).getByRole('alert');
  renameSync(overlay.folder, `${overlay.folder}.away`);
  try {
    // what is open is believed for ten seconds
    await expect(async () => {
      await page.goto(`${studio.url}/trees/mine`);
      await expect(trouble).toContainText('The tree could not be opened', { timeout: 5000 });
    }).toPass({ timeout: 120_000 });
    await expect(trouble).toContainText(overlay.folder);
  } finally {
    renameSync(`${overlay.folder}.away`, overlay.folder);
  }
  const missing = await page.goto(`${studio.url}/trees/nothing`);
  expect(missing?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('what people have for Portage becomes a design, and what does not fit is told', async ({ page, studio }) => {
  await page.goto(`${studio.url}/new`);
  await page.getByRole('button', { name: 'Import from Portage' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import from Portage' });
  const text = dialog.getByRole('textbox', { name: 'Text' });

  await text.fill('Dear list, nothing of this is a line of Portage.');
  await dialog.getByRole('button', { name: 'Read it' }).click();
  await expect(dialog.getByRole('region', { name: 'Not taken' }).or(dialog.getByRole('alert'))).toBeVisible();

  await text.fill('emerge -av app-text/tree app-arch/lz4');
  await dialog.getByLabel('Choose files of Portage').setInputFiles({
    name: 'package.use',
    mimeType: 'text/plain',
    buffer: Buffer.from('app-arch/lz4 static-libs\n'),
  });
  const taken = dialog.getByRole('region', { name: 'Taken', exact: true });
  await expect(taken).toContainText('app-text/tree');
  await expect(taken).toContainText('static-libs');
  await dialog.getByRole('button', { name: 'Use this design' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Remove app-text/tree' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Remove app-arch/lz4' })).toBeVisible();
});
