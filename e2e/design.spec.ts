import { expect, test } from './fixtures';

test.use({ journeys: 'design' });

test('form and text are two views of one design', async ({ page, studio }) => {
  const text = 'name: views\nboard: amd64-usr\npath: /opt/views\npackages:\n  - app-text/tree\n';
  await page.request.post(`${studio.url}/api/prefixes`, { data: { text }, headers: { origin: studio.url } });
  await page.goto(`${studio.url}/p/views`);
  const file = page.getByRole('textbox', { name: 'prefix.yaml' });
  await expect(file).toHaveValue(text);

  await page.getByRole('textbox', { name: /^Path on the target/ }).fill('/opt/other');
  await expect(file).toHaveValue(/path: \/opt\/other/);

  await file.fill(text.replace('/opt/views', '/usr/local/views'));
  await expect(page.getByRole('textbox', { name: /^Path on the target/ })).toHaveValue('/usr/local/views');
});

test('bad input says at its field what is wrong and what to type instead', async ({ page, studio }) => {
  await page.goto(`${studio.url}/new`);
  const name = page.getByRole('textbox', { name: 'Name' });
  const path = page.getByRole('textbox', { name: /^Path on the target/ });
  for (const [field, value, words] of [
    [name, 'my app', 'my-app'],
    [name, '../up', 'directory'],
    [path, 'opt/demo', 'relative'],
    [path, '/usr', 'belongs to the system'],
    [path, '/srv/demo', 'outside'],
    [path, '/opt/../etc', 'shortest form'],
  ] as const) {
    await field.fill(value);
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    const note = await field.getAttribute('aria-describedby');
    await expect(page.locator(`[id="${note}"]`)).toContainText(words);
  }
  await expect(page.getByRole('button', { name: /^Build/ })).toBeDisabled();
});
