import type { Page } from '@playwright/test';
import { FixtureOverlay } from './fixture-overlay';
import { expect, outcomeOf, prefixStudio, test } from './fixtures';
import type { StudioServer } from './studio-server';

test.use({ journeys: 'overlay' });

const overlay = new FixtureOverlay('crooked');
test.afterAll(() => overlay.remove());

async function failsToBuild(page: Page, studio: StudioServer, name: string): Promise<void> {
  const created = await page.request.post(`${studio.url}/api/prefixes`, {
    data: { text: overlay.design(name, [name]) },
    headers: { origin: studio.url },
  });
  expect(created.status()).toBe(201);
  await build(page, studio, name);
  expect(await outcomeOf(page)).toMatch(/^Failed/);
}

async function build(page: Page, studio: StudioServer, name: string): Promise<void> {
  await page.goto(`${studio.url}/p/${name}`);
  await page
    .getByRole('button', { name: /^Build/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/builds\//);
}

test('an ebuild that does not build is taken home, corrected and built', async ({ page, studio }) => {
  overlay.ebuild('wrong', { compile: 'die "a slip of the pen"' });
  await failsToBuild(page, studio, 'wrong');
  await page.getByRole('button', { name: 'Take home' }).click();

  const editor = page.getByRole('textbox', { name: 'app-test/wrong/wrong-1.ebuild' });
  await expect(editor).toHaveValue(/a slip of the pen/);
  const text = await editor.inputValue();
  await editor.fill(text.replace('die "a slip of the pen"', overlay.compiles('wrong')));
  await editor.press('Control+s');
  await expect(page.getByText('Saved; planned again')).toBeVisible();

  await page.getByRole('radio', { name: 'Changes' }).click();
  const difference = page.getByRole('region', { name: 'app-test/wrong/wrong-1.ebuild' });
  await expect(difference).toContainText('a slip of the pen');

  await build(page, studio, 'wrong');
  expect(await outcomeOf(page)).toMatch(/^Built/);
  // the proof says so too
  const told = await prefixStudio(studio.home, 'plan', 'wrong', '--json');
  expect(told.stdout).toContain('your own copy of `crooked`');

  // given up, it is the tree's again
  await page.goto(`${studio.url}/p/wrong/overlay`);
  await page.getByRole('button', { name: 'Give up this copy' }).click();
  await page.getByRole('button', { name: 'Give it up' }).click();
  await expect(page.getByText('Nothing has been taken home yet')).toBeVisible();
  expect((await prefixStudio(studio.home, 'plan', 'wrong', '--json')).stdout).not.toContain('your own copy');
});

test('a patch that is added on the failure is applied by the next build', async ({ page, studio }) => {
  overlay.ebuild('patched', {
    unpack: "printf 'int main(void)\\n{\\n\\treturn missing;\\n}\\n' > patched.c",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash fills it in
    compile: '${CHOST}-gcc -o patched patched.c || die "cannot compile"',
  });
  await failsToBuild(page, studio, 'patched');
  await page.getByRole('button', { name: 'Add a patch' }).click();
  const form = page.getByRole('form', { name: 'Patch for app-test/patched' });
  await form.getByRole('textbox', { name: 'Patch', exact: true }).fill('return 0 instead');
  await form.getByRole('button', { name: 'Add the patch' }).click();
  await expect(form.getByRole('alert')).toContainText('not a unified diff');

  const patch =
    '--- a/patched.c\n+++ b/patched.c\n@@ -1,4 +1,4 @@\n int main(void)\n {\n-\treturn missing;\n+\treturn 0;\n }\n';
  // dropped anywhere on the card, it takes the place of what was typed
  const card = page.getByRole('alert', { name: 'Why the build failed' });
  const dataTransfer = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'return.patch', { type: 'text/x-diff' }));
    return transfer;
  }, patch);
  await card.getByRole('heading').dispatchEvent('drop', { dataTransfer });
  await expect(form.getByRole('textbox', { name: 'Patch', exact: true })).toHaveValue(patch);
  await expect(form.getByRole('textbox', { name: 'File name' })).toHaveValue('return.patch');
  await form.getByRole('button', { name: 'Add the patch' }).click();
  await expect(page.getByText('return.patch is applied when you build again.')).toBeVisible();

  await build(page, studio, 'patched');
  expect(await outcomeOf(page)).toMatch(/^Built/);
  expect((await prefixStudio(studio.home, 'overlay', 'patch', 'patched', 'app-test/patched')).stdout).toContain(
    'return.patch changes patched.c',
  );
});

test('the command line takes, compares and gives up', async ({ studio }) => {
  const take = await prefixStudio(
    studio.home,
    'overlay',
    'take',
    'patched',
    'app-test/patched',
    '--from',
    overlay.folder,
  );
  expect(take.stdout).toContain('Planned: app-test/patched-1::patched-overlay');
  expect((await prefixStudio(studio.home, 'overlay', 'diff', 'patched', 'app-test/patched')).status).toBe(0);
  overlay.ebuild('patched');
  const update = await prefixStudio(studio.home, 'overlay', 'update', 'patched', 'app-test/patched');
  expect(update.status).toBe(1);
  expect(update.stdout).toContain('changed at the origin');
  const accepted = await prefixStudio(studio.home, 'overlay', 'update', 'patched', 'app-test/patched', '--accept');
  expect(accepted.stdout).toContain('Taken over.');
  const nobody = await prefixStudio(studio.home, 'overlay', 'take', 'patched', 'app-test/nobody');
  expect(nobody.status).toBe(1);
  expect((await prefixStudio(studio.home, 'overlay', 'remove', 'patched', 'app-test/patched')).status).toBe(0);
});
